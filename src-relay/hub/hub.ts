import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { toBase64Url } from '#shared/bytes/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { errorMessage, FormatError } from '#shared/errors.ts';
import { shortPeerId, type PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import { welcomeTranscript } from '#shared/relay-api/index.ts';
import { addressGroup, type Arrival } from '../http/index.ts';
import type { RelayKey } from '../keys/index.ts';
import { ExpiryQueue, type HubLimits, type Rates } from '../limits/index.ts';
import { RawLinkEnd, WebSocketLinkEnd, type LinkEnd } from '../links/index.ts';
import { Metrics } from '../metrics/index.ts';
import type { Membership, SessionRecord, Store } from '../store/index.ts';
import { Admission } from './admission.ts';
import { Buckets } from './buckets.ts';
import { Connections } from './connections.ts';
import { ControlConnection, type ControlContext, type ControlSocket } from './control-connection.ts';
import { decodeControlMessage } from './decode.ts';
import { OnlineDevices } from './devices.ts';
import { Dispatcher } from './dispatcher.ts';
import { HelloError, VERSIONS, verifyHello, type Hello } from './hello.ts';
import { Heartbeat } from './heartbeat.ts';
import { Mailboxes } from './mailboxes.ts';
import { Presence } from './presence.ts';

export type HubOptions = Readonly<{
  clock: Clock;
  crypto: CryptoBackend;
  logger: Logger;
  limits: HubLimits;
  rates: Rates;
  relayKey: RelayKey;
  /** Undefined: open. */
  admissionToken: string | undefined;
  store: Store;
  /** Undefined when TLS does not end in this process. */
  tlsPins(): readonly Uint8Array[] | undefined;
  acceptsAuthority(authority: string, host: string, tlsPin: Uint8Array): boolean;
  /** Sockets that have not proven anything. */
  unauthenticated(): number;
  /** A socket has proven itself. */
  proven(socket: Socket): void;
}>;

const NOTHING = new Uint8Array(0);
/** Rhythm of the one timer that serves every time-out and ping. */
const SWEEP_INTERVAL = 500;
/** Buckets are looked through that rarely: they only cost memory. */
const BUCKET_SWEEPS = 60;

/** The live part of the relay: who is here, what rings, what is joined. Everything in it is gone with the process. */
export class Hub {
  readonly metrics: Metrics;
  readonly #options: HubOptions;
  readonly #context: ControlContext;
  readonly #buckets: Buckets;
  readonly #admission: Admission;
  readonly #devices = new OnlineDevices();
  readonly #presence: Presence;
  readonly #connections: Connections;
  readonly #mailboxes: Mailboxes;
  readonly #dispatcher: Dispatcher;
  readonly #heartbeat: Heartbeat;
  /** Hello awaited. */
  readonly #strangers: ExpiryQueue<ControlConnection>;
  readonly #joiners: ExpiryQueue<ControlConnection>;
  /** Data connections before their ticket: they count as unauthenticated by their socket. */
  readonly #linkSockets = new WeakMap<LinkEnd, Socket>();
  #sessions: SessionRecord[] = [];
  #draining = false;
  #sweeps = 0;
  #timer: Timer | undefined;

  constructor(options: HubOptions) {
    const { clock, crypto, limits, rates, relayKey, admissionToken, store, logger } = options;
    this.#options = options;
    this.metrics = new Metrics(() => ({
      unauthenticated: options.unauthenticated(),
      devices: this.#devices.size,
      joiners: this.#joiners.size,
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
        logger.warn('a client does not read', { peer: nameOf(connection) });
      },
      received: (connection, data, isBinary) => this.#received(connection, data, isBinary),
      closed: (connection) => this.#closed(connection),
    };
    this.#buckets = new Buckets(rates);
    this.#admission = new Admission({ crypto, relayKey: relayKey.publicKey, token: admissionToken });
    this.#presence = new Presence(this.#devices);
    const random = (length: number): Uint8Array => crypto.randomBytes(length);
    this.#connections = new Connections({
      clock,
      limits,
      metrics: this.metrics,
      random,
      online: (peer) => this.#devices.get(peer),
      proven: (end) => {
        const socket = this.#linkSockets.get(end);
        if (socket !== undefined) options.proven(socket);
      },
      ended: (record) => this.#sessions.push(record),
    });
    this.#mailboxes = new Mailboxes({ clock, limits, metrics: this.metrics, random });
    this.#dispatcher = new Dispatcher({
      clock,
      logger,
      metrics: this.metrics,
      buckets: this.#buckets,
      store,
      admission: this.#admission,
      devices: this.#devices,
      presence: this.#presence,
      connections: this.#connections,
      mailboxes: this.#mailboxes,
      isDraining: () => this.#draining,
    });
    this.#heartbeat = new Heartbeat(Math.round(limits.pingInterval / SWEEP_INTERVAL));
    this.#strangers = new ExpiryQueue(limits.helloTimeout);
    this.#joiners = new ExpiryQueue(limits.joinerLife);
  }

  start(): void {
    this.#timer = this.#options.clock.setTimer(SWEEP_INTERVAL, () => this.#sweep());
  }

  /** Ms that this address should wait before it tries again; 0 to let it in. */
  wait(address: string): number {
    return this.#buckets.wait('politenessPerAddress', addressGroup(address), this.#options.clock.monotonic());
  }

  /** A new control connection, before its hello. */
  control(socket: ControlSocket, arrival: Arrival): void {
    const { clock, crypto, relayKey, admissionToken, limits } = this.#options;
    const nonce = crypto.randomBytes(32);
    const connection = new ControlConnection(socket, arrival.address, this.#context, {
      nonce,
      host: arrival.host,
      socket: arrival.socket,
    });
    const now = clock.monotonic();
    const group = addressGroup(arrival.address);
    this.#strangers.add(connection, now);
    const wait = Math.max(
      this.#buckets.take('connectionsPerAddress', group, now),
      this.#buckets.wait('failuresPerAddress', group, now),
    );
    if (wait > 0) {
      this.#buckets.take('politenessPerAddress', group, now);
      this.#refuse(connection, new HelloError('rate', 'too many connections from your address', wait));
    } else if (this.#draining) {
      this.#refuse(connection, new HelloError('shutdown', 'this relay is restarting', 1000));
    } else if (this.#devices.size >= limits.devices) {
      this.#refuse(connection, new HelloError('busy', 'this relay serves as many devices as it may', 60_000));
    } else {
      connection.send({
        type: 'challenge',
        versions: [...VERSIONS],
        relayKey: toBase64Url(relayKey.publicKey),
        nonce: toBase64Url(nonce),
        admission: admissionToken === undefined ? 'open' : 'token',
      });
    }
  }

  rawLink(socket: Socket, head: Buffer): void {
    this.#link(new RawLinkEnd(socket, this.#connections, this.#options.limits.pairBuffer), socket, head);
  }

  webSocketLink(socket: WebSocket, arrival: Arrival): void {
    const wire = arrival.socket;
    this.#link(new WebSocketLinkEnd(socket, wire, this.#connections, this.#options.limits.pairBuffer), wire, NOTHING);
  }

  /** Tells everybody to come back, takes no more work, and waits for the links in use, at most `bound` ms. */
  async drain(bound: number): Promise<void> {
    this.#draining = true;
    for (const connection of this.#devices) {
      const reconnectIn = 500 + Math.floor(Math.random() * 2500);
      connection.send({ type: 'restarting', reconnectIn, tryFor: 120_000 });
    }
    let timer: Timer | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = this.#options.clock.setTimer(bound, resolve);
    });
    await Promise.race([this.#connections.idle(), timeout]);
    timer?.cancel();
  }

  /** Ends every connection and writes what is left to write. */
  async close(): Promise<void> {
    this.#draining = true;
    this.#timer?.cancel();
    this.#connections.close();
    for (const connection of [...this.#devices, ...this.#joiners, ...this.#strangers]) {
      connection.fail('shutdown', 'this relay is restarting', 1000);
    }
    this.metrics.close();
    await this.#writeSessions();
  }

  #received(connection: ControlConnection, data: Uint8Array, isBinary: boolean): void {
    try {
      if (connection.state === 'challenged') this.#challenged(connection, data, isBinary);
      else if (connection.state === 'checking')
        connection.fail('order', 'nothing may be said between hello and welcome');
      else if (isBinary) this.#dispatcher.binary(connection, data);
      else this.#dispatcher.message(connection, decodeControlMessage(data, this.#options.limits.controlMessage));
    } catch (error) {
      this.#failed(connection, error);
    }
  }

  #closed(connection: ControlConnection): void {
    this.#strangers.delete(connection);
    this.#joiners.delete(connection);
    this.#heartbeat.delete(connection);
    this.#mailboxes.leave(connection);
    const peer = connection.peerId;
    if (peer === undefined) return;
    this.#connections.controlClosed(connection, peer);
    const companions = this.#devices.companions(connection);
    if (this.#devices.remove(peer, connection)) {
      this.#presence.tell(companions, peer, false);
      this.#options.logger.debug('device offline', { peer: shortPeerId(peer) });
    }
  }

  #link(end: LinkEnd, socket: Socket, head: Uint8Array): void {
    this.#linkSockets.set(end, socket);
    this.#connections.arrived(end);
    if (this.#draining) end.destroy();
    else end.start(head);
  }

  #challenged(connection: ControlConnection, data: Uint8Array, isBinary: boolean): void {
    if (isBinary) {
      this.#refuse(connection, new HelloError('order', 'hello comes first'));
      return;
    }
    const message = decodeControlMessage(data, this.#options.limits.controlMessage);
    if (message.type !== 'hello') {
      this.#refuse(connection, new HelloError('order', 'hello comes first'));
      return;
    }
    connection.state = 'checking';
    void this.#hello(connection, message);
  }

  async #hello(connection: ControlConnection, hello: Hello): Promise<void> {
    try {
      await this.#checkHello(connection, hello);
    } catch (error) {
      this.#failed(connection, error);
    }
  }

  async #checkHello(connection: ControlConnection, hello: Hello): Promise<void> {
    const { clock, crypto, relayKey, store } = this.#options;
    const challenge = connection.challenge;
    if (challenge === undefined) return;
    const { certificate, facts } = verifyHello(crypto, hello, {
      relayKey: relayKey.publicKey,
      relayNonce: challenge.nonce,
      tlsPins: this.#options.tlsPins(),
      acceptsAuthority: (authority, pin) => this.#options.acceptsAuthority(authority, challenge.host, pin),
      now: Math.floor(clock.now() / 1000),
    });
    const signature = toBase64Url(relayKey.sign(welcomeTranscript(facts)));
    const welcome = (memberships: readonly Membership[]): void => {
      if (connection.state !== 'checking') return;
      connection.challenge = undefined;
      this.#strangers.delete(connection);
      this.#options.proven(challenge.socket);
      this.#heartbeat.add(connection);
      this.#welcome(connection, certificate.peerId, hello, memberships, signature);
    };
    if (hello.role === 'joiner') {
      this.#checkRoomForJoiner(connection);
      welcome([]);
      return;
    }
    await store.exclusively(
      (changes) =>
        this.#admission.admit(changes, hello, certificate, facts, clock.now(), () => this.#checkFounder(connection)),
      // Before the next task looks: a removal that comes now finds the device here.
      welcome,
    );
  }

  /** Where anybody may come in, nobody fills the disk. @throws {HelloError} `rate` */
  #checkFounder(connection: ControlConnection): void {
    const now = this.#options.clock.monotonic();
    const wait = this.#buckets.take('foundersPerAddress', addressGroup(connection.address), now);
    if (wait > 0) throw new HelloError('rate', 'too many new devices came from your address', wait);
  }

  /** A joiner needs no more than a key of its own making. @throws {HelloError} `rate`, `busy` */
  #checkRoomForJoiner(connection: ControlConnection): void {
    const { clock, limits } = this.#options;
    const wait = this.#buckets.take('joinersPerAddress', addressGroup(connection.address), clock.monotonic());
    if (wait > 0) throw new HelloError('rate', 'too many devices are pairing from your address', wait);
    if (this.#joiners.size >= limits.joiners) {
      throw new HelloError('busy', 'too many devices are pairing here', 10_000);
    }
  }

  #welcome(
    connection: ControlConnection,
    peer: PeerId,
    hello: Hello,
    memberships: readonly Membership[],
    signature: string,
  ): void {
    const { limits, logger, clock } = this.#options;
    connection.peerId = peer;
    connection.state = hello.role;
    this.metrics.hello(hello.role);
    let online: PeerId[] = [];
    let replaced: ControlConnection | undefined;
    if (hello.role === 'agent') {
      const previous = this.#devices.add(peer, connection, memberships);
      const companions = this.#devices.companions(connection);
      online = [...companions].flatMap((other) => (other.peerId === undefined ? [] : [other.peerId]));
      if (previous === undefined) this.#presence.tell(companions, peer, true);
      replaced = previous;
      logger.debug('device online', { peer: shortPeerId(peer), projects: memberships.length });
    } else {
      this.#joiners.add(connection, clock.monotonic());
    }
    connection.send({
      type: 'welcome',
      version: hello.version,
      signature,
      projects: memberships.map(({ project, role }) => ({ id: project, role })),
      online: this.#presence.firstOf(online),
      pingInterval: limits.pingInterval,
      observedAddress: connection.address.slice(0, 64),
    });
    this.#presence.tellRest(connection, online);
    replaced?.fail('replaced', 'this device has connected again');
  }

  /** Refuses a connection that has not said a good hello yet. */
  #refuse(connection: ControlConnection, error: HelloError): void {
    this.metrics.hello(error.reason);
    this.#options.logger.info('hello refused', { reason: error.reason, address: connection.address });
    connection.fail(error.reason, error.message, error.retryAfter);
  }

  #failed(connection: ControlConnection, error: unknown): void {
    if (connection.state === 'closed') return;
    const known = connection.state === 'agent' || connection.state === 'joiner';
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
    this.#buckets.take('failuresPerAddress', addressGroup(connection.address), this.#options.clock.monotonic());
    this.#refuse(connection, reason);
  }

  #sweep(): void {
    const { clock } = this.#options;
    this.#timer = clock.setTimer(SWEEP_INTERVAL, () => this.#sweep());
    const now = clock.monotonic();
    for (const connection of this.#strangers.takeExpired(now)) {
      this.#refuse(connection, new HelloError('timeout', 'no hello in time'));
    }
    for (const connection of this.#joiners.takeExpired(now)) connection.fail('timeout', 'pairing took too long');
    this.#connections.sweep(now);
    this.#mailboxes.sweep(now);
    this.#heartbeat.tick();
    this.#sweeps += 1;
    if (this.#sweeps % BUCKET_SWEEPS === 0) this.#buckets.sweep(now);
    void this.#writeSessions();
  }

  async #writeSessions(): Promise<void> {
    const records = this.#sessions;
    this.#sessions = [];
    try {
      await this.#options.store.addSessions(records, this.#options.clock.now());
    } catch (error) {
      this.#options.logger.error('session history not written', { message: errorMessage(error), lost: records.length });
    }
  }
}

function nameOf(connection: ControlConnection): string {
  return connection.peerId === undefined ? 'unknown' : shortPeerId(connection.peerId);
}
