import { beforeEach, describe, expect, it } from 'vitest';
import { listTerminals, openTerminal, TerminalService } from '#agent/terminals/index.ts';
import type {
  DetachedTerminal,
  TerminalConnection,
  TerminalPeer,
  TerminalServiceOptions,
} from '#agent/terminals/index.ts';
import type { RightDecision } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import { peerIdFromBytes, type PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { TerminalError } from '#shared/terminal/index.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { FakeLink } from '#test/support/fake-link.ts';
import { FakePtyBackend } from '#test/support/fake-pty.ts';

const ALICE = { peerId: 'A'.repeat(56) as PeerId, name: 'alice' };
const BOB = { peerId: 'B'.repeat(56) as PeerId, name: 'bob' };
const SIZE = { cols: 80, rows: 24, term: 'xterm' };

let clock: FakeClock;
let backend: FakePtyBackend;
let service: TerminalService;
let alice: FakeLink;
let decisions: Map<PeerId, RightDecision>;

const linkOf = (peer: TerminalPeer): FakeLink => new FakeLink((stream) => void service.serve(stream, peer));
const open = (link = alice, more: object = {}): Promise<TerminalConnection> =>
  openTerminal(link.session, { ...SIZE, ...more });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = async (terminal: TerminalConnection): Promise<string> =>
  new TextDecoder().decode((await terminal.read()) ?? bytes('(end)'));

beforeEach(() => {
  clock = new FakeClock();
  backend = new FakePtyBackend();
  decisions = new Map();
  service = create();
  alice = linkOf(ALICE);
});

function create(more: Partial<TerminalServiceOptions> = {}): TerminalService {
  let names = 0;
  return new TerminalService({
    backend,
    clock,
    logger: silentLogger,
    home: { platform: 'linux', environment: { PATH: '/bin' }, shell: '/bin/zsh', username: 'me', home: '/home/me' },
    decision: (peerId) => decisions.get(peerId) ?? 'allow',
    isMyDevice: () => false,
    nameOf: () => undefined,
    createId: () => String((names += 1)).padStart(32, '0'),
    limits: { perPeer: 3, total: 5 },
    ...more,
  });
}

describe('the terminal service', () => {
  it('starts the login shell, and what is said goes through as it is', async () => {
    const terminal = await open();
    const { last } = backend;
    expect(last.request).toMatchObject({ file: '/bin/zsh', args: ['-l'], cwd: '/home/me', cols: 80, rows: 24 });
    expect(last.request.environment['TERM']).toBe('xterm');
    last.events.data(bytes('$ '));
    expect(await read(terminal)).toBe('$ ');
    await terminal.write(bytes('ls\r'));
    terminal.resize(100, 30);
    terminal.resize(100, 30);
    terminal.endInput();
    await settle();
    expect(last.told).toEqual(['write ls\r', 'resize 100x30', 'write \u0004']);
    last.events.data(bytes('bye'));
    last.events.exited({ exitCode: 7, signal: null });
    expect(await read(terminal)).toBe('bye');
    expect(await read(terminal)).toBe('(end)');
    expect(await terminal.ended).toEqual({ exitCode: 7, signal: null, code: null });
    expect(service.count).toBe(0);
    await settle();
    expect(clock.pending).toBe(0);
  });

  it('says the end of input again until the program has gone, since a shell that starts may miss it', async () => {
    const terminal = await open();
    const { last } = backend;
    terminal.endInput();
    await settle();
    const ends = (): number => last.told.filter((said) => said === 'write \u0004').length;
    const take = (): void => last.events.inputTaken(1);
    expect(ends()).toBe(1);
    // Not before the program's side has taken the one before.
    await clock.advance(10_000);
    expect(ends()).toBe(1);
    take();
    await clock.advance(5000);
    expect(ends()).toBe(2);
    take();
    await clock.advance(5000);
    expect(ends()).toBe(3);
    last.events.exited({ exitCode: 0, signal: null });
    await clock.advance(60_000);
    expect(ends()).toBe(3);
    expect(await read(terminal)).toBe('(end)');
    await settle();
    expect(clock.pending).toBe(0);
  });

  it('ends half a line that the end-of-file character alone did not end', async () => {
    const terminal = await open();
    const { last } = backend;
    await terminal.write(bytes('exit 3'));
    terminal.endInput();
    await settle();
    for (let round = 0; round < 4; round += 1) {
      last.events.inputTaken(100);
      await clock.advance(1000);
    }
    const [, , first, second, ...rest] = last.told;
    expect(last.told.slice(0, 2)).toEqual(['write exit 3', 'write \u0004\u0004']);
    expect([first, second]).toEqual(['write \u0004', 'write \r\u0004']);
    expect(rest.every((said) => said === 'write \u0004')).toBe(true);
    terminal.close();
    await settle();
    last.events.exited({ exitCode: 0, signal: null });
  });

  it('loses nothing that the program says before its viewer is there', async () => {
    backend.atOnce = (events) => {
      events.data(bytes('early'));
      events.exited({ exitCode: 0, signal: null });
    };
    const terminal = await open(alice, { command: ['true'] });
    expect(await read(terminal)).toBe('early');
    expect(await terminal.ended).toEqual({ exitCode: 0, signal: null, code: null });
    expect(service.count).toBe(0);
  });

  it('gives credit back only for what the viewer had room for', async () => {
    const terminal = await open();
    const { last } = backend;
    for (let sent = 0; sent < 20; sent += 1) last.events.data(new Uint8Array(65_536));
    await settle();
    const held = 20 * 65_536 - last.acknowledged;
    expect(last.acknowledged).toBeGreaterThan(0);
    expect(held).toBeGreaterThan(10 * 65_536);
    for (let received = 0; received < 20 * 65_536;) received += (await terminal.read())?.length ?? Number.NaN;
    await settle();
    expect(last.acknowledged).toBe(20 * 65_536);
  });

  it('keeps a terminal for ten minutes after its viewer was lost, then hangs it up', async () => {
    const terminal = await open();
    alice.lose();
    expect((await terminal.ended).code).toBe('link.path-lost');
    expect(service.served[0]?.endsAt).toBe(Math.floor(clock.now()) + 600_000);
    await clock.advance(599_999);
    expect(backend.last.told).toEqual(['mute']);
    backend.last.events.data(bytes('still counted'));
    expect(backend.last.acknowledged).toBe(13);
    await clock.advance(1);
    expect(backend.last.told).toEqual(['mute', 'mute', 'hang up']);
    backend.last.events.exited({ exitCode: null, signal: 'SIGHUP' });
    expect([service.count, clock.pending]).toEqual([0, 0]);
  });

  it('keeps a terminal that was left on purpose until its program ends', async () => {
    const terminal = await open();
    terminal.detach();
    await settle();
    expect(backend.last.told).toEqual(['mute', 'left']);
    expect(service.served[0]?.endsAt).toBeUndefined();
    await clock.advance(7 * 24 * 3_600_000);
    expect(backend.last.told).toEqual(['mute', 'left']);
    const again = await open(linkOf(ALICE), { terminal: terminal.terminal });
    expect(backend.last.told).toContain('taken up');
    again.close();
  });

  it('keeps it also if its input was stuck when it was left', async () => {
    const terminal = await open();
    void terminal.write(new Uint8Array(4 * 1024 * 1024)).catch(() => undefined);
    await settle();
    terminal.detach();
    await settle();
    await clock.advance(3_600_000);
    expect(backend.last.told).not.toContain('hang up');
    expect(backend.last.told).toContain('left');
  });

  it('ends a terminal ten minutes after its user interface has gone without a word', async () => {
    const terminal = await open();
    terminal.abandon();
    await settle();
    expect(backend.last.told).toEqual(['mute']);
    await clock.advance(600_000);
    expect(backend.last.told).toContain('hang up');
  });

  it('shows a snapshot to who comes back, and nothing from before it', async () => {
    const first = await open();
    first.detach();
    expect(await first.ended).toEqual({ exitCode: null, signal: null, code: null });
    await settle();
    const again = await open(linkOf(ALICE), { terminal: first.terminal, cols: 90 });
    const { last } = backend;
    expect(last.told).toEqual(['mute', 'left', 'taken up', 'resize 90x24', 'snapshot 1']);
    last.events.data(bytes('before'));
    last.events.snapshotBegin(1, 90, 24);
    last.events.data(bytes('screen'));
    last.events.snapshotEnd();
    last.events.data(bytes('live'));
    expect((await read(again)) + (await read(again))).toBe('screenlive');
    await clock.advance(3_600_000);
    expect(last.told).not.toContain('hang up');
  });

  describe('has a viewer that has seen enough of a flood', () => {
    const BLOCK = 65_536;
    /** A viewer that reads nothing, and a program that fills everything on the way. */
    async function flood(): Promise<TerminalConnection> {
      const terminal = await open();
      for (let sent = 0; sent < 10; sent += 1) backend.last.events.data(new Uint8Array(BLOCK).fill(0x79));
      await settle();
      return terminal;
    }
    const screenOfNow = (): void => {
      backend.last.events.snapshotBegin(1, 80, 24);
      backend.last.events.data(bytes('screen'));
      backend.last.events.snapshotEnd();
      backend.last.events.data(bytes('live'));
    };

    it('drops what waits on both sides, and shows it the screen of now', async () => {
      const terminal = await flood();
      let redraws = 0;
      let redrawn = 0;
      terminal.onRedraw = () => (redraws += 1);
      terminal.onRedrawn = () => (redrawn += 1);
      terminal.catchUp?.(100_000);
      await settle();
      expect(backend.last.told).toEqual(['snapshot 1 of the screen']);
      // Each byte is paid for, seen or not.
      backend.last.events.data(bytes('before'));
      expect(backend.last.acknowledged).toBe(10 * BLOCK + 6);
      screenOfNow();
      expect(redraws).toBe(0);
      expect(await read(terminal)).toBe('screen');
      expect([redraws, redrawn]).toEqual([1, 0]);
      expect(await read(terminal)).toBe('live');
      expect(redrawn).toBe(1);
    });

    it('tells it once more what the program calls itself, which may have been among what was dropped', async () => {
      const terminal = await flood();
      backend.last.events.title('logs');
      terminal.catchUp?.(100_000);
      await settle();
      screenOfNow();
      expect((await read(terminal)) + (await read(terminal))).toBe('\u001b]2;logs\u0007screen');
    });

    it('drops nothing where little waits, and a little more where the reader is behind', async () => {
      const terminal = await open();
      backend.last.events.data(bytes('little'));
      await settle();
      terminal.catchUp?.(1000);
      await settle();
      expect(backend.last.told).toEqual([]);
      expect(await read(terminal)).toBe('little');
      terminal.catchUp?.(1_000_000);
      await settle();
      expect(backend.last.told).toEqual(['snapshot 1 of the screen']);
    });

    it('shows what was said last where the terminal ends before it can be shown', async () => {
      const terminal = await flood();
      let redraws = 0;
      terminal.onRedraw = () => (redraws += 1);
      terminal.catchUp?.(100_000);
      backend.last.events.data(bytes('last words'));
      backend.last.events.exited({ exitCode: 0, signal: null });
      await settle();
      let left = '';
      for (let next = await terminal.read(); next !== null; next = await terminal.read())
        left += new TextDecoder().decode(next);
      expect(left.endsWith('yyyylast words')).toBe(true);
      expect(left.length).toBeLessThan(3 * BLOCK);
      expect(redraws).toBe(1);
      expect(await terminal.ended).toEqual({ exitCode: 0, signal: null, code: null });
    });

    it('shows it to one that comes back only once', async () => {
      const first = await open();
      const again = await open(linkOf(ALICE), { terminal: first.terminal });
      let redraws = 0;
      again.onRedraw = () => (redraws += 1);
      again.catchUp?.(1_000_000);
      await settle();
      expect(backend.last.told).toEqual(['snapshot 1']);
      screenOfNow();
      expect((await read(again)) + (await read(again))).toBe('screenlive');
      expect(redraws).toBe(0);
    });
  });

  it('answers the latest of two who come back at once', async () => {
    const first = await open();
    const second = await open(alice, { terminal: first.terminal });
    const third = await open(alice, { terminal: first.terminal });
    const { last } = backend;
    last.events.snapshotBegin(1, 80, 24);
    last.events.data(bytes('for the second'));
    last.events.snapshotEnd();
    last.events.snapshotBegin(2, 80, 24);
    last.events.data(bytes('for the third'));
    expect(await read(third)).toBe('for the third');
    for (const taken of [first, second]) {
      expect(await read(taken)).toBe('(end)');
      expect((await taken.ended).code).toBe('terminal.taken-over');
    }
    last.events.exited({ exitCode: 0, signal: null });
    expect(await read(third)).toBe('(end)');
    await settle();
    expect(clock.pending).toBe(0);
  });

  it('hangs up on close, at once, and also when the input is stuck', async () => {
    const terminal = await open();
    terminal.close();
    await settle();
    expect(backend.last.told).toEqual(['mute', 'hang up']);
    backend.last.events.exited({ exitCode: null, signal: 'SIGHUP' });
    await settle();
    expect(clock.pending).toBe(0);

    const stuck = await open();
    const writing = stuck.write(new Uint8Array(2_000_000));
    await settle();
    stuck.close();
    await expect(writing).rejects.toMatchObject({ code: 'link.reset' });
    await settle();
    expect(backend.last.told.filter((what) => !what.startsWith('write'))).toEqual(['mute', 'hang up']);
  });

  it('goes on with stuck input when the program has taken some', async () => {
    const terminal = await open();
    let written = false;
    const writing = terminal.write(new Uint8Array(700_000)).then(() => {
      written = true;
    });
    await settle();
    expect(written).toBe(false);
    for (let taken = 0; taken < 700_000; taken += 65_536) {
      backend.last.events.inputTaken(65_536);
      await settle();
    }
    await writing;
    expect(written).toBe(true);
  });

  it('limits terminals for each peer and in all, counting those that are being opened', async () => {
    await Promise.all([open(), open(), open()]);
    await expect(open()).rejects.toMatchObject({ code: 'terminal.too-many' });
    const bob = linkOf(BOB);
    const results = await Promise.allSettled([open(bob), open(bob), open(bob)]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(service.count).toBe(5);
  });

  it('ends everything of a peer whose right is taken back, also what is being opened', async () => {
    const running = await open();
    const other = await open(linkOf(BOB));
    let release: () => void = () => undefined;
    backend.gate = new Promise((resolve) => {
      release = resolve;
    });
    const opening = open();
    await settle();
    service.revoke(ALICE.peerId);
    release();
    await expect(opening).rejects.toMatchObject({ code: 'terminal.revoked' });
    expect(await read(running)).toBe('(end)');
    expect((await running.ended).code).toBe('terminal.revoked');
    expect(backend.ptys.map(({ told }) => told.includes('hang up'))).toEqual([true, false, true]);
    expect(service.count).toBe(1);
    await expect(open(alice, { terminal: running.terminal })).rejects.toMatchObject({ code: 'terminal.unknown' });
    expect(service.wasRevoked(running.terminal, ALICE.peerId)).toBe(true);
    expect(service.wasRevoked(running.terminal, BOB.peerId)).toBe(false);
    expect(service.wasRevoked(other.terminal, ALICE.peerId)).toBe(false);
    other.close();
  });

  it.each(['the audit log', 'its stream'])(
    'hangs up a terminal that cannot be served: %s fails [S-TERM-3]',
    async (what) => {
      const fail = (): never => {
        throw new Error('the disk is full');
      };
      let stopped = 0;
      const recorder = {
        output: () => undefined,
        resize: () => undefined,
        redraw: () => undefined,
        stop: async () => void (stopped += 1),
      };
      service = create({
        record: () => recorder,
        audit: { record: (event) => event === 'terminal.opened' && what === 'the audit log' && fail() },
      });
      const link = new FakeLink((stream) => {
        const broken = { ...stream, accept: fail };
        void service.serve(what === 'its stream' ? broken : stream, ALICE);
      });
      const code = open(link).then(
        async (terminal) => (await terminal.ended).code,
        (error: unknown) => errorCode(error),
      );
      expect(await code).toBe(what === 'its stream' ? 'terminal.protocol' : 'link.reset');
      await settle();
      expect(backend.ptys.map(({ told }) => told.includes('hang up'))).toEqual([true]);
      expect([service.count, stopped]).toEqual([0, 1]);
    },
  );

  it('stops the recording of a terminal that could not be opened', async () => {
    let stopped = 0;
    service = create({
      record: () => ({
        output: () => undefined,
        resize: () => undefined,
        redraw: () => undefined,
        stop: async () => void (stopped += 1),
      }),
    });
    backend.open = () => Promise.reject(new TerminalError('terminal.command-not-found', 'no such program'));
    await expect(open()).rejects.toMatchObject({ code: 'terminal.command-not-found' });
    expect(stopped).toBe(1);
  });

  it('resets the stream of a revoked peer that reads nothing', async () => {
    const terminal = await open();
    for (let sent = 0; sent < 20; sent += 1) backend.last.events.data(new Uint8Array(65_536));
    await settle();
    service.revoke(ALICE.peerId);
    expect(backend.last.acknowledged).toBeGreaterThan(15 * 65_536);
    await clock.advance(5_000);
    while ((await terminal.read()) !== null);
    expect((await terminal.ended).code).toBe('link.reset');
    expect(clock.pending).toBe(0);
  });

  it('lists what a peer has, and to nobody else', async () => {
    await open();
    backend.last.events.title('vim');
    expect(await listTerminals(alice.session)).toEqual([
      {
        terminal: '1'.padStart(32, '0'),
        title: 'vim',
        startedAt: clock.now(),
        attached: true,
        cols: 80,
        rows: 24,
        openedBy: null,
        heldBy: null,
      },
    ]);
    expect(await listTerminals(linkOf(BOB).session)).toEqual([]);
  });

  it('resets a stream that does not keep to the protocol, and keeps the terminal', async () => {
    const stream = alice.session.open('pty', { action: 'open', ...SIZE });
    await stream.opened;
    await stream.write(Uint8Array.of(0xff, 0xff));
    expect(await stream.closed).toMatchObject({ code: 'link.reset', details: { code: 1, remote: true } });
    expect(backend.last.told).toEqual(['mute']);
    expect(service.count).toBe(1);
  });

  it('hangs up what is opened for one who has given up', async () => {
    let release: () => void = () => undefined;
    backend.gate = new Promise((resolve) => {
      release = resolve;
    });
    const giveUp = new AbortController();
    const opening = openTerminal(alice.session, SIZE, { signal: giveUp.signal });
    await settle();
    giveUp.abort();
    await expect(opening).rejects.toMatchObject({ name: 'LinkError' });
    release();
    await settle();
    expect(backend.last.told).toEqual(['mute', 'hang up']);
    expect(service.count).toBe(0);
  });

  it('passes on that a terminal was lost, and refuses after it was closed', async () => {
    const terminal = await open();
    backend.last.events.lost(new TerminalError('terminal.host-lost', 'gone'));
    expect(await read(terminal)).toBe('(end)');
    expect(await terminal.ended).toEqual({ exitCode: null, signal: null, code: 'terminal.host-lost' });
    const second = await open();
    await service.close();
    expect((await second.read()) === null && (await second.ended).code).toBe('terminal.shutdown');
    expect(backend.closed).toBe(true);
    await expect(open()).rejects.toMatchObject({ code: 'terminal.shutdown' });
  });
});

describe('what an agent before has left', () => {
  const CAROL = peerIdFromBytes(new Uint8Array(32).fill(3));
  const KEPT: DetachedTerminal = {
    terminal: 'c'.repeat(32),
    opener: { peerId: CAROL, name: 'carol' },
    owner: { peerId: CAROL, name: 'carol' },
    title: 'vim',
    startedAt: 1_600_000_000_000,
    granted: true,
    left: false,
    cols: 132,
    rows: 50,
  };
  const carol = (): FakeLink => linkOf({ peerId: CAROL, name: 'carol' });

  it('is in the list as it was, and can be attached to, whose screen comes first', async () => {
    backend.kept.push(KEPT);
    await service.takeOver();
    const { terminal, title, startedAt, cols, rows } = KEPT;
    expect(await listTerminals(carol().session)).toEqual([
      { terminal, title, startedAt, attached: false, cols, rows, openedBy: null, heldBy: null },
    ]);
    expect(await listTerminals(alice.session)).toEqual([]);
    const viewer = await openTerminal(carol().session, { ...SIZE, terminal });
    const [pty] = backend.taken;
    expect(pty?.told).toEqual(['resize 80x24', 'snapshot 1']);
    pty?.events.data(bytes('old'));
    pty?.events.snapshotBegin(1, 80, 24);
    pty?.events.data(bytes('screen'));
    pty?.events.snapshotEnd();
    expect(await read(viewer)).toBe('screen');
    expect(pty?.acknowledged).toBe(3);
    pty?.events.exited({ exitCode: 4, signal: null });
    expect(await read(viewer)).toBe('(end)');
    expect(await viewer.ended).toEqual({ exitCode: 4, signal: null, code: null });
    await settle();
    expect([service.count, clock.pending]).toEqual([0, 0]);
  });

  it('waits without a limit if a person has left it', async () => {
    backend.kept.push({ ...KEPT, left: true });
    await service.takeOver();
    await clock.advance(7 * 24 * 3_600_000);
    expect(backend.taken[0]?.told).toEqual([]);
  });

  it('waits ten minutes for its viewer', async () => {
    backend.kept.push(KEPT);
    await service.takeOver();
    await clock.advance(599_999);
    expect(backend.taken[0]?.told).toEqual([]);
    await clock.advance(1);
    expect(backend.taken[0]?.told).toEqual(['mute', 'hang up']);
  });

  it.each([
    ['allow', true, true],
    ['allow', false, true],
    ['ask', false, true],
    // It had the right then, and has it no more.
    ['ask', true, false],
    ['deny', true, false],
    ['deny', false, false],
  ] as const)(
    'goes by the right of now: %s, granted then: %s, stays: %s [S-RIGHT-3]',
    async (decision, granted, stays) => {
      decisions.set(CAROL, decision);
      backend.kept.push({ ...KEPT, granted });
      await service.takeOver();
      expect(backend.taken.map((pty) => pty !== undefined)).toEqual([stays]);
      expect(service.count).toBe(stays ? 1 : 0);
    },
  );

  it('is hung up when its owner is no peer id, or when its name is taken', async () => {
    backend.kept.push({ ...KEPT, owner: { peerId: 'nobody', name: 'carol' } }, KEPT, KEPT);
    await service.takeOver();
    expect(backend.taken.map((pty) => pty !== undefined)).toEqual([false, true, false]);
  });

  it('counts among the terminals of its owner, and ends when the right is taken back', async () => {
    for (const digit of ['a', 'b', 'c']) backend.kept.push({ ...KEPT, terminal: digit.repeat(32) });
    await service.takeOver();
    await expect(open(carol())).rejects.toMatchObject({ code: 'terminal.too-many' });
    service.revoke(CAROL);
    expect(service.count).toBe(0);
    expect(backend.taken.map((pty) => pty?.told)).toEqual(Array.from({ length: 3 }, () => ['mute', 'hang up']));
  });
});

describe('an end that leaves the terminals running', () => {
  it('hangs nothing up, tells viewers nothing, and says how many there are', async () => {
    const terminal = await open();
    const hungUp = await open();
    hungUp.close();
    await settle();
    const [first] = backend.ptys;
    const told = first?.told.length;
    expect(await service.close('keep')).toBe(1);
    expect(backend.closedWith).toBe('keep');
    expect(first?.told.length).toBe(told);
    await expect(open()).rejects.toMatchObject({ code: 'terminal.shutdown' });
    // Its link goes with the agent, which is what the viewer is told.
    alice.lose('link.closed');
    expect(await read(terminal)).toBe('(end)');
    expect((await terminal.ended).code).toBe('link.closed');
    await settle();
    expect(first?.told.length).toBe(told);
  });

  it('ends them where they cannot outlive the agent', async () => {
    backend.lasts = false;
    const terminal = await open();
    expect(await service.close('keep')).toBe(0);
    expect(backend.closedWith).toBe('end');
    expect(backend.last.told).toContain('hang up');
    expect(await read(terminal)).toBe('(end)');
    expect((await terminal.ended).code).toBe('terminal.shutdown');
  });

  it('hangs up what is just being opened', async () => {
    let release: () => void = () => undefined;
    backend.gate = new Promise((resolve) => {
      release = resolve;
    });
    const opening = open();
    await settle();
    expect(await service.close('keep')).toBe(0);
    release();
    await expect(opening).rejects.toBeInstanceOf(Error);
    await settle();
    expect(backend.last.told).toEqual(['mute', 'hang up']);
  });
});
