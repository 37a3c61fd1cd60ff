import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ClawReachError } from '#shared/errors.ts';
import type { PlatformClient } from '#shared/platform/index.ts';
import {
  PlainSession,
  type PlainScreen,
  type PlainState,
} from '../../../../src-renderer/dashboard/plain-terminal/plain-session.ts';

const SESSION = '11111111-1111-4111-8111-111111111111';

/** Socket to a relay that the test plays. */
class RelaySocket extends EventTarget {
  readyState: number = WebSocket.CONNECTING;
  bufferedAmount = 0;
  readonly sent: Readonly<{ type: string; data?: Readonly<Record<string, unknown>> }>[] = [];

  send(text: string): void {
    this.sent.push(JSON.parse(text) as RelaySocket['sent'][number]);
  }

  close(): void {
    this.readyState = WebSocket.CLOSED;
  }

  open(): void {
    this.readyState = WebSocket.OPEN;
    this.dispatchEvent(new Event('open'));
  }

  say(type: string, data?: Readonly<Record<string, unknown>>): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify({ type, data }) }));
  }

  end(code: number): void {
    this.readyState = WebSocket.CLOSED;
    this.dispatchEvent(Object.assign(new Event('close'), { code }));
  }

  get types(): readonly string[] {
    return this.sent.map(({ type }) => type);
  }
}

/** Screen that draws when the test says so. */
class SlowScreen implements PlainScreen {
  cols = 80;
  rows = 24;
  bytes = 0;
  readonly resets: boolean[] = [];
  skips = 0;
  #waiting: (() => void)[] = [];

  write(bytes: Uint8Array, done: () => void): void {
    this.bytes += bytes.length;
    this.#waiting.push(done);
  }

  reset(isNew: boolean): void {
    this.resets.push(isNew);
  }

  skipped(): void {
    this.skips += 1;
  }

  draw(): void {
    for (const done of this.#waiting.splice(0)) done();
  }
}

let sockets: RelaySocket[];
let calls: string[];
let refusal: string | undefined;
let states: string[];
let screen: SlowScreen;
let session: PlainSession;

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  calls = [];
  refusal = undefined;
  states = [];
  screen = new SlowScreen();
});
afterEach(() => {
  session.dispose();
  vi.useRealTimers();
});

async function open(given?: string): Promise<RelaySocket> {
  session = new PlainSession({
    client: {
      call: ((name: string) => {
        calls.push(name);
        if (refusal !== undefined) return Promise.reject(new ClawReachError(refusal, 'no'));
        return Promise.resolve({ session: SESSION, startedAt: 0, token: 'token', expiresAt: 0 });
      }) as PlatformClient['call'],
    },
    project: 'p',
    device: 'd',
    session: given,
    openSocket: () => {
      const socket = new RelaySocket();
      sockets.push(socket);
      return socket;
    },
    onSession: () => undefined,
    onState: ({ kind }: PlainState) => states.push(kind),
    random: () => 0,
  });
  session.setScreen(screen);
  await vi.advanceTimersByTimeAsync(0);
  return at(0);
}

function at(index: number): RelaySocket {
  const socket = sockets[index];
  if (socket === undefined) throw new Error('no such socket');
  socket.open();
  socket.say('auth_ok');
  return socket;
}

/** Returns what was typed at the machine, message by message. */
const typed = (socket: RelaySocket): readonly string[] =>
  socket.sent.filter(({ type }) => type === 'stdin').map(({ data }) => atob(String(data?.['data_b64'])));

const output = (bytes: number): Readonly<Record<string, string>> => ({ data_b64: btoa('x'.repeat(bytes)) });

describe('a session of a plain device', () => {
  test('starts its program once, in the size of the screen, and what was typed before waits for it', async () => {
    const socket = await open();
    session.input('ea');
    session.input('rly');
    session.input('x'.repeat(5000));
    session.binary('mouse');
    expect(socket.types).toEqual(['auth', 'session_start']);
    expect(socket.sent[1]?.data).toEqual({ session_id: SESSION, cols: 80, rows: 24 });
    socket.say('session_started');
    expect(typed(socket)).toEqual(['ea', 'rly']);
    session.input('é');
    expect(socket.sent.at(-1)?.data).toEqual({ session_id: SESSION, data_b64: btoa('Ã©') });
    expect(screen.resets).toEqual([true]);
  });

  test('keeps what is typed while the machine is away for the program that runs there, and never gives it to another one', async () => {
    const socket = await open();
    socket.say('session_started');
    socket.say('session_end', { session_id: SESSION, reason: 'connector_disconnected' });
    session.input('kept');
    socket.say('device_meta');
    socket.say('stdout', output(1));
    expect(typed(socket)).toEqual(['kept']);
    socket.say('session_end', { session_id: SESSION, reason: 'connector_disconnected' });
    session.input('for the old one');
    socket.say('device_meta');
    await vi.advanceTimersByTimeAsync(6100);
    socket.say('session_started');
    expect(states.at(-1)).toBe('running');
    expect(typed(socket)).toEqual(['kept']);
  });

  test('takes the program up by a probe, and starts a new one only if the machine stays silent', async () => {
    const socket = await open(SESSION);
    expect(calls).toEqual(['plainSessions.attach']);
    expect(socket.sent.at(-1)).toMatchObject({ type: 'resize', data: { probe: true } });
    await vi.advanceTimersByTimeAsync(5900);
    expect(socket.types).not.toContain('session_start');
    await vi.advanceTimersByTimeAsync(200);
    expect(socket.types).toContain('session_start');
    socket.say('session_started');
    expect(screen.resets).toEqual([true]);
  });

  test('never starts a program anew while the machine is away from the relay', async () => {
    const socket = await open();
    socket.say('session_started');
    socket.say('session_end', { session_id: SESSION, reason: 'connector_disconnected' });
    expect(states.at(-1)).toBe('offline');
    for (let round = 0; round < 6; round += 1) {
      await vi.advanceTimersByTimeAsync(5000);
      socket.say('pong');
      socket.say('error', { message: 'Connector disconnected' });
    }
    expect(socket.types.filter((type) => type === 'session_start')).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(5000);
    socket.say('stdout', output(1));
    expect(states.at(-1)).toBe('running');
    expect(screen.resets).toEqual([true, false]);
  });

  test('makes a lost or silent connection again, and ends where the session is over', async () => {
    (await open()).say('session_started');
    at(0).end(1006);
    expect(states.at(-1)).toBe('lost');
    await vi.advanceTimersByTimeAsync(1000);
    expect(calls).toEqual(['plainSessions.start', 'plainSessions.attach']);
    at(1).say('stdout', output(1));
    expect(states.at(-1)).toBe('running');
    // Nothing is heard any more.
    await vi.advanceTimersByTimeAsync(20_000);
    expect(states).toContain('lost');
    refusal = 'project.session-over';
    await vi.advanceTimersByTimeAsync(40_000);
    expect(states.at(-1)).toBe('over');
    const { length } = sockets;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets).toHaveLength(length);
  });

  test('drops output that the screen is far behind with, and has it drawn again', async () => {
    const socket = await open();
    socket.say('session_started');
    for (let part = 0; part < 64; part += 1) socket.say('stdout', output(256 * 1024));
    expect(screen.bytes).toBeLessThan(9 * 1024 * 1024);
    screen.draw();
    expect(screen.skips).toBe(1);
    expect(socket.sent.at(-1)).toMatchObject({ type: 'resize', data: { probe: true } });
    const { bytes } = screen;
    socket.say('stdout', output(10));
    expect(screen.bytes).toBe(bytes + 10);
  });

  test.each(['', '{', '{"type":1}', '{"type":"stdout","data":{"data_b64":"%"}}', `"${'x'.repeat(600_000)}"`])(
    'ignores what is no message: %.20s',
    async (data) => {
      const socket = await open();
      socket.say('session_started');
      socket.dispatchEvent(new MessageEvent('message', { data }));
      expect(screen.bytes).toBe(0);
      expect(states.at(-1)).toBe('running');
    },
  );
});
