import { createHash } from 'node:crypto';
import { homedir, tmpdir } from 'node:os';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExecService, openExec, startExec, type ExecConnection } from '#agent/terminals/exec/index.ts';
import { descriptorsOf, HAS_PROCESS_TABLE, isRunning } from '#test/support/e2e/process-table.ts';
import { until } from '#test/support/e2e/until.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { FakeLink } from '#test/support/fake-link.ts';
import { newIdentity } from '#test/support/relay-clients.ts';
import type { RightDecision } from '#shared/app-api/index.ts';
import type { LinkStream } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';

const ALICE = { peerId: newIdentity().peerId, name: 'alice' };
const MALLORY = { peerId: newIdentity().peerId, name: 'mallory' };
const FOREVER = 'trap "" HUP; echo "pid $$."; while :; do sleep 1; done';

describe.skipIf(process.platform === 'win32')('a command of a peer that runs without a terminal', () => {
  let clock: FakeClock;
  let service: ExecService;
  let decision: RightDecision;
  let hasRoom: boolean;
  let names: number;
  let recorded: string;
  /** Process ids of what was started, in order. */
  let started: number[];
  /** Called with what the service notes or asks for once a program runs. */
  let afterSpawn: (what: 'record' | 'audit') => void;
  /** Process ids that a test ends at last. */
  const leftovers: number[] = [];
  let isRecording: boolean;
  const events: unknown[] = [];

  beforeEach(() => {
    clock = new FakeClock();
    decision = 'allow';
    hasRoom = true;
    isRecording = false;
    names = 0;
    recorded = '';
    events.length = 0;
    started = [];
    afterSpawn = () => undefined;
    service = new ExecService({
      start: async (request) => {
        const program = await startExec(request);
        started.push(program.pid);
        return program;
      },
      clock,
      logger: silentLogger,
      home: {
        platform: process.platform,
        environment: { PATH: process.env['PATH'], TERM: 'xterm', CLAWREACH_SECRET: 'x', LANG: 'C.UTF-8' },
        shell: '/bin/sh',
        username: 'tester',
        home: homedir(),
      },
      decision: () => decision,
      hasRoomFor: () => hasRoom,
      createId: () => String((names += 1)).padStart(32, '0'),
      record: () => {
        afterSpawn('record');
        return isRecording
          ? {
              output: (bytes) => void (recorded += Buffer.from(bytes).toString()),
              resize: () => undefined,
              redraw: () => undefined,
              stop: () => Promise.resolve(),
            }
          : undefined;
      },
      audit: {
        record: (event, facts) => {
          if (event === 'terminal.opened') afterSpawn('audit');
          events.push([event, facts]);
        },
      },
    });
  });

  afterEach(async () => {
    const closed = service.close();
    await clock.advance(10_000);
    await closed;
    for (const pid of leftovers.splice(0)) end(pid);
  });

  const link = (peer = ALICE): FakeLink => new FakeLink((stream) => void service.serve(stream, peer));
  const run = (script: string, from = link()): Promise<ExecConnection> =>
    openExec(from.session, { command: ['sh', '-c', script] });
  /** Of the caller's side, as it is joined with a user interface. */
  async function outcome({ pipes, ended }: ExecConnection, input = ''): Promise<unknown> {
    await pipes.stdin.write(Buffer.from(input));
    await pipes.stdin.end();
    const [out, err] = await Promise.all([all(pipes.stdout), all(pipes.stderr)]);
    const { exitCode, signal, code } = await ended;
    return { out, err, exitCode, signal, code };
  }

  it('has its streams apart, ends its input where the caller does, and tells its exit code', async () => {
    const running = await run('cat; echo err >&2; exit 7');
    expect(await outcome(running, 'in\0\u0003\r\n')).toEqual({
      out: 'in\0\u0003\r\n',
      err: 'err\n',
      exitCode: 7,
      signal: null,
      code: null,
    });
    await expect.poll(() => service.size).toBe(0);
    expect(events).toMatchObject([
      ['terminal.opened', { name: 'alice', program: 'sh', piped: true, term: 'no terminal' }],
      ['terminal.ended', { exitCode: 7, signal: null, piped: true }],
    ]);
  });

  it('opens its streams by name as with a pipe of the shell', async () => {
    const running = await run('cat /dev/stdin; echo err >/dev/stderr; echo out >/dev/stdout');
    expect(await outcome(running, 'in ')).toMatchObject({ out: 'in out\n', err: 'err\n', exitCode: 0 });
  });

  it('begins in the folder that was asked for, without what is ours, and without a kind of terminal', async () => {
    const folder = realpathSync(tmpdir());
    const command = ['sh', '-c', 'pwd; env'];
    const running = await openExec(link().session, { command, directory: folder });
    const { out } = (await outcome(running)) as { out: string };
    const [place, ...environment] = out.split('\n');
    expect(place).toBe(folder);
    expect(environment).toContain(`PWD=${folder}`);
    expect(environment).toContain('USER=tester');
    expect(environment.filter((line) => /^(?:TERM|CLAWREACH_)/.test(line))).toEqual([]);
  });

  it('is the login shell where no command is named, and reads its commands', async () => {
    const running = await openExec(link().session, {});
    expect(await outcome(running, 'echo $((6*7))\nexit 5\n')).toMatchObject({ out: '42\n', exitCode: 5 });
  });

  it('has each pipe once, and none of another peer’s [S-TERM-4]', async () => {
    const mine = link();
    const ask = (from: FakeLink, pipe: string, exec: string): Promise<unknown> =>
      from.session.open('exec', { action: 'pipe', exec, pipe }).opened.then(
        () => 'opened',
        (error: { details: { code: string } }) => error.details.code,
      );
    // Also before its caller has taken them.
    const control = mine.session.open('exec', { action: 'start', command: ['cat'] });
    const { exec } = (await control.opened) as { exec: string };
    for (const pipe of ['stdin', 'stdout', 'stderr']) {
      expect(await ask(link(MALLORY), pipe, exec)).toBe('terminal.unknown');
      expect(await ask(mine, pipe, exec)).toBe('opened');
    }
    control.reset(0);
    const running = await run('cat', mine);
    for (const pipe of ['stdin', 'stdout', 'stderr']) {
      expect(await ask(link(MALLORY), pipe, running.exec)).toBe('terminal.unknown');
      expect(await ask(mine, pipe, running.exec)).toBe('terminal.unknown');
    }
    expect(await outcome(running, 'still mine')).toMatchObject({ out: 'still mine', exitCode: 0 });
  });

  it.each([
    { action: 'start', command: [] },
    { action: 'start', command: [''] },
    { action: 'start', command: ['a\0b'] },
    { action: 'start', command: ['true'], directory: '//host/share' },
    { action: 'start', command: ['true'], environment: { LD_PRELOAD: '/tmp/x.so' } },
    { action: 'start', command: ['true'], approved: true },
    { action: 'pipe', exec: '0'.repeat(32), pipe: 'control' },
    { action: 'pipe', exec: '../../etc', pipe: 'stdin' },
    null,
  ])('is refused with params that are none: %j', async (params) => {
    const { opened } = link().session.open('exec', params);
    await expect(opened).rejects.toMatchObject({ details: { code: 'terminal.params' } });
    expect(service.size).toBe(0);
  });

  it('counts with the terminals of a peer [S-TERM-4]', async () => {
    const running = await run('cat');
    expect(service.countOf(ALICE.peerId)).toBe(1);
    expect(service.countOf(MALLORY.peerId)).toBe(0);
    hasRoom = false;
    await expect(run('true')).rejects.toMatchObject({ code: 'terminal.too-many' });
    await outcome(running);
    await expect.poll(() => service.countOf(ALICE.peerId)).toBe(0);
  });

  it('is listed for its caller only, and for nobody whose right was taken back', async () => {
    const running = await run('cat');
    expect(service.listedFor(ALICE.peerId)).toMatchObject([{ terminal: running.exec, title: 'sh', noTerminal: true }]);
    expect(service.listedFor(MALLORY.peerId)).toEqual([]);
    decision = 'deny';
    expect(service.listedFor(ALICE.peerId)).toEqual([]);
  });

  it('is recorded where what peers do is recorded [S-TERM-4]', async () => {
    isRecording = true;
    await outcome(await run('echo out; sleep 0.1; echo err >&2'));
    expect(recorded).toBe('out\r\nerr\r\n');
  });

  it.runIf(HAS_PROCESS_TABLE).each([
    ['the link is lost', (from: FakeLink) => from.lose()],
    ['its caller goes', (_from: FakeLink, running: ExecConnection) => running.close()],
    ['the right is taken back', () => service.revoke(ALICE.peerId)],
    ['the agent ends', () => void service.close()],
  ] as const)('is killed with all of its group when %s, whatever it does [S-TERM-4]', async (_what, happen) => {
    const mine = link();
    const running = await run(`sleep 600 & ${FOREVER}`, mine);
    const [pid] = await pidIn(running.pipes.stdout);
    happen(mine, running);
    expect((await running.ended).code).not.toBeNull();
    expect(isRunning(pid)).toBe(true);
    await clock.advance(2000);
    await until('the program to end', () => (isRunning(pid) ? undefined : true));
  });

  describe.runIf(HAS_PROCESS_TABLE)('that leaves programs running in the background', () => {
    const PROOF = "trap '' HUP; exec sleep 600";
    /** Runs a command to its end. @returns the process id of what it leaves */
    async function leave(script = PROOF, from = ALICE): Promise<number> {
      const running = await run(`sh -c "${script}" >/dev/null 2>&1 </dev/null & echo $!`, link(from));
      const { out, exitCode } = (await outcome(running)) as { out: string; exitCode: number };
      expect(exitCode).toBe(0);
      leftovers.push(Number(out));
      await until('the command to be over', () => (service.countOf(from.peerId) === 0 ? true : undefined));
      return Number(out);
    }
    const ended = (pid: number): Promise<true> => until('it to end', () => (isRunning(pid) ? undefined : true));

    it('lets them go on for its caller, and ends them when its right is taken back, whatever they do [S-TERM-2]', async () => {
      const [mine, theirs] = [await leave(), await leave(PROOF, MALLORY)];
      await clock.advance(600_000);
      expect([mine, theirs].map(isRunning)).toEqual([true, true]);
      service.revoke(MALLORY.peerId);
      expect([mine, theirs].map(isRunning)).toEqual([true, true]);
      await clock.advance(2000);
      await ended(theirs);
      expect(isRunning(mine)).toBe(true);
    });

    it('gives them the time to end by themselves when its right is taken back', async () => {
      const mark = join(mkdtempSync(join(tmpdir(), 'clawreach-left-')), 'mark');
      const pid = await leave(`trap 'echo bye >${mark}; exit' HUP; : >${mark}; while :; do sleep 0.1; done`);
      await until('it to be ready', () => (existsSync(mark) ? true : undefined));
      service.revoke(ALICE.peerId);
      await ended(pid);
      expect(readFileSync(mark, 'utf8')).toBe('bye\n');
      rmSync(dirname(mark), { recursive: true });
    });

    it('lets them go on when the agent ends, unless the right was taken back before', async () => {
      const [mine, theirs] = [await leave(), await leave(PROOF, MALLORY)];
      service.revoke(MALLORY.peerId);
      let isClosed = false;
      const closed = service.close().then(() => (isClosed = true));
      await settle();
      expect(isClosed).toBe(false);
      await clock.advance(2000);
      await closed;
      await ended(theirs);
      expect(isRunning(mine)).toBe(true);
      await clock.advance(10_000);
      expect(clock.pending).toBe(0);
    });

    it('is not started where many were left; none is forgotten for another one, and none that has ended counts [S-TERM-2]', async () => {
      const left: number[] = [];
      for (let times = 0; times < 32; times += 1) left.push(await leave());
      await expect(run('true')).rejects.toMatchObject({ code: 'terminal.too-many-left' });
      await leave(PROOF, MALLORY);
      const [first = 0, ...others] = left;
      process.kill(first, 'SIGKILL');
      await ended(first);
      others.push(await leave());
      await expect(run('true')).rejects.toMatchObject({ code: 'terminal.too-many-left' });
      service.revoke(ALICE.peerId);
      await clock.advance(2000);
      for (const pid of others) await ended(pid);
    });

    it('forgets them when they have ended, and looks no more', async () => {
      const pid = await leave('exec sleep 600');
      expect(clock.pending).toBeGreaterThan(0);
      process.kill(pid, 'SIGKILL');
      await until('them to be forgotten', async () => {
        await clock.advance(5000);
        return clock.pending === 0 ? true : undefined;
      });
    });
  });

  it.runIf(HAS_PROCESS_TABLE)(
    'is waited for when the agent ends just after its caller has gone [S-TERM-4]',
    async () => {
      const running = await run(`sh -c 'trap "" HUP; echo "pid $$."; exec sleep 600' & wait`);
      const [pid] = await pidIn(running.pipes.stdout);
      leftovers.push(pid);
      const [leader = 0] = started;
      running.close();
      await until('the command to be over', () => (service.size === 0 && !isRunning(leader) ? true : undefined));
      let isClosed = false;
      const closed = service.close().then(() => (isClosed = true));
      await settle();
      expect([isClosed, isRunning(pid)]).toEqual([false, true]);
      await clock.advance(2000);
      await closed;
      await until('the program to end', () => (isRunning(pid) ? undefined : true));
    },
  );

  it.runIf(HAS_PROCESS_TABLE)('is waited for when the agent ends while it is being started [S-TERM-4]', async () => {
    const opening = run('sleep 600');
    opening.catch(() => undefined);
    await service.close();
    expect(started.length).toBe(1);
    await expect(opening).rejects.toMatchObject({ code: 'terminal.revoked' });
    await until('the program to end', () => (started.some(isRunning) ? undefined : true));
  });

  it.runIf(HAS_PROCESS_TABLE).each(['record', 'audit', 'accept'] as const)(
    'is killed, with its pipes closed, where it cannot be served: %s fails [S-TERM-4]',
    async (where) => {
      const fail = (): never => {
        throw new Error('the disk is full');
      };
      afterSpawn = (what) => what === where && fail();
      const from = new FakeLink(
        (stream) =>
          void service.serve(
            where === 'accept'
              ? { ...stream, accept: fail, refuse: (code, message) => stream.refuse(code, message) }
              : stream,
            ALICE,
          ),
      );
      const before = descriptorsOf(process.pid).length;
      await expect(run('trap "" HUP; sleep 600', from)).rejects.toMatchObject({ code: expect.any(String) });
      await until('the program to end', () => (started.length === 1 && !started.some(isRunning) ? true : undefined));
      expect(service.size).toBe(0);
      await until('its pipes to be closed', () => (descriptorsOf(process.pid).length <= before ? true : undefined));
      const noted = events.flatMap((event) => (Array.isArray(event) ? [String(event[0])] : []));
      expect(noted.at(-1)).toBe(where === 'record' ? undefined : 'terminal.ended');
      expect(clock.pending).toBe(0);
    },
  );

  it('takes signals of three kinds, and whatever else is sent as an attack', async () => {
    const from = link();
    const running = await run('trap "echo got; exit 3" INT; echo "pid $$."; while :; do sleep 0.1; done', from);
    await pidIn(running.pipes.stdout);
    running.signal('SIGINT');
    expect(await all(running.pipes.stdout)).toBe('got\n');
    expect(await running.ended).toMatchObject({ exitCode: 3 });

    const control = link().session.open('exec', { action: 'start', command: ['sleep', '600'] });
    await control.opened;
    // Type 1, "SIGKILL".
    await control.write(Buffer.concat([Buffer.from([9, 1, 7]), Buffer.from('SIGKILL')]));
    expect(await control.closed).toMatchObject({ code: 'link.reset', details: { code: 1 } });
    await until('the command to end', () => (service.size === 0 ? true : undefined));
  });

  it('waits for its pipes, but not for ever [S-TERM-4]', async () => {
    const control = link().session.open('exec', { action: 'start', command: ['sh', '-c', 'yes'] });
    await control.opened;
    expect(service.size).toBe(1);
    await clock.advance(30_000);
    await until('the command to end', () => (service.size === 0 ? true : undefined));
  });

  it('gets SIGPIPE where its caller closes an output, and goes on where it does not mind', async () => {
    const running = await run('yes; echo "yes ended" >&2; exit 4');
    await running.pipes.stdout.read();
    running.pipes.stdout.reset(0);
    expect(await all(running.pipes.stderr)).toBe('yes ended\n');
    expect(await running.ended).toMatchObject({ exitCode: 4 });
  });

  it('stops its caller where it closes its input, and goes on', async () => {
    const running = await run('head -c 3; exec 0<&-; echo; sleep 0.2; exit 6');
    const flood = async (): Promise<void> => {
      for (;;) await running.pipes.stdin.write(new Uint8Array(65_536).fill(0x61));
    };
    await expect(flood()).rejects.toMatchObject({ code: 'link.reset' });
    expect(await all(running.pipes.stdout)).toBe('aaa\n');
    expect(await running.ended).toMatchObject({ exitCode: 6 });
  });

  it('does not take for the end of its input that its caller was lost [S-TERM-6]', async () => {
    const from = link();
    const folder = mkdtempSync(join(tmpdir(), 'clawreach-half-'));
    const script = (mark: string): string =>
      `trap "" HUP; echo ready >&2; cat >/dev/null; echo whole >${join(folder, mark)}; echo whole`;
    const running = await run(script('lost'), from);
    expect(Buffer.from((await running.pipes.stderr.read()) ?? []).toString()).toBe('ready\n');
    await running.pipes.stdin.write(Buffer.from('half of it'));
    const said = all(running.pipes.stderr);
    from.lose();
    await expect(said).rejects.toMatchObject({ code: 'link.path-lost' });
    // It would have been as quick as these, whose input has ended.
    for (const other of ['first', 'second', 'third'])
      expect(await outcome(await run(script(other)), 'all of it')).toMatchObject({ out: 'whole\n', exitCode: 0 });
    await clock.advance(2000);
    await until('the command to end', () => (service.size === 0 ? true : undefined));
    expect(readdirSync(folder).toSorted()).toEqual(['first', 'second', 'third']);
    expect(events.at(-1)).toMatchObject(['terminal.ended', { exitCode: null }]);
    rmSync(folder, { recursive: true });
  });

  it('carries every byte of what is larger than all buffers', async () => {
    const bytes = Buffer.alloc(20_000_000, Buffer.from(Array.from({ length: 251 }, (_byte, index) => index)));
    const running = await run('cat');
    const hash = createHash('sha256');
    const reading = (async () => {
      for (let part = await running.pipes.stdout.read(); part !== null; part = await running.pipes.stdout.read())
        hash.update(part);
    })();
    for (let offset = 0; offset < bytes.length; offset += 100_000)
      await running.pipes.stdin.write(bytes.subarray(offset, offset + 100_000));
    await running.pipes.stdin.end();
    await reading;
    expect(hash.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(await running.ended).toMatchObject({ exitCode: 0 });
  });

  it('is not there on a peer of an older version, which the caller is told', async () => {
    const older = new FakeLink((stream) =>
      stream.refuse('link.unknown-kind', 'streams of kind exec are not known here'),
    );
    await expect(run('true', older)).rejects.toMatchObject({ code: 'terminal.no-pipes' });
  });
});

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}

async function all(stream: LinkStream): Promise<string> {
  let text = '';
  for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read())
    text += Buffer.from(bytes).toString();
  return text;
}

async function pidIn(stream: LinkStream): Promise<readonly [number]> {
  let text = '';
  for (;;) {
    const [, pid] = /pid (\d+)\./.exec(text) ?? [];
    if (pid !== undefined && text.endsWith('\n')) return [Number(pid)];
    text += Buffer.from((await stream.read()) ?? Buffer.from('pid 0.\n')).toString();
  }
}
