import { withTimeout } from '#shared/timeout.ts';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { addressGroup } from '#shared/forward/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { errorMessage, FormatError } from '#shared/errors.ts';
import { shortPeerId, type PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { UpgradedSocket } from '../http/index.ts';
import type { RelayKey, Sealer } from '../keys/index.ts';
import type { HubLimits, RateLimits } from '../limits/index.ts';
import { RawDataConnection, WebSocketDataConnection, type DataConnection } from '../data/index.ts';
import { Metrics } from '../metrics/index.ts';
import type { Membership, SessionRecord, Store } from '../store/index.ts';
import { AddressLog } from './address-log.ts';
import { Admission } from './admission.ts';
import { RateLimiter } from './rate-limiter.ts';
import { PeerConnections, type LiveLink } from './peer-connections.ts';
import { ControlConnection, type ControlContext, type ControlSocket } from './control-connection.ts';
import { decodeControlMessage } from './decode-control-message.ts';
import { OnlineDevices } from './online-devices.ts';
import { Dispatcher } from './dispatcher.ts';
import { ControlHandshake } from './control-handshake.ts';
import { PingScheduler } from './ping-scheduler.ts';
import { HelloError } from './hello.ts';
import { MailboxRegistry } from './mailbox-registry.ts';
import { MemberChanges, type MemberRemoval } from './member-changes.ts';
import { MessageForwarder, type InstanceReceiver } from './message-forwarder.ts';
import { Presence } from './presence.ts';
import { Shares } from './shares.ts';
import { SessionWriter } from './session-writer.ts';

/** Clock, keys, limits, database and callbacks of the hub. */
export type HubOptions = Readonly<{
  clock: Clock;
  crypto: CryptoBackend;
  logger: Logger;
  limits: HubLimits;
  rates: RateLimits;
  relayKey: RelayKey;
  /** Opens the keys of enrol tickets; undefined for a relay without accounts, where no ticket counts. */
  sealer: Sealer | undefined;
  /** Admission token; undefined admits every device, unless `accountsOnly` is set. */
  admissionToken: string | undefined;
  /** True to admit a new device by an enrol ticket or an enrolment only. */
  accountsOnly: boolean;
  store: Store;
  /** Returns the pins of the served certificates; undefined if TLS doesn't end in this process. */
  tlsPins(): readonly Uint8Array[] | undefined;
  /** Reports whether clients may dial this relay by this name (`AuthorityCheck`). */
  acceptsAuthority(authority: string, host: string, tlsPin: Uint8Array): boolean;
  /** Reports whether a web page may use this relay under this name (`AuthorityCheck`). */
  acceptsPage(authority: string, page: Readonly<{ host: string; origin: string | undefined }>): boolean;
  /** Returns the UDP port of the STUN responder; undefined if there is none. */
  stunPort(): number | undefined;
  /** Number of unauthenticated sockets. */
  unauthenticated(): number;
  /** Called once a socket has authenticated. */
  authenticated(socket: Socket): void;
}>;

const NOTHING = new Uint8Array(0);
/** Interval of the one timer that serves every timeout and ping, ms. */
const SWEEP_INTERVAL = 500;
/** Number of sweeps between two cleanups of the rate limits' buckets, which only use memory. */
const BUCKET_SWEEPS = 60;

/** Receiver of changes among devices and connections, such as the platform. It is called at once and doesn't throw. */
export type HubObserver = Readonly<{
  /** Called when a device has entered or left projects, or has gone online or offline in them. */
  devicesChanged(projects: readonly string[], peer: PeerId): void;
  /** Called when connections between devices have begun, or have ended and are in the history. */
  linksChanged(links: readonly Pick<SessionRecord, 'from' | 'to'>[]): void;
}>;

/**
 * Live state of the relay: control connections of devices and joiners, pending and joined data connections, mailboxes. Composes the parts in this
 * folder. Created by `startRelay`, which passes in the sockets; everything except the session history ends with the process.
 */
export class Hub {
  readonly metrics: Metrics;
  readonly #options: HubOptions;
  readonly #context: ControlContext;
  readonly #buckets: RateLimiter;
  readonly #devices = new OnlineDevices((projects, peer) => this.#devicesChanged(projects, peer));
  readonly #presence: Presence;
  readonly #connections: PeerConnections;
  readonly #memberChanges: MemberChanges;
  readonly #mailboxes: MailboxRegistry;
  readonly #shares: Shares;
  readonly #messages: MessageForwarder;
  readonly #dispatcher: Dispatcher;
  readonly #heartbeat: PingScheduler;
  readonly #handshake: ControlHandshake;
  readonly #addressLog: AddressLog;
  readonly #history: SessionWriter;
  /** Sockets of data connections that haven't shown their ticket, which count as unauthenticated. */
  readonly #linkSockets = new WeakMap<DataConnection, Socket>();
  #observer: HubObserver | undefined;
  #instances: InstanceReceiver | undefined;
  #draining = false;
  #sweeps = 0;
  #timer: Timer | undefined;

  constructor(options: HubOptions) {
    const { clock, crypto, limits, rates, relayKey, admissionToken, store, logger } = options;
    this.#options = options;
    this.metrics = new Metrics(() => ({
      unauthenticated: options.unauthenticated(),
      devices: this.#devices.size,
      joiners: this.#handshake.joiners,
      ringing: this.#connections.ringing,
      attaching: this.#connections.attaching,
      links: this.#connections.joined,
      mailboxes: this.#mailboxes.size,
      liveBytes: this.#connections.liveBytes,
    }));
    this.#context = {
      controlBuffer: limits.controlBuffer,
      overflowed: (connection) => {
        this.metrics.refused('control', 'buffer');
        this.#addressLog.write('warn', 'a client does not read', {
          peer: nameOf(connection),
          address: connection.address,
        });
      },
      received: (connection, data, isBinary) => this.#received(connection, data, isBinary),
      closed: (connection) => this.#closed(connection),
    };
    this.#addressLog = new AddressLog({ clock, logger });
    this.#buckets = new RateLimiter(rates);
    const admission = new Admission({
      crypto,
      relayKey: relayKey.publicKey,
      sealer: options.sealer,
      token: admissionToken,
      accountsOnly: options.accountsOnly,
    });
    this.#presence = new Presence(this.#devices);
    this.#history = new SessionWriter({
      clock,
      logger,
      store,
      written: (records) => this.#observer?.linksChanged(records),
    });
    const random = (length: number): Uint8Array => crypto.randomBytes(length);
    this.#connections = new PeerConnections({
      clock,
      limits,
      metrics: this.metrics,
      random,
      online: (peer) => this.#devices.get(peer) ?? this.#shares.guest(peer),
      authenticated: (dataConnection) => {
        const socket = this.#linkSockets.get(dataConnection);
        if (socket !== undefined) options.authenticated(socket);
      },
      joined: (from, to) => this.#observer?.linksChanged([{ from, to }]),
      ended: (record, seemsDirect) => this.#history.add(record, seemsDirect),
    });
    this.#mailboxes = new MailboxRegistry({ clock, limits, metrics: this.metrics, random });
    this.#shares = new Shares(limits);
    this.#memberChanges = new MemberChanges({
      devices: this.#devices,
      presence: this.#presence,
      connections: this.#connections,
      changed: (projects, peer) => this.#devicesChanged(projects, peer),
    });
    this.#messages = new MessageForwarder({
      clock,
      limits,
      rateLimiter: this.#buckets,
      devices: this.#devices,
      instances: () => this.#instances,
    });
    this.#dispatcher = new Dispatcher({
      clock,
      crypto,
      logger,
      metrics: this.metrics,
      rateLimiter: this.#buckets,
      store,
      admission,
      devices: this.#devices,
      memberChanges: this.#memberChanges,
      connections: this.#connections,
      mailboxes: this.#mailboxes,
      shares: this.#shares,
      messages: this.#messages,
      isDraining: () => this.#draining,
    });
    this.#heartbeat = new PingScheduler(Math.round(limits.pingInterval / SWEEP_INTERVAL));
    this.#handshake = new ControlHandshake({
      clock,
      crypto,
      logger,
      addressLog: this.#addressLog,
      limits,
      relayKey,
      store,
      metrics: this.metrics,
      rateLimiter: this.#buckets,
      admission,
      devices: this.#devices,
      presence: this.#presence,
      shares: this.#shares,
      memberChanges: this.#memberChanges,
      heartbeat: this.#heartbeat,
      tlsPins: () => options.tlsPins(),
      acceptsAuthority: (authority, host, tlsPin) => options.acceptsAuthority(authority, host, tlsPin),
      acceptsPage: (authority, page) => options.acceptsPage(authority, page),
      authenticated: ({ socket }) => options.authenticated(socket),
      failed: (connection, error) => this.#failed(connection, error),
      isDraining: () => this.#draining,
      stunPort: () => options.stunPort(),
    });
  }

  /** Starts the timer. */
  start(): void {
    this.#timer = this.#options.clock.setTimer(SWEEP_INTERVAL, () => this.#sweep());
  }

  /** Returns how long an address must wait before it tries again, ms; 0 admits it. */
  wait(address: string): number {
    return this.#buckets.wait('politenessPerAddress', addressGroup(address), this.#options.clock.monotonic());
  }

  /** Takes a request of an address from its rate. Returns how long it must wait, ms; 0 admits it. */
  admitRequest(address: string): number {
    return this.#buckets.take('requestsPerAddress', addressGroup(address), this.#options.clock.monotonic());
  }

  /** The same for a WebSocket of a feature, which counts like a control connection. */
  admitSocket(address: string): number {
    const now = this.#options.clock.monotonic();
    const group = addressGroup(address);
    const wait = this.#buckets.take('connectionsPerAddress', group, now);
    return Math.max(wait, this.#buckets.wait('failuresPerAddress', group, now));
  }

  /** Sets the receiver of changes among devices and connections. Called by a feature, once. */
  observe(observer: HubObserver): void {
    this.#observer = observer;
  }

  /** Sets the receiver of what devices send to foreign instances. Called by a feature, once. */
  serveInstances(receiver: InstanceReceiver): void {
    this.#instances = receiver;
  }

  /**
   * Sends a message of a foreign instance to a device of its project.
   * @param body at most `RELAY_LIMITS.messageBody` bytes
   * @returns as `MessageForwarder.fromInstance`
   */
  sendFromInstance(instance: string, project: string, to: PeerId, body: Uint8Array): 'sent' | 'absent' | 'busy' {
    if (this.#draining) return 'absent';
    return this.#messages.fromInstance(instance, project, to, Buffer.from(body).toString('base64url'));
  }

  /** Reports whether a device that takes messages of instances is online in a project: no page, and none of an earlier version. */
  hasDevice(project: string, peer: PeerId): boolean {
    const device = this.#devices.get(peer);
    if (device === undefined || device.isPage || device.version < 3) return false;
    return device.memberships.some((membership) => membership.project === project);
  }

  /** Reports whether a device is online. */
  isOnline(peer: string): boolean {
    return this.#devices.get(peer as PeerId) !== undefined;
  }

  /** Lists the devices of a project that are online. */
  onlineIn(project: string): PeerId[] {
    return [...this.#devices.members(project)].flatMap(({ peerId }) => (peerId === undefined ? [] : [peerId]));
  }

  /** Lists the connections between devices whose data is forwarded now. */
  liveLinks(): LiveLink[] {
    return this.#connections.live();
  }

  /** Called by a feature that has admitted a device to a project, in `committed` of its transaction. @param memberships all of the device */
  memberAdmitted(member: PeerId, memberships: readonly Membership[]): void {
    this.#memberChanges.admitted(member, memberships);
  }

  /** Called by a feature that has removed a device from a project, in `committed` of its transaction, so that its connections end everywhere. */
  memberRemoved(removal: MemberRemoval): void {
    this.#memberChanges.removed(removal);
  }

  /** Takes over a new control connection, before its hello. */
  control(socket: ControlSocket, arrival: UpgradedSocket): void {
    const nonce = this.#options.crypto.randomBytes(32);
    const connection = new ControlConnection(socket, arrival.address, this.#context, {
      nonce,
      host: arrival.host,
      origin: arrival.origin,
      socket: arrival.socket,
    });
    this.#handshake.arrived(connection, nonce);
  }

  /** Takes over a data connection in raw form. */
  rawLink(socket: Socket, head: Buffer): void {
    this.#link(new RawDataConnection(socket, this.#connections, this.#options.limits.pairBuffer), socket, head);
  }

  /** Takes over a data connection in WebSocket form. */
  webSocketLink(socket: WebSocket, arrival: UpgradedSocket): void {
    const wire = arrival.socket;
    this.#link(
      new WebSocketDataConnection(socket, wire, this.#connections, this.#options.limits.pairBuffer),
      wire,
      NOTHING,
    );
  }

  /**
   * Accepts no more work, and waits until the connections in use have ended.
   * @param bound longest wait, ms
   * @param announcesRestart tells all clients to reconnect later
   */
  async drain(bound: number, announcesRestart: boolean): Promise<void> {
    this.#draining = true;
    if (announcesRestart)
      for (const connection of [...this.#devices, ...this.#shares.guests]) {
        const reconnectIn = 500 + Math.floor(Math.random() * 2500);
        connection.send({ type: 'restarting', reconnectIn, tryFor: 120_000 });
      }
    await withTimeout(this.#options.clock, bound, this.#connections.idle());
  }

  /** Ends every connection and writes pending records. */
  async close(): Promise<void> {
    this.#draining = true;
    this.#timer?.cancel();
    this.#connections.close();
    for (const connection of [...this.#devices, ...this.#handshake, ...this.#shares.guests]) {
      connection.fail('shutdown', 'this relay is stopping or restarting', 1000);
    }
    this.metrics.close();
    this.#addressLog.summarize();
    await this.#history.write(true);
  }

  #devicesChanged(projects: readonly string[], peer: PeerId): void {
    this.#observer?.devicesChanged(projects, peer);
    this.#instances?.devicesChanged(projects, peer);
  }

  #received(connection: ControlConnection, data: Uint8Array, isBinary: boolean): void {
    try {
      if (connection.state === 'challenged') this.#handshake.hello(connection, data, isBinary);
      else if (connection.state === 'checking')
        connection.fail('order', 'nothing may be sent between hello and welcome');
      else if (isBinary) this.#dispatcher.binary(connection, data);
      else this.#dispatcher.message(connection, decodeControlMessage(data, this.#options.limits, connection.version));
    } catch (error) {
      this.#failed(connection, error);
    }
  }

  #closed(connection: ControlConnection): void {
    this.#handshake.leave(connection);
    this.#heartbeat.delete(connection);
    this.#mailboxes.disconnected(connection);
    this.#shares.leave(connection);
    const peer = connection.peerId;
    if (peer === undefined) return;
    this.#connections.controlClosed(connection, peer);
    const companions = this.#devices.companions(connection);
    if (this.#devices.remove(peer, connection)) {
      this.#presence.notify(companions, peer, false);
      this.#options.logger.debug('device offline', { peer: shortPeerId(peer) });
    }
  }

  #link(dataConnection: DataConnection, socket: Socket, head: Uint8Array): void {
    this.#linkSockets.set(dataConnection, socket);
    this.#connections.arrived(dataConnection);
    if (this.#draining) dataConnection.destroy();
    else dataConnection.start(head);
  }

  #failed(connection: ControlConnection, error: unknown): void {
    if (connection.state === 'closed') return;
    const known = connection.state !== 'challenged' && connection.state !== 'checking';
    const reason = error instanceof FormatError ? new HelloError('format', error.message) : error;
    if (!(reason instanceof HelloError)) {
      this.#options.logger.error('internal error', { message: errorMessage(error), peer: nameOf(connection) });
      connection.fail('busy', 'the relay could not do that; try again', 5000);
      return;
    }
    if (known) {
      this.metrics.refused('control', reason.reason);
      connection.fail(reason.reason, reason.message, reason.retryAfter);
      return;
    }
    this.#handshake.reject(connection, reason);
  }

  #sweep(): void {
    const { clock } = this.#options;
    this.#timer = clock.setTimer(SWEEP_INTERVAL, () => this.#sweep());
    const now = clock.monotonic();
    this.#handshake.sweep(now);
    this.#connections.sweep(now);
    this.#mailboxes.sweep(now);
    this.#heartbeat.tick();
    this.#addressLog.sweep(now);
    this.#sweeps += 1;
    if (this.#sweeps % BUCKET_SWEEPS === 0) this.#buckets.sweep(now);
    void this.#history.write();
  }
}

function nameOf(connection: ControlConnection): string {
  return connection.peerId === undefined ? 'unknown' : shortPeerId(connection.peerId);
}
