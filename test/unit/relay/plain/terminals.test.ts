import { beforeEach, describe, expect, it } from 'vitest';
import type { RouteSocket } from '#relay/http/index.ts';
import { Connector, Connectors } from '#relay/plain/connectors.ts';
import { PLAIN_LIMITS, PLAIN_RATES } from '#relay/plain/limits.ts';
import { Terminals, type Viewer } from '#relay/plain/terminals.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

const SESSION = '1'.repeat(32);
const DEVICE = '2'.repeat(32);
const size = { cols: 100, rows: 30 };

/** End of a WebSocket that keeps what was sent. */
class FakeSocket {
  readonly sent: { type: string; data?: Record<string, unknown> }[] = [];
  readonly isOpen = true;
  buffered = 0;
  closed: number | undefined;
  send(text: string): boolean {
    this.sent.push(JSON.parse(text) as { type: string });
    return true;
  }
  close(code: number): void {
    this.closed = code;
  }
  pause(): void {
    // Nothing is read here.
  }
  resume(): void {
    // Nothing is read here.
  }
  /** Types of the messages so far, and forgets them. */
  taken(): string[] {
    return this.sent.splice(0).map(({ type, data }) => (data?.['probe'] === true ? `${type} probe` : type));
  }
}

let clock: FakeClock;
let connectors: Connectors;
let terminals: Terminals;
let ended: string[];
beforeEach(() => {
  clock = new FakeClock();
  connectors = new Connectors();
  ended = [];
  terminals = new Terminals({
    clock,
    limits: PLAIN_LIMITS,
    connectors,
    ended: (session, reason) => void ended.push(`${session.slice(0, 1)} ${reason}`),
  });
});

function connect(): { socket: FakeSocket; connector: Connector } {
  const socket = new FakeSocket();
  const device = { id: DEVICE, project: 'p', name: 'n', workdir: null, tokenHash: null };
  const facts = { device, tokenHash: new Uint8Array(32), kind: 'connector' } as const;
  const connector = new Connector(socket as unknown as RouteSocket, facts, {
    clock,
    limits: PLAIN_LIMITS,
    rates: PLAIN_RATES,
  });
  connectors.add(connector);
  return { socket, connector };
}

function view(): { socket: FakeSocket; viewer: Viewer } {
  const socket = new FakeSocket();
  const viewer: Viewer = { socket: socket as unknown as RouteSocket, session: SESSION, signIn: 's' };
  terminals.attach(viewer, DEVICE);
  return { socket, viewer };
}

describe('a session is started', () => {
  it('by the viewer, as the published browser does; a second start of a live one becomes a probe', () => {
    const { socket, connector } = connect();
    const { viewer } = view();
    terminals.fromViewer(viewer, { type: 'session_start', session: SESSION, size });
    expect(socket.sent).toEqual([
      { type: 'session_start', data: { session_id: '11111111-1111-1111-1111-111111111111', ...size } },
    ]);
    terminals.fromViewer(viewer, { type: 'session_start', session: SESSION, size });
    expect(socket.taken()).toEqual(['session_start']);
    terminals.fromConnector(connector, { type: 'session_started', session: SESSION });
    terminals.fromViewer(view().viewer, { type: 'session_start', session: SESSION, size });
    expect(socket.taken()).toEqual(['resize probe']);
  });

  it('by the relay for a silent viewer, after two seconds', async () => {
    const { socket } = connect();
    view();
    await clock.advance(1999);
    expect(socket.taken()).toEqual([]);
    await clock.advance(1);
    expect(socket.sent).toMatchObject([{ type: 'session_start', data: { cols: 80, rows: 24 } }]);
    await clock.advance(60_000);
    expect(socket.taken()).toEqual(['session_start']);
  });

  it('by the relay before the first size or key of a viewer that never sends a start', () => {
    const { socket } = connect();
    const { viewer } = view();
    terminals.fromViewer(viewer, { type: 'resize', session: SESSION, size, probe: false });
    terminals.fromViewer(viewer, { type: 'stdin', session: SESSION, data: 'eA==' });
    expect(socket.sent).toMatchObject([
      { type: 'session_start', data: size },
      { type: 'stdin', data: { data_b64: 'eA==' } },
    ]);
  });

  it('by no one while a probe may still be answered, and again by the viewer when nothing has', async () => {
    const { socket } = connect();
    const { viewer } = view();
    terminals.fromViewer(viewer, { type: 'resize', session: SESSION, size, probe: true });
    terminals.fromViewer(viewer, { type: 'stdin', session: SESSION, data: 'eA==' });
    await clock.advance(3000);
    expect(socket.taken()).toEqual(['resize probe', 'stdin']);
    terminals.fromViewer(viewer, { type: 'session_start', session: SESSION, size });
    expect(socket.taken()).toEqual(['session_start']);
  });

  it('again on a new connection of the connector, and after it has lost the session', () => {
    const first = connect();
    const { viewer, socket: screen } = view();
    terminals.fromViewer(viewer, { type: 'session_start', session: SESSION, size });
    terminals.fromConnector(first.connector, { type: 'session_started', session: SESSION });
    const second = connect();
    terminals.disconnected(first.connector);
    expect(screen.taken()).toEqual(['session_started', 'session_end']);
    terminals.fromViewer(viewer, { type: 'session_start', session: SESSION, size });
    expect(second.socket.taken()).toEqual(['session_start']);
    terminals.fromConnector(second.connector, { type: 'session_started', session: SESSION });
    terminals.fromConnector(second.connector, { type: 'error', session: SESSION, message: 'session_not_found' });
    terminals.fromViewer(viewer, { type: 'session_start', session: SESSION, size });
    expect(second.socket.taken()).toEqual(['session_start']);
    // The old connection has no word any more.
    terminals.fromConnector(first.connector, { type: 'session_end', session: SESSION, reason: 'exit' });
    expect(ended).toEqual([]);
  });
});

describe('a live session', () => {
  it('is drawn again for a silent viewer that joins it, in the size that it has', async () => {
    const { socket, connector } = connect();
    terminals.fromViewer(view().viewer, { type: 'session_start', session: SESSION, size });
    terminals.fromConnector(connector, { type: 'session_started', session: SESSION });
    socket.taken();
    view();
    await clock.advance(2000);
    expect(socket.sent).toMatchObject([{ type: 'resize', data: { ...size, probe: true } }]);
  });

  it('ends half an hour after its last viewer has gone, and its shell with it', async () => {
    const { socket } = connect();
    const [first, second] = [view(), view()];
    terminals.fromViewer(first.viewer, { type: 'session_start', session: SESSION, size });
    socket.taken();
    terminals.detach(first.viewer);
    await clock.advance(40 * 60_000);
    terminals.sweep();
    terminals.detach(second.viewer);
    await clock.advance(30 * 60_000 - 1);
    terminals.sweep();
    expect(ended).toEqual([]);
    await clock.advance(1);
    terminals.sweep();
    expect(ended).toEqual(['1 no_viewer']);
    expect(socket.sent).toMatchObject([{ type: 'session_end', data: { reason: 'user_disconnect' } }]);
    expect(clock.pending).toBe(0);
  });

  it('has its own reason shown, and a known one recorded', () => {
    const { connector } = connect();
    const { socket, viewer } = view();
    terminals.fromViewer(viewer, { type: 'session_start', session: SESSION, size });
    terminals.fromConnector(connector, { type: 'session_end', session: SESSION, reason: 'the shell said: secret' });
    expect(socket.sent).toMatchObject([{ type: 'session_end', data: { reason: 'the shell said: secret' } }]);
    expect([socket.closed, ended]).toEqual([1000, ['1 other']]);
  });

  it('is told to a viewer as unreachable while its connector is away', () => {
    const { socket, viewer } = view();
    terminals.fromViewer(viewer, { type: 'stdin', session: SESSION, data: 'eA==' });
    expect(socket.sent).toMatchObject([{ type: 'error', data: { message: 'Connector disconnected' } }]);
    terminals.fromViewer(viewer, { type: 'ping' });
    expect(socket.sent.at(-1)).toEqual({ type: 'pong' });
  });
});
