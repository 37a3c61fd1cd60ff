import { beforeEach, describe, expect, it } from 'vitest';
import { listTerminals, openTerminal, TerminalService, type Foreground } from '#agent/terminals/index.ts';
import { runningProgram } from '#agent/terminals/process/foreground.ts';
import { parsePs } from '#agent/terminals/process/read-foreground.ts';
import type { RightDecision } from '#shared/app-api/index.ts';
import { peerIdFromBytes, type PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { FakeLink } from '#test/support/fake-link.ts';
import { FakePtyBackend } from '#test/support/fake-pty.ts';

const ALICE = { peerId: 'A'.repeat(56) as PeerId, name: 'alice' };
const TABLET = { peerId: 'B'.repeat(56) as PeerId, name: 'tablet' };
const SIZE = { cols: 80, rows: 24, term: 'xterm' };

let backend: FakePtyBackend;
let decision: RightDecision;
/** What stands in the foreground of the terminal with this process. */
let fronts: Map<number, Foreground>;
let asked: (readonly number[])[];
/** While the system is asked. */
let meanwhile: () => void;
let service: TerminalService;

beforeEach(() => {
  backend = new FakePtyBackend();
  decision = 'allow';
  fronts = new Map();
  asked = [];
  meanwhile = () => undefined;
  let names = 0;
  service = new TerminalService({
    backend,
    clock: new FakeClock(),
    logger: silentLogger,
    home: { platform: 'linux', environment: { PATH: '/bin' }, shell: '/opt/rc', username: 'me', home: '/home/me' },
    decision: () => decision,
    isMyDevice: () => true,
    nameOf: () => undefined,
    createId: () => String((names += 1)).padStart(32, '0'),
    foreground: async (pids) => {
      asked.push(pids);
      await settle();
      meanwhile();
      return fronts;
    },
  });
});

const link = (peer = ALICE): FakeLink => new FakeLink((stream) => void service.serve(stream, peer));
const programs = async (watched = false, peer = ALICE): Promise<readonly (string | undefined)[]> =>
  (await listTerminals(link(peer).session, undefined, { watched })).map(({ program }) => program);

describe('folders of programs', () => {
  const folders = async (watched: boolean, peer = ALICE) =>
    (await listTerminals(link(peer).session, undefined, { watched, folders: true })).map(
      ({ foreground }) => foreground,
    );

  it('are told on request, and only to the one that shows the terminal [S-TERM-14]', async () => {
    await openTerminal(link().session, SIZE);
    (await openTerminal(link().session, SIZE)).detach();
    await settle();
    fronts.set(1, { isFirst: true, name: 'rc', folder: '/srv/atlas' });
    fronts.set(2, { isFirst: false, name: 'vim', folder: '/secret' });
    expect(await folders(true)).toEqual([{ program: 'rc', folder: '/srv/atlas', home: '/home/me' }]);
    expect(await folders(true, TABLET)).toEqual([]);
    expect(await folders(false)).toEqual([undefined, undefined]);
    expect((await listTerminals(link().session, undefined, { watched: true }))[0]).not.toHaveProperty('foreground');
  });

  it("are told of the peer's own terminals, left ones too, and of nobody else's [S-TERM-18]", async () => {
    (await openTerminal(link().session, SIZE)).detach();
    await openTerminal(link(TABLET).session, SIZE);
    await settle();
    fronts.set(1, { isFirst: false, name: 'make', folder: '/srv/atlas' });
    fronts.set(2, { isFirst: false, name: 'vim', folder: '/secret' });
    decision = 'ask';
    const own = (peer = ALICE) => listTerminals(link(peer).session, undefined, { own: true, folders: true });
    expect(await own()).toMatchObject([
      { attached: false, heldBy: null, program: 'make', foreground: { folder: '/srv/atlas' } },
    ]);
    expect(await own(TABLET)).toMatchObject([{ attached: true, heldBy: null, program: 'vim' }]);
    service.revoke(ALICE.peerId);
    expect(await own()).toEqual([]);
    expect(await own(TABLET)).toHaveLength(1);
  });

  it('take the files of the peer that shows the terminal, and of no other device [S-FILE-11]', async () => {
    const { terminal } = await openTerminal(link().session, SIZE);
    fronts.set(1, { isFirst: false, name: 'vim', folder: '/srv/atlas' });
    expect(await service.folderOf(terminal, ALICE.peerId)).toBe('/srv/atlas');
    // It may take the terminal over, and doesn't hold it.
    expect(await service.folderOf(terminal, TABLET.peerId)).toBeUndefined();
    expect(await service.folderOf('f'.repeat(32), ALICE.peerId)).toBeUndefined();
    decision = 'deny';
    expect(await service.folderOf(terminal, ALICE.peerId)).toBeUndefined();
  });

  it('are told to the person here with each terminal that runs for a peer, its shell too', async () => {
    const terminal = await openTerminal(link().session, SIZE);
    fronts.set(1, { isFirst: true, name: 'rc', folder: '/srv' });
    expect([...(await service.programs())]).toEqual([[terminal.terminal, 'rc']]);
    expect(service.stop(terminal.terminal)).toBe(true);
    expect([...(await service.programs())]).toEqual([]);
    expect(service.stop(terminal.terminal)).toBe(false);
  });

  it('are not asked of a device of an older version, whose list is enough', async () => {
    const older = new FakeLink((stream) => {
      if (JSON.stringify(stream.params).includes('folders')) stream.refuse('terminal.params', 'unrecognized_keys');
      else void service.serve(stream, ALICE);
    });
    await openTerminal(link().session, SIZE);
    expect(await listTerminals(older.session, undefined, { watched: true, folders: true })).toHaveLength(1);
  });

  it('that don’t exist are named in the answer, and the shell starts at home', async () => {
    const missing = await openTerminal(link().session, { ...SIZE, directory: '/no/such/folder' });
    expect(missing.hasNoFolder).toBe(true);
    const there = await openTerminal(link().session, { ...SIZE, directory: '/' });
    expect(there.hasNoFolder).toBe(false);
    expect(backend.ptys.map(({ request }) => request.cwd)).toEqual(['/home/me', '/']);
  });
});

describe('a shell that the peer chooses', () => {
  it('is one that the system lists or that is known as one; anything else is refused by name', async () => {
    await openTerminal(link().session, { ...SIZE, shell: '/bin/sh' });
    await openTerminal(link().session, { ...SIZE, shell: 'bash' });
    expect(backend.ptys.map(({ request }) => [request.file.split('/').at(-1), request.args])).toEqual([
      ['sh', ['-l']],
      ['bash', ['-l']],
    ]);
    for (const shell of ['/bin/ls', 'ls', 'nothing-of-this-name', '/etc/passwd', '/bin/../bin/ls'])
      await expect(openTerminal(link().session, { ...SIZE, shell })).rejects.toMatchObject({
        code: 'terminal.shell-unknown',
        details: { shell },
      });
    for (const shell of ['../bin/sh', '-c', '', 'sh -c id', '//host/share/sh', 'a\nb'])
      await expect(openTerminal(link().session, { ...SIZE, shell })).rejects.toMatchObject({ code: 'terminal.params' });
    expect(backend.ptys).toHaveLength(2);
  });

  it('can’t be started by a device of an older version, which is said; without one it is asked as before', async () => {
    const older = new FakeLink((stream) => {
      if (/shell|tellFolder/.test(JSON.stringify(stream.params))) stream.refuse('terminal.params', 'unrecognized_keys');
      else void service.serve(stream, ALICE);
    });
    await expect(openTerminal(older.session, { ...SIZE, shell: 'sh' })).rejects.toMatchObject({
      code: 'terminal.shell-choice',
    });
    await openTerminal(older.session, { ...SIZE, directory: '/' });
    expect(backend.ptys.map(({ request }) => request.cwd)).toEqual(['/']);
  });
});

describe('programs that run in terminals', () => {
  it('are told only to who asks, and only of its own where it asks for what it has before it [S-TERM-14]', async () => {
    const held = await openTerminal(link().session, SIZE);
    const left = await openTerminal(link().session, SIZE);
    left.detach();
    await openTerminal(link(TABLET).session, SIZE);
    await settle();
    for (const [pid, name] of ['vim', 'make', 'htop'].entries()) fronts.set(pid + 1, { isFirst: false, name });
    expect(await programs()).toEqual(['vim', 'make', 'htop']);
    expect(await programs(true)).toEqual(['vim']);
    expect(await programs(true, TABLET)).toEqual(['htop']);
    // A device of before there were programs.
    const { stream, reply } = await plainList();
    expect(reply).toBeUndefined();
    expect(stream).not.toContain('program');
    expect(asked).toEqual([[1, 2, 3], [1], [3]]);
    held.close();
  });

  it('what was taken back while the system was asked is told no more [S-TERM-14]', async () => {
    await openTerminal(link().session, SIZE);
    await openTerminal(link(TABLET).session, SIZE);
    fronts.set(1, { isFirst: false, name: 'vim' });
    meanwhile = () => {
      decision = 'deny';
      service.revoke(ALICE.peerId);
    };
    expect(await programs()).toEqual([]);
  });

  it('are those besides the shell; of a terminal that was opened for a command it is that', async () => {
    await openTerminal(link().session, SIZE);
    await openTerminal(link().session, { ...SIZE, command: ['bash', 'build.sh'] });
    await openTerminal(link().session, SIZE);
    fronts.set(1, { isFirst: true, name: 'rc' }).set(2, { isFirst: true, name: 'bash' });
    expect(await programs()).toEqual([undefined, 'bash', undefined]);
    // A shell in the shell, and a program that has replaced it.
    fronts.set(1, { isFirst: false, name: 'bash' }).set(3, { isFirst: true, name: 'vim' });
    expect(await programs()).toEqual(['bash', 'bash', 'vim']);
  });

  it('of a terminal that an agent before has left is told as well; one that was opened for a shell is taken for one then', async () => {
    const owner = { peerId: peerIdFromBytes(new Uint8Array(32).fill(3)), name: 'carol' };
    const facts = { opener: owner, owner, title: 'x', startedAt: 0, granted: true, left: false, cols: 80, rows: 24 };
    backend.kept.push({ ...facts, terminal: 'c'.repeat(32) });
    await service.takeOver();
    for (const [front, program] of [
      [{ isFirst: false, name: 'vim' }, 'vim'],
      [{ isFirst: true, name: 'make' }, 'make'],
      [{ isFirst: true, name: 'bash' }, undefined],
    ] as const) {
      fronts.set(1, front);
      expect(await programs(false, owner)).toEqual([program]);
    }
  });

  it('a shell that has replaced the login shell waits for a command, as that would', () => {
    for (const name of ['rc', 'bash', 'fish', 'nu'])
      expect(runningProgram({ isFirst: true, name }, false, 'rc')).toBeUndefined();
    expect(runningProgram({ isFirst: true, name: 'rcs' }, false, 'rc')).toBe('rcs');
  });
});

describe('a target of before there were programs', () => {
  const older = (): FakeLink =>
    new FakeLink((stream) => {
      if (JSON.stringify(stream.params) === '{"action":"list"}') void service.serve(stream, ALICE);
      else stream.refuse('terminal.params', 'action: unrecognized_keys');
    });

  it('lists its terminals as ever, and says so where it is asked for more than it knows', async () => {
    await openTerminal(link().session, SIZE);
    expect(await listTerminals(older().session)).toMatchObject([{ title: 'rc', attached: true }]);
    await expect(listTerminals(older().session, undefined, { watched: true })).rejects.toMatchObject({
      code: 'terminal.params',
    });
  });

  it('is not asked for a list that no person requested, since it would ask its own user', async () => {
    const lists: unknown[] = [];
    const asking = new FakeLink((stream) => {
      lists.push(stream.params);
      stream.refuse('terminal.params', 'ask: unrecognized_keys');
    });
    await expect(listTerminals(asking.session, undefined, { ask: false })).rejects.toMatchObject({
      code: 'rights.unasked',
    });
    await expect(listTerminals(asking.session, undefined, { own: true, commands: true })).rejects.toMatchObject({
      code: 'rights.unasked',
    });
    expect(lists).toEqual([
      { action: 'list', programs: true, ask: false },
      { action: 'list', programs: true, own: true, commands: true },
    ]);
  });

  it('is not asked twice where it refuses for another reason', async () => {
    let opened = 0;
    const refusing = new FakeLink((stream) => {
      opened += 1;
      stream.refuse('rights.denied', 'no');
    });
    await expect(listTerminals(refusing.session)).rejects.toMatchObject({ code: 'rights.denied' });
    expect(opened).toBe(1);
  });
});

describe('what ps tells', () => {
  const TABLE = [
    '    1     1     0 Ss   /sbin/launchd',
    '  501   501   640 Ss   -zsh',
    '  640   640   640 S+   /Applications/My Editor.app/Contents/MacOS/My Editor',
    '  502   502   502 Ss+  -zsh',
    '  503   503   700 Ss   /bin/bash',
    // The first of its pipeline has ended.
    '  700   700   700 Z+   (seq)',
    '  701   700   700 S+   less',
    '  504   504    -1 Ss   /bin/zsh',
    '  505   505   800 Ss   /bin/zsh',
    'something else',
  ].join('\n');

  it('is who leads the foreground of each, by its name alone', () => {
    expect([...parsePs(TABLE, [501, 502, 503, 504, 505, 999])]).toEqual([
      [501, { isFirst: false, name: 'My Editor' }],
      [502, { isFirst: true, name: 'zsh' }],
      [503, { isFirst: false, name: 'less' }],
      [505, { isFirst: false, name: 'pid 800' }],
    ]);
    expect(parsePs('', [501]).size).toBe(0);
  });

  it('cannot drive a terminal', () => {
    const name = '\u001b]0;x\u0007\u202e'.repeat(30);
    const [found] = [...parsePs(`9 9 9 S+ /bin/${name}`, [9]).values()];
    expect(found?.name).toMatch(/^(?:\]0;x)+\]?0?;?$/);
  });
});

/** As a device asks that knows nothing of programs. */
async function plainList(): Promise<Readonly<{ stream: string; reply: unknown }>> {
  const stream = link().session.open('pty', { action: 'list' });
  const reply = await stream.opened;
  const bytes = await stream.read();
  await stream.end();
  return { stream: new TextDecoder().decode(bytes ?? new Uint8Array()), reply };
}
