import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { ClawReachError } from '#shared/errors.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { INPUT_LIMIT } from '../../../../src-renderer/features/terminals/session/input-queue.ts';
import type { Phase } from '../../../../src-renderer/features/terminals/session/phase.ts';
import type { TerminalHost } from '../../../../src-renderer/features/terminals/session/terminal-host.ts';
import {
  EARLY_LIMIT,
  SHORT_LOSS,
  TerminalSession,
  type SessionScreen,
} from '../../../../src-renderer/features/terminals/session/terminal-session.ts';
import { EXAMPLE_PATH, PeerProgram, type Joint } from './peer-program.ts';

const PEER = 'office';

/** What a terminal would show. */
class TextScreen implements SessionScreen {
  cols = 80;
  rows = 24;
  text = '';
  readonly #decoder = new TextDecoder();

  write(bytes: Uint8Array, done: () => void): void {
    this.text += this.#decoder.decode(bytes, { stream: true });
    done();
  }

  reset(): void {
    this.text = '';
  }

  startBelow(): void {
    this.text += '\n--\n';
  }

  skipped(): void {
    this.text = '(left out)';
  }
}

let clock: FakeClock;
let program: PeerProgram;
let screen: TextScreen;
let phases: string[];
let dropped: number;
let isPaused: boolean;
let session: TerminalSession;

beforeEach(() => {
  clock = new FakeClock();
  program = new PeerProgram();
  screen = new TextScreen();
  phases = [];
  dropped = 0;
  isPaused = false;
});
afterEach(() => {
  session.dispose('detach');
  program.close();
});

function create(
  terminal?: string,
  takeOver = false,
  host: TerminalHost = { kind: 'peer', peerId: PEER },
  phase?: Phase,
): TerminalSession {
  session = new TerminalSession({
    host,
    terminal,
    phase,
    takeOver,
    screen,
    clock,
    changed: () => {
      if (phases.at(-1) !== session.phase.kind) phases.push(session.phase.kind);
    },
    inputDropped: () => (dropped += 1),
    isPaused: () => isPaused,
    random: () => 0.5,
  });
  return session;
}

test.each([{ kind: 'ended', exitCode: 3, signal: null }, { kind: 'gone' }, { kind: 'unopened' }] as const)(
  'one that is restored as $kind asks its machine for nothing until the person wants a shell',
  async (phase) => {
    create('t1', false, { kind: 'peer', peerId: PEER }, phase).connect(program.connect().api);
    session.retryNow();
    await settle();
    expect(session.phase).toEqual(phase);
    session.connect(program.connect().api);
    await settle();
    expect([session.phase, program.opens]).toEqual([phase, []]);
    session.startNew();
    await settle();
    expect(session.phase).toEqual({ kind: 'running' });
    expect(program.opens.map(({ terminal }) => terminal)).toEqual([undefined]);
  },
);

async function openRunning(terminal?: string): Promise<Joint> {
  const joint = program.connect();
  create(terminal).connect(joint.api);
  await settle();
  expect(session.phase).toEqual({ kind: 'running' });
  return joint;
}

const refuse = (code: string) => (): Promise<never> => Promise.reject(new ClawReachError(code, 'no'));

describe('what is typed while a new terminal opens', () => {
  test('reaches its program, in order and once', async () => {
    create();
    session.input('make ');
    session.connect(program.connect().api);
    session.input('test\r');
    await settle();
    expect(await program.told()).toBe('make test\r');
    session.input('ls');
    expect(await program.told()).toBe('ls');
  });

  test('is forgotten if a person has to be asked first, or if it fails', async () => {
    program.answer = async (_input, { progress }) => {
      progress('approval');
      await settle();
      throw new ClawReachError('rights.denied', 'no');
    };
    create();
    session.input('rm -rf build\r');
    session.connect(program.connect().api);
    await settle();
    await settle();
    expect(session.phase.kind).toBe('failed');
    program.answer = undefined;
    session.startNew();
    await settle();
    session.input('ls');
    expect(await program.told()).toBe('ls');
  });

  test('reaches a terminal that the person takes back, from its first character on', async () => {
    program.answer = refuse('terminal.taken-over');
    create('t7').connect(program.connect().api);
    await settle();
    session.input('lost');
    program.answer = undefined;
    session.reattach();
    session.input('make ');
    session.input('test\r');
    await settle();
    expect(program.opens.at(-1)).toMatchObject({ terminal: 't7', takeOver: true });
    expect(await program.told()).toBe('make test\r');
  });

  test('is not kept for a terminal that runs already, nor beyond a limit', async () => {
    create('t7');
    session.input('y\r');
    session.connect(program.connect().api);
    await settle();
    session.input('n');
    expect(await program.told()).toBe('n');
    session.dispose('detach');
    create();
    session.input('a'.repeat(EARLY_LIMIT));
    session.input('b');
    session.connect(program.connect().api);
    await settle();
    expect(await program.told()).toBe('a'.repeat(EARLY_LIMIT));
  });
});

describe('what is typed while the agent of the window is lost', () => {
  test('reaches a terminal that is back within seconds, as when another tab takes over', async () => {
    await openRunning('t7');
    program.end({ code: 'control.lost' });
    await settle();
    expect(session.phase.kind).toBe('lost');
    session.input('make ');
    await clock.advance(100);
    session.input('test\r');
    session.connect(program.connect().api);
    await settle();
    expect(session.phase).toEqual({ kind: 'running' });
    expect(await program.told()).toBe('make test\r');
  });

  test('is forgotten after a longer loss, with all that was typed later', async () => {
    program.answer = undefined;
    await openRunning('t7');
    program.answer = refuse('relay.refused.offline');
    program.end({ code: 'control.lost' });
    await settle();
    session.input('rm ');
    await clock.advance(SHORT_LOSS);
    session.input('-rf build\r');
    program.answer = undefined;
    session.retryNow();
    await settle();
    expect(session.phase).toEqual({ kind: 'running' });
    session.input('ls');
    expect(await program.told()).toBe('ls');
  });

  test('is forgotten if a person there is asked', async () => {
    await openRunning('t7');
    program.answer = async (_input, { progress }) => {
      progress('approval');
      await settle();
      throw new ClawReachError('control.lost', 'no');
    };
    program.end({ code: 'control.lost' });
    await settle();
    session.input('rm -rf build\r');
    session.retryNow();
    await settle();
    await settle();
    expect(session.phase.kind).toBe('lost');
    program.answer = undefined;
    session.retryNow();
    await settle();
    session.input('ls');
    expect(await program.told()).toBe('ls');
  });
});

describe('a terminal that a pause of this device keeps from its machine', () => {
  beforeEach(() => {
    isPaused = true;
    program.answer = refuse('agent.paused');
  });
  const over = (): void => {
    isPaused = false;
    program.answer = undefined;
  };

  test.each([undefined, 't7'])('is sought by itself as soon as the pause is over: %s', async (terminal) => {
    create(terminal).connect(program.connect().api);
    await settle();
    expect(session.phase).toMatchObject({ kind: 'failed', code: 'agent.paused' });
    await clock.advance(3_600_000);
    expect(program.opens).toHaveLength(1);
    over();
    session.retryNow();
    await settle();
    expect(session.phase).toEqual({ kind: 'running' });
    expect(program.opens).toHaveLength(2);
    // It takes nothing away from another device that the person did not choose.
    expect(program.opens[1]).toMatchObject(terminal === undefined ? {} : { terminal, takeOver: false });
    session.retryNow();
    await settle();
    expect(program.opens).toHaveLength(2);
  });

  test('is retried until the agent itself has resumed', async () => {
    create().connect(program.connect().api);
    await settle();
    isPaused = false;
    session.retryNow();
    await settle();
    expect(session.phase).toEqual({ kind: 'connecting' });
    await clock.advance(10_000);
    expect(program.opens.length).toBeGreaterThan(2);
    over();
    await clock.advance(30_000);
    expect(session.phase).toEqual({ kind: 'running' });
    expect(clock.pending).toBe(0);
  });

  test('and whose machine is offline is opened once that is reachable, unless it was refused', async () => {
    create().connect(program.connect().api);
    await settle();
    isPaused = false;
    program.answer = refuse('relay.not-connected');
    session.retryNow();
    await settle();
    expect(session.phase).toMatchObject({ kind: 'away', code: 'relay.not-connected' });
    program.answer = refuse('rights.denied');
    session.retryNow();
    await settle();
    expect(session.phase).toMatchObject({ kind: 'failed', code: 'rights.denied' });
    session.retryNow();
    await settle();
    expect(program.opens).toHaveLength(3);
  });

  test('and was lost before waits for its end, and comes back to the same one', async () => {
    over();
    await openRunning();
    isPaused = true;
    program.answer = refuse('agent.paused');
    program.end({ code: 'link.path-lost' });
    await clock.advance(60_000);
    expect(session.phase).toMatchObject({ kind: 'failed', code: 'agent.paused' });
    over();
    session.retryNow();
    await settle();
    expect(session.phase).toEqual({ kind: 'running' });
    expect(program.opens.at(-1)).toMatchObject({ terminal: 't1' });
  });
});

describe('a terminal that is opened', () => {
  test('has the size of its screen, shows the output of the program, and sends it what is typed', async () => {
    screen.cols = 132;
    await openRunning();
    expect(program.opens).toEqual([{ peer: PEER, cols: 132, rows: 24, term: 'xterm-256color' }]);
    await program.say('$ ');
    session.input('größer');
    expect(await program.told()).toBe('größer');
    session.binary('\u001b[M\u00ff');
    expect([...((await program.channel?.read()) ?? [])]).toEqual([0x1b, 0x5b, 0x4d, 0xff]);
    expect(screen.text).toBe('$ ');
    expect(session.terminal).toBe('t1');
    expect(phases).toEqual(['connecting', 'running']);
  });

  test('waits for a person there when it has to', async () => {
    let allow: () => void = () => undefined;
    const allowed = new Promise<void>((resolve) => {
      allow = resolve;
    });
    program.answer = async (_input, { progress, connection }) => {
      progress('connecting');
      progress('approval');
      await allowed;
      return { channel: connection.openChannel().id, terminal: 't1', path: EXAMPLE_PATH };
    };
    create().connect(program.connect().api);
    await settle();
    expect(session.phase).toEqual({ kind: 'approval' });
    allow();
    await settle();
    expect(phases).toEqual(['connecting', 'approval', 'running']);
  });

  test('and is refused stays so until the person tries again', async () => {
    program.answer = refuse('rights.denied');
    create().connect(program.connect().api);
    await settle();
    expect(session.phase).toMatchObject({ kind: 'failed', code: 'rights.denied' });
    await clock.advance(3_600_000);
    expect(program.opens).toHaveLength(1);
    program.answer = undefined;
    session.reattach();
    await settle();
    expect(session.phase).toEqual({ kind: 'running' });
    expect(program.opens[1]).not.toHaveProperty('terminal');
  });
});

test('a terminal that a person has declined says until when that stays so, counted from the refusal', async () => {
  program.answer = () => Promise.reject(new ClawReachError('rights.denied', 'no', { details: { retryAfter: 60_000 } }));
  create().connect(program.connect().api);
  await settle();
  const declinedAt = clock.now();
  await clock.advance(5000);
  expect(session.phase).toMatchObject({
    kind: 'failed',
    code: 'rights.declined',
    error: { code: 'rights.declined', details: { until: declinedAt + 60_000 } },
  });
  // Asked again within that time, it is declined without being shown, for the rest of it.
  program.answer = () => Promise.reject(new ClawReachError('rights.denied', 'no', { details: { retryAfter: 55_000 } }));
  session.reattach();
  await settle();
  expect(session.phase).toMatchObject({ error: { details: { until: declinedAt + 60_000 } } });
  program.answer = refuse('rights.denied');
  session.reattach();
  await settle();
  expect(session.phase).toMatchObject({ kind: 'failed', code: 'rights.denied' });
});

describe('a terminal that is opened while its machine is away', () => {
  // A machine that is stopping refuses terminals itself.
  test.each(['direct.connection-refused', 'relay.refused.offline', 'terminal.shutdown'])(
    'waits for it, and opens as soon as it is back: %s',
    async (code) => {
      program.answer = refuse(code);
      create().connect(program.connect().api);
      await settle();
      expect(session.phase).toMatchObject({ kind: 'away', code, retryAt: clock.now() + 500 });
      session.input('ls\r');
      await clock.advance(3_600_000);
      // At most one attempt a minute, beyond the first few.
      expect(program.opens.length).toBeGreaterThan(60);
      expect(program.opens.length).toBeLessThan(150);
      program.answer = undefined;
      session.retryNow();
      await settle();
      expect(session.phase).toEqual({ kind: 'running' });
      expect(program.opens.at(-1)).not.toHaveProperty('terminal');
      // Nothing that was typed minutes ago runs there.
      session.input('x');
      expect(await program.told()).toBe('x');
      expect(phases).toEqual(['connecting', 'away', 'running']);
      expect(clock.pending).toBe(0);
    },
  );

  test('asks a person there once it is back, and stays declined', async () => {
    program.answer = refuse('link.no-way');
    create().connect(program.connect().api);
    await settle();
    program.answer = async (_input, { progress }) => {
      progress('approval');
      await settle();
      throw new ClawReachError('rights.denied', 'no');
    };
    session.retryNow();
    await settle();
    await settle();
    expect(phases).toEqual(['connecting', 'away', 'approval', 'failed']);
    await clock.advance(3_600_000);
    expect(program.opens).toHaveLength(2);
  });
});

describe('a program that is interrupted', () => {
  test('drops output that is not drawn yet, and then shows the present screen', async () => {
    await openRunning();
    for (const key of ['l', '\u0003', '\u001a', '\u001c', '\u0004']) {
      session.input(key);
      await settle();
    }
    expect(program.catchUps.map(({ waiting }) => waiting)).toEqual([0, 0, 0]);
    await program.say('flood');
    program.redraw(5);
    await program.say('$ ');
    await settle();
    expect(screen.text).toBe('(left out)$ ');
  });

  test('on the machine of a gateway continues as it is: its screen cannot be redrawn', async () => {
    create(undefined, false, { kind: 'gateway', gatewayId: 'home' }).connect(program.connect().api);
    await settle();
    session.input('\u0003');
    await settle();
    expect(program.catchUps).toEqual([]);
    expect(await program.told()).toBe('\u0003');
  });
});

describe('a terminal that another device of the person may have', () => {
  const takings = (): readonly (boolean | undefined)[] => program.opens.map(({ takeOver }) => takeOver);

  test('is taken over when the person chose it, through losses until it is here, and only then', async () => {
    program.answer = refuse('link.timeout');
    create('t1', true).connect(program.connect().api);
    await settle();
    program.answer = undefined;
    await clock.advance(500);
    expect(session.phase).toEqual({ kind: 'running' });
    program.end({ code: 'link.path-lost' });
    await settle();
    program.answer = refuse('terminal.taken-over');
    await clock.advance(500);
    // It came back by itself and has taken nothing away: the person decides.
    expect(takings()).toEqual([true, true, false]);
    expect(session.phase).toEqual({ kind: 'elsewhere', isInTab: false });
    await clock.advance(3_600_000);
    program.answer = undefined;
    session.reattach();
    await settle();
    expect(takings()).toEqual([true, true, false, true]);
    expect(session.phase).toEqual({ kind: 'running' });
  });

  test('and was open here before the window was reloaded is not taken from another device', async () => {
    program.answer = refuse('terminal.taken-over');
    create('t1').connect(program.connect().api);
    await settle();
    expect(takings()).toEqual([false]);
    expect(session.phase).toEqual({ kind: 'elsewhere', isInTab: false });
  });
});

describe('a terminal whose path is lost', () => {
  test('keeps its screen, and after a wait attaches to the same terminal, redrawn', async () => {
    await openRunning();
    await program.say('what was there');
    await settle();
    program.end({ code: 'link.path-lost' });
    await settle();
    expect(session.phase).toEqual({
      kind: 'lost',
      code: 'link.path-lost',
      retryAt: clock.now() + 500,
      awaitsApproval: false,
    });
    expect(screen.text).toBe('what was there');
    // This machine is back at the relay before the other one.
    program.answer = refuse('relay.refused.offline');
    await clock.advance(500);
    // The bound of the wait has doubled.
    expect(session.phase).toMatchObject({ kind: 'lost', code: 'relay.refused.offline', retryAt: clock.now() + 1000 });
    expect(screen.text).toBe('what was there');
    program.answer = undefined;
    await clock.advance(1000);
    expect(session.phase).toEqual({ kind: 'running' });
    expect(program.opens.map(({ terminal }) => terminal)).toEqual([undefined, 't1', 't1']);
    expect(screen.text).toBe('');
    await program.say('what was there, and more');
    await settle();
    expect(screen.text).toBe('what was there, and more');
    expect(clock.pending).toBe(0);
    expect(phases).toEqual(['connecting', 'running', 'lost', 'running']);
    // The next loss starts over with a short wait.
    program.end({ code: 'link.path-lost' });
    await settle();
    expect(session.phase).toMatchObject({ kind: 'lost', retryAt: clock.now() + 500 });
  });

  test('comes back with the size that its screen has by then', async () => {
    await openRunning();
    program.end({ code: 'link.path-lost' });
    await settle();
    screen.cols = 100;
    session.resized();
    session.retryNow();
    await settle();
    expect(program.opens[1]).toMatchObject({ terminal: 't1', cols: 100 });
    expect(program.resizes).toEqual([]);
  });

  test('takes no input meanwhile', async () => {
    await openRunning();
    program.end({ code: 'link.path-lost' });
    await settle();
    session.input('rm -rf /tmp/x\r');
    session.retryNow();
    await settle();
    session.input('ls\r');
    expect(await program.told()).toBe('ls\r');
  });

  test('because the agent is gone comes back with the next connection to it, at once', async () => {
    const joint = await openRunning('kept');
    joint.connection.close();
    await settle();
    expect(session.phase).toMatchObject({ kind: 'lost', code: 'control.lost' });
    session.connect(program.connect().api);
    await settle();
    expect(session.phase).toEqual({ kind: 'running' });
    expect(program.opens.map(({ terminal }) => terminal)).toEqual(['kept', 'kept']);
  });

  test('is gone when the peer no longer knows it, and not retried after a refusal', async () => {
    await openRunning();
    program.end({ code: 'link.path-lost' });
    await settle();
    program.answer = refuse('rights.denied');
    session.retryNow();
    await settle();
    expect(session.phase).toMatchObject({ kind: 'failed', code: 'rights.denied' });
    program.answer = refuse('terminal.unknown');
    session.reattach();
    await settle();
    expect(session.phase).toEqual({ kind: 'gone' });
    await clock.advance(3_600_000);
    expect(program.opens).toHaveLength(3);
  });
});

describe('a terminal whose program ends', () => {
  test('shows its last output first, and a new one replaces it', async () => {
    await openRunning();
    await program.say('last words');
    program.end({ exitCode: 3 });
    await settle();
    expect(screen.text).toBe('last words');
    expect(session.phase).toEqual({ kind: 'ended', exitCode: 3, signal: null });
    session.input('ignored');
    // Nothing of it is left on the connection.
    expect(await program.channel?.read()).toBeNull();
    session.startNew();
    await settle();
    expect(session.phase).toEqual({ kind: 'running' });
    expect(program.opens[1]).not.toHaveProperty('terminal');
    expect(session.terminal).toBe('t2');
    // What the last one has written is above.
    expect(screen.text).toBe('last words\n--\n');
  });

  test('because its machine was stopped says so, and is not sought', async () => {
    await openRunning();
    program.end({ code: 'terminal.shutdown' });
    await settle();
    expect(session.phase).toEqual({ kind: 'ended', exitCode: null, signal: null, reason: 'shutdown' });
    await clock.advance(3_600_000);
    expect(program.opens).toHaveLength(1);
  });

  test('gives its place to a new one once that is there: giving up leaves what was there', async () => {
    await openRunning();
    await program.say('last words');
    program.end({ exitCode: 3 });
    await settle();
    expect(session.cancelNew()).toBe(false);
    program.answer = refuse('link.no-way');
    session.startNew();
    await settle();
    expect(session.phase).toMatchObject({ kind: 'away' });
    expect([session.hasOutput, screen.text]).toEqual([true, 'last words']);
    expect(session.cancelNew()).toBe(true);
    expect(session.phase).toEqual({ kind: 'ended', exitCode: 3, signal: null });
    await clock.advance(3_600_000);
    expect(program.opens).toHaveLength(2);
    program.answer = undefined;
    session.startNew();
    await settle();
    expect(session.phase).toEqual({ kind: 'running' });
    expect(session.cancelNew()).toBe(false);
  });

  test('and whose new one is given up before its answer leaves none behind', async () => {
    await openRunning();
    program.end({ exitCode: 0 });
    await settle();
    const answer = Promise.withResolvers<void>();
    const answered = program.answer;
    program.answer = async (_input, { connection, progress }) => {
      await answer.promise;
      progress('approval');
      return { channel: connection.openChannel().id, terminal: 't2', path: EXAMPLE_PATH };
    };
    session.startNew();
    await settle();
    session.cancelNew();
    answer.resolve();
    await settle();
    expect(session.phase).toMatchObject({ kind: 'ended', exitCode: 0 });
    program.answer = answered;
    session.startNew();
    await settle();
    expect(session.phase).toEqual({ kind: 'running' });
  });

  test('learns of an end that came before its output was read', async () => {
    program.answer = async (_input, { connection }) => {
      const channel = connection.openChannel();
      connection.emit('terminal.ended', { channel: channel.id, exitCode: null, signal: 'SIGKILL', code: null });
      void channel.write(new TextEncoder().encode('quick')).then(() => channel.end());
      return { channel: channel.id, terminal: 't1', path: EXAMPLE_PATH };
    };
    create().connect(program.connect().api);
    await settle();
    expect(session.phase).toEqual({ kind: 'ended', exitCode: null, signal: 'SIGKILL' });
    expect(screen.text).toBe('quick');
  });
});

describe('the size', () => {
  test('is resized with one call at a time: sizes in between are skipped', async () => {
    await openRunning();
    let answer: () => void = () => undefined;
    program.resizing = new Promise((resolve) => {
      answer = resolve;
    });
    for (const cols of [90, 100, 110, 120]) {
      screen.cols = cols;
      session.resized();
      await settle();
    }
    expect(program.resizes).toEqual([{ cols: 90, rows: 24 }]);
    answer();
    await settle();
    expect(program.resizes).toEqual([
      { cols: 90, rows: 24 },
      { cols: 120, rows: 24 },
    ]);
    session.resized();
    await settle();
    expect(program.resizes).toHaveLength(2);
  });
});

describe('a terminal that is left', () => {
  test.each(['close', 'detach'] as const)('by %s says so behind the last input', async (how) => {
    await openRunning();
    session.input('last');
    session.dispose(how);
    await settle();
    expect(program.closes).toEqual([{ channel: program.channel?.id, detach: how === 'detach' }]);
    expect(await program.told()).toBe('last');
    expect(await program.channel?.read()).toBeNull();
    const before = phases.length;
    session.reattach();
    session.input('more');
    await settle();
    expect([program.opens.length, phases.length]).toEqual([1, before]);
  });

  test('while it is being opened withdraws its request', async () => {
    let aborted = false;
    program.answer = (_input, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true;
          reject(new ClawReachError('control.cancelled', 'nobody waits'));
        });
      });
    create().connect(program.connect().api);
    await settle();
    session.dispose('close');
    await settle();
    expect(aborted).toBe(true);
    expect(program.closes).toEqual([]);
  });

  test.each([
    [undefined, false],
    ['kept', true],
  ])(
    'when the answer is there and not yet seen: %s is left running: %s',
    async (terminal: string | undefined, detach) => {
      const { api, transport, connection } = program.connect();
      const off = api.on('approvals.changed', () => session.dispose('close'));
      create(terminal);
      session.connect(api);
      transport.setPaused?.(true);
      await settle();
      connection.emit('approvals.changed', []);
      await settle();
      // Both are taken in one go: the answer is here before its caller has it.
      transport.setPaused?.(false);
      await settle();
      expect(program.opens).toHaveLength(1);
      expect(program.closes).toEqual([{ channel: program.channel?.id, detach }]);
      expect(await program.channel?.read()).toBeNull();
      off();
    },
  );

  test('during a retry ends the retries', async () => {
    await openRunning();
    program.end({ code: 'link.path-lost' });
    await settle();
    expect(clock.pending).toBe(1);
    session.dispose('detach');
    expect(clock.pending).toBe(0);
    session.retryNow();
    await settle();
    expect(program.opens).toHaveLength(1);
  });
});

test('unread input is dropped when too much waits, with one warning until it flows again', async () => {
  await openRunning();
  session.input('x'.repeat(INPUT_LIMIT));
  expect(dropped).toBe(0);
  for (let times = 0; times < 5; times += 1) session.input('y');
  expect(dropped).toBe(1);
  let taken = 0;
  while (taken < INPUT_LIMIT) taken += (await program.channel?.read())?.length ?? Number.NaN;
  expect(taken).toBe(INPUT_LIMIT);
  await settle();
  session.input('z');
  expect(await program.told()).toBe('z');
  expect(dropped).toBe(1);
});

describe('a terminal on a gateway’s own machine', () => {
  const HOME: TerminalHost = { kind: 'gateway', gatewayId: 'h0megateway00001' };

  test('is opened there, comes back to the same one after a loss, and is left or ended as any other', async () => {
    const { api } = program.connect();
    create(undefined, false, HOME).connect(api);
    await settle();
    expect(session.phase.kind).toBe('running');
    await program.say('$ ');
    program.end({ code: 'gateway.restarting' });
    await settle();
    expect(session.phase).toMatchObject({ kind: 'lost', code: 'gateway.restarting' });
    session.retryNow();
    await settle();
    expect(session.phase.kind).toBe('running');
    expect(program.gatewayOpens).toEqual([
      { gateway: HOME.gatewayId, cols: 80, rows: 24 },
      { gateway: HOME.gatewayId, cols: 80, rows: 24, terminal: 'g1' },
    ]);
    expect(program.opens).toEqual([]);
    session.dispose('detach');
    await settle();
    expect(program.closes).toMatchObject([{ detach: true }]);
  });

  test('that was ended by the gateway is gone, and is replaced by a new one on request', async () => {
    const { api } = program.connect();
    create('g7', false, HOME).connect(api);
    await settle();
    program.end({ code: 'terminal.unknown' });
    await settle();
    expect(session.phase.kind).toBe('gone');
    session.startNew();
    await settle();
    expect(session.phase.kind).toBe('running');
    expect(program.gatewayOpens.map(({ terminal }) => terminal)).toEqual(['g7', undefined]);
  });
});
