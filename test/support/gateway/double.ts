import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { WebSocket } from 'ws';
import type { Clock, Timer } from '#shared/clock.ts';
import { systemClock } from '#node/clock/index.ts';
import { Approvals } from './approvals.ts';
import { hears } from './audience.ts';
import { makeCertificate, type GatewayCertificate } from './certificate.ts';
import { Chats } from './chats.ts';
import { Connection } from './connection.ts';
import { Credentials, type SharedSecret } from './credentials.ts';
import { Devices } from './devices.ts';
import { receive } from './dispatch.ts';
import { Faults } from './faults.ts';
import type { Json } from './frames.ts';
import type { Gateway, NodeTimes } from './gateway.ts';
import { presenceOf, TICK } from './hello.ts';
import { Invokes } from './invokes.ts';
import { Listener } from './listener.ts';
import { GatewayOwner } from './operator.ts';
import { GatewayRecord } from './record.ts';
import { SetupCodes } from './setup-codes.ts';
import { Surfaces } from './surfaces.ts';
import { Terminals } from './terminals.ts';

const PING = 25_000;

export interface GatewayDoubleOptions {
  /** For requests' lives, signatures, time-outs, ticks; the machine's own unless given. */
  readonly clock?: Clock;
  readonly token?: string;
  /** In the place of a token. */
  readonly password?: string;
  /** False: plain `ws:`. */
  readonly tls?: boolean;
  readonly autoApproveLocal?: boolean;
  readonly version?: string;
  /** Any free one unless given. */
  readonly port?: number;
}

/**
 * A small OpenClaw gateway: what a client meets of version 2026.9.6, over real sockets on loopback. `npm run test:gateway` compares it with
 * the real one. What clients send against the published schema is in `record.violations`; what the double itself would send wrongly throws.
 */
export class GatewayDouble implements Gateway {
  readonly clock: Clock;
  readonly secret: SharedSecret;
  readonly record: GatewayRecord;
  readonly devices: Devices;
  readonly surfaces: Surfaces;
  readonly codes: SetupCodes;
  readonly credentials: Credentials;
  readonly invokes: Invokes;
  readonly approvals: Approvals;
  readonly terminals: Terminals;
  readonly chats: Chats;
  readonly operator: GatewayOwner;
  readonly faults: Faults;
  readonly hostStats = new Map<string, Json>();
  readonly nodeTimes = new Map<string, NodeTimes>();
  readonly version: string;
  autoApproveLocal: boolean;
  /** Set by tests: nobody is admitted yet (close code 1013). */
  starting = false;
  /** Set by tests: sockets are accepted, and nothing is said. */
  silent = false;
  bootId: string = randomUUID();
  startedAt: number;
  readonly recoveryScope: string = randomBytes(32).toString('base64url');
  readonly #connections = new Set<Connection>();
  readonly #open = new Set<Connection>();
  #certificate: GatewayCertificate | undefined;
  #listener: Listener | undefined;
  #port: number;
  #timers: Timer[] = [];

  private constructor(options: GatewayDoubleOptions, certificate: GatewayCertificate | undefined) {
    this.clock = options.clock ?? systemClock;
    this.#certificate = certificate;
    this.#port = options.port ?? 0;
    this.secret =
      options.password === undefined
        ? { mode: 'token', value: options.token ?? 'lab-token-0123456789abcdef' }
        : { mode: 'password', value: options.password };
    this.version = options.version ?? '2026.9.6';
    this.autoApproveLocal = options.autoApproveLocal ?? false;
    this.startedAt = this.clock.now();
    this.record = new GatewayRecord(() => this.clock.now());
    const broadcast = (event: string, payload: unknown, alsoTo?: string): void =>
      this.broadcast(event, payload, alsoTo);
    this.devices = new Devices(this.clock, broadcast);
    this.surfaces = new Surfaces(this.clock, broadcast);
    this.codes = new SetupCodes(this.clock);
    this.credentials = new Credentials(this.clock, this.secret, this.devices, this.codes);
    this.invokes = new Invokes(this.clock);
    this.approvals = new Approvals(this.clock, broadcast, () => this.#connections);
    this.terminals = new Terminals(this.clock);
    this.chats = new Chats(this.clock, () => this.#connections);
    this.operator = new GatewayOwner(this);
    this.faults = new Faults(() => this.#open);
  }

  static async start(options: GatewayDoubleOptions = {}): Promise<GatewayDouble> {
    const double = new GatewayDouble(options, options.tls === false ? undefined : await makeCertificate());
    await double.listen();
    return double;
  }

  get connections(): ReadonlySet<Connection> {
    return this.#connections;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `${this.#certificate === undefined ? 'ws' : 'wss'}://127.0.0.1:${String(this.#port)}`;
  }

  get fingerprint(): string | undefined {
    return this.#certificate?.fingerprint;
  }

  async listen(): Promise<void> {
    this.#listener = await Listener.open({
      certificate: this.#certificate,
      port: this.#port,
      onSocket: (socket, origin) => this.#accept(socket, origin),
      onGet: (path) => this.#get(path),
    });
    this.#port = this.#listener.port;
    this.#every(TICK, () => this.broadcast('tick', { ts: this.clock.now() }));
    this.#every(PING, () => this.#ping());
  }

  /** Connections are refused from now on; those that are open end. `listen` opens the same port again. */
  async unlisten(): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
    await this.#listener?.close();
    this.#listener = undefined;
  }

  /** As SIGTERM and a new start: `shutdown`, close code 1012, another boot id. Pairings stay, terminals and pending approvals go. */
  async restart(
    options: Readonly<{ reason?: string; expectedMs?: number; pause?: () => Promise<void> }> = {},
  ): Promise<void> {
    await this.#shutDown(options.reason ?? 'gateway stopping', options.expectedMs);
    await options.pause?.();
    this.bootId = randomUUID();
    this.startedAt = this.clock.now();
    await this.listen();
  }

  /** A restart with another certificate. @returns its fingerprint */
  async replaceCertificate(): Promise<string> {
    this.#certificate = await makeCertificate();
    await this.restart();
    return this.#certificate.fingerprint;
  }

  async stop(): Promise<void> {
    await this.#shutDown('gateway stopping');
  }

  admit(connection: Connection): void {
    const id = connection.deviceId;
    if (id !== undefined && connection.role === 'node') {
      const before = this.node(id);
      if (before !== undefined) before.superseded = true;
      const now = this.clock.now();
      const client = connection.params?.client;
      this.nodeTimes.set(id, {
        ...this.nodeTimes.get(id),
        connectedAtMs: now,
        lastConnectedAtMs: now,
        lastSeenAtMs: now,
        lastSeenReason: 'connect',
        ...(client === undefined ? {} : { client }),
      });
    }
    this.#connections.add(connection);
    this.#presence();
  }

  broadcast(event: string, payload: unknown, alsoTo?: string): void {
    for (const connection of this.#connections) {
      if (hears(connection, event)) connection.event(event, payload);
      else if (alsoTo !== undefined && connection.deviceId === alsoTo) connection.event(event, payload, false);
    }
    this.record.changed();
  }

  node(nodeId: string): Connection | undefined {
    return [...this.#connections].find((one) => one.role === 'node' && one.deviceId === nodeId && !one.superseded);
  }

  dismiss(deviceId: string, role?: string, spare?: Connection): void {
    for (const connection of this.#connections)
      if (connection.deviceId === deviceId && connection !== spare && (role === undefined || connection.role === role))
        connection.close(4001, 'device removed');
  }

  /** Looks again whenever something was said or happened, until it finds something. */
  until<Value>(what: string, probe: () => Value | undefined | false, timeout = 30_000): Promise<Value> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = probe();
        if (found === undefined || found === false) return;
        clearTimeout(timer);
        off();
        resolve(found);
      };
      const off = this.record.onChange(look);
      const timer = setTimeout(() => {
        off();
        reject(new Error(`the gateway's double waited in vain for ${what}`));
      }, timeout);
      look();
    });
  }

  #accept(socket: WebSocket, origin: string | undefined): void {
    this.record.sockets += 1;
    const connection = new Connection(socket, this.record, origin);
    this.#open.add(connection);
    socket.on('close', () => this.#gone(connection));
    if (this.silent) return;
    socket.on('message', (data: Buffer) => void receive(this, connection, data.toString()));
    const ts = this.clock.now();
    connection.event('connect.challenge', { nonce: connection.nonce, ts, capabilities: [] }, false);
  }

  #gone(connection: Connection): void {
    this.#open.delete(connection);
    if (!this.#connections.delete(connection)) return this.record.changed();
    this.invokes.disconnected(connection);
    this.terminals.disconnected(connection);
    const times = this.nodeTimes.get(connection.deviceId ?? '');
    if (times !== undefined && connection.role === 'node') times.lastDisconnectedAtMs = this.clock.now();
    this.#presence();
    this.record.changed();
  }

  #presence(): void {
    this.broadcast('presence', { presence: presenceOf(this) });
  }

  #get(path: string): string | undefined {
    const uptimeMs = Math.round(this.clock.now() - this.startedAt);
    if (path === '/healthz' || path === '/health') return '{"ok":true,"status":"live"}';
    if (path === '/readyz' || path === '/ready')
      return JSON.stringify({ ready: !this.starting, failing: [], uptimeMs });
    return this.codes.takeJoin(path);
  }

  async #shutDown(reason: string, restartExpectedMs?: number): Promise<void> {
    this.broadcast('shutdown', { reason, ...(restartExpectedMs === undefined ? {} : { restartExpectedMs }) });
    this.terminals.endAll();
    this.chats.endAll();
    const ended = [...this.#open].map((connection) => {
      const closed = once(connection.socket, 'close');
      connection.close(1012, 'service restart');
      return closed;
    });
    // Whoever does not answer the close frame is cut off.
    const limit = setTimeout(() => this.faults.cut(), 2_000);
    await Promise.all(ended);
    clearTimeout(limit);
    await this.unlisten();
  }

  #ping(): void {
    for (const connection of this.#connections) connection.socket.ping();
  }

  #every(interval: number, action: () => void): void {
    const index = this.#timers.length;
    const next = (): void => {
      this.#timers[index] = this.clock.setTimer(interval, () => {
        next();
        action();
      });
    };
    next();
  }
}
