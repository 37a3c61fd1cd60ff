import { addressGroup } from '#shared/forward/index.ts';
import { toBase64Url } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { shortPeerId, type PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import { welcomeTranscript } from '#shared/relay-api/index.ts';
import type { RelayKey } from '../keys/index.ts';
import { ExpiryQueue, type HubLimits } from '../limits/index.ts';
import type { Metrics } from '../metrics/index.ts';
import type { Departure, Membership, Store } from '../store/index.ts';
import type { AddressLog } from './address-log.ts';
import type { Admission } from './admission.ts';
import type { RateLimiter, RateName } from './rate-limiter.ts';
import type { Challenge, ControlConnection } from './control-connection.ts';
import { decodeControlMessage } from './decode-control-message.ts';
import { MOST_DEPARTURES, type MemberChanges } from './member-changes.ts';
import type { OnlineDevices } from './online-devices.ts';
import type { PingScheduler } from './ping-scheduler.ts';
import { HelloError, VERSIONS, isPage, verifyHello, type Hello } from './hello.ts';
import type { Presence } from './presence.ts';
import type { Shares } from './shares.ts';

/** Parts of the hub that the handshake uses. */
export type ControlHandshakeOptions = Readonly<{
  clock: Clock;
  crypto: CryptoBackend;
  logger: Logger;
  addressLog: AddressLog;
  limits: HubLimits;
  relayKey: RelayKey;
  store: Store;
  metrics: Metrics;
  rateLimiter: RateLimiter;
  admission: Admission;
  devices: OnlineDevices;
  presence: Presence;
  shares: Shares;
  memberChanges: MemberChanges;
  heartbeat: PingScheduler;
  tlsPins(): readonly Uint8Array[] | undefined;
  acceptsAuthority(authority: string, host: string, tlsPin: Uint8Array): boolean;
  /** Reports whether a web page may use this relay under this name (`AuthorityCheck`). */
  acceptsPage(authority: string, page: Pick<Challenge, 'host' | 'origin'>): boolean;
  /** Called once a connection has authenticated. */
  authenticated(challenge: Challenge): void;
  /** Called for errors after `hello` has returned. */
  failed(connection: ControlConnection, error: unknown): void;
  isDraining(): boolean;
  /** Returns the UDP port of the STUN responder; undefined if there is none. */
  stunPort(): number | undefined;
}>;

/**
 * Runs the handshake of control connections: challenge, hello, welcome. Also holds joiners, whose time is limited. Created by `Hub`; reads and writes
 * the database through `Admission`.
 */
export class ControlHandshake {
  readonly #options: ControlHandshakeOptions;
  /** Connections that have not sent their hello yet. */
  readonly #unauthenticated: ExpiryQueue<ControlConnection>;
  readonly #joiners: ExpiryQueue<ControlConnection>;

  constructor(options: ControlHandshakeOptions) {
    this.#options = options;
    this.#unauthenticated = new ExpiryQueue(options.limits.helloTimeout);
    this.#joiners = new ExpiryQueue(options.limits.joinerLife);
  }

  /** Number of joiners that are connected. */
  get joiners(): number {
    return this.#joiners.size;
  }

  /** Iterates over joiners and connections that haven't sent a hello. */
  *[Symbol.iterator](): Generator<ControlConnection> {
    yield* this.#joiners;
    yield* this.#unauthenticated;
  }

  /**
   * Sends the challenge to a new control connection, or rejects it.
   * @param nonce nonce of its challenge
   */
  arrived(connection: ControlConnection, nonce: Uint8Array): void {
    const { clock, relayKey, admission, limits, rateLimiter: buckets, devices } = this.#options;
    const now = clock.monotonic();
    const group = addressGroup(connection.address);
    this.#unauthenticated.add(connection, now);
    const wait = Math.max(
      buckets.take('connectionsPerAddress', group, now),
      buckets.wait('failuresPerAddress', group, now),
    );
    if (wait > 0) {
      buckets.take('politenessPerAddress', group, now);
      this.#refuse(connection, new HelloError('rate', 'too many connections from your address', wait));
    } else if (this.#options.isDraining()) {
      this.#refuse(connection, new HelloError('shutdown', 'this relay is restarting', 1000));
    } else if (devices.size >= limits.devices) {
      this.#refuse(connection, new HelloError('busy', 'this relay serves as many devices as it may', 60_000));
    } else {
      connection.send({
        type: 'challenge',
        versions: [...VERSIONS],
        relayKey: toBase64Url(relayKey.publicKey),
        nonce: toBase64Url(nonce),
        admission: admission.kind,
      });
    }
  }

  /**
   * Handles the first message of a connection.
   * @throws {FormatError}
   */
  hello(connection: ControlConnection, data: Uint8Array, isBinary: boolean): void {
    if (isBinary) {
      this.#refuse(connection, new HelloError('order', 'hello comes first'));
      return;
    }
    const message = decodeControlMessage(data, this.#options.limits);
    if (message.type !== 'hello') {
      this.#refuse(connection, new HelloError('order', 'hello comes first'));
      return;
    }
    connection.state = 'checking';
    void this.#hello(connection, message);
  }

  /** Rejects a failed hello and counts the failure against its address. */
  reject(connection: ControlConnection, error: HelloError): void {
    this.#options.rateLimiter.take(
      'failuresPerAddress',
      addressGroup(connection.address),
      this.#options.clock.monotonic(),
    );
    this.#refuse(connection, error);
  }

  /** Forgets a closed connection. */
  leave(connection: ControlConnection): void {
    this.#unauthenticated.delete(connection);
    this.#joiners.delete(connection);
  }

  /**
   * Ends connections whose time has expired.
   * @param now monotonic, ms
   */
  sweep(now: number): void {
    for (const connection of this.#unauthenticated.takeExpired(now)) {
      this.#refuse(connection, new HelloError('timeout', 'no hello in time'));
    }
    for (const connection of this.#joiners.takeExpired(now)) connection.fail('timeout', 'pairing took too long');
  }

  async #hello(connection: ControlConnection, hello: Hello): Promise<void> {
    try {
      await this.#checkHello(connection, hello);
    } catch (error) {
      this.#options.failed(connection, error);
    }
  }

  async #checkHello(connection: ControlConnection, hello: Hello): Promise<void> {
    const { clock, crypto, relayKey, store, admission } = this.#options;
    const challenge = connection.challenge;
    if (challenge === undefined) return;
    // Before the signature is checked, which is the cost of a guest.
    if (hello.role === 'guest')
      this.#checkRate('guestsPerAddress', connection, 'too many guests came from your address');
    const { certificate, facts } = verifyHello(crypto, hello, {
      relayKey: relayKey.publicKey,
      relayNonce: challenge.nonce,
      tlsPins: this.#options.tlsPins(),
      acceptsAuthority: (authority, pin) => this.#options.acceptsAuthority(authority, challenge.host, pin),
      acceptsPage: (authority) => this.#options.acceptsPage(authority, challenge),
      now: Math.floor(clock.now() / 1000),
    });
    const signature = toBase64Url(relayKey.sign(welcomeTranscript(facts)));
    const welcome = (memberships: readonly Membership[], departures: readonly Departure[] = []): void => {
      if (connection.state !== 'checking') return;
      connection.challenge = undefined;
      this.#unauthenticated.delete(connection);
      this.#options.authenticated(challenge);
      this.#options.heartbeat.add(connection);
      this.#welcome(connection, certificate.peerId, hello, memberships, signature);
      this.#options.memberChanges.departed(connection, departures);
    };
    if (hello.role === 'guest') {
      this.#checkShare(hello, certificate.peerId);
      welcome([]);
      return;
    }
    if (hello.role === 'joiner') {
      this.#checkRoomForJoiner(connection);
      welcome([]);
      return;
    }
    await store.transact(
      async (transaction, changes) => {
        const memberships = await admission.admit(transaction, changes, hello, certificate, facts, clock.now(), () =>
          this.#checkRate('foundersPerAddress', connection, 'too many new devices came from your address'),
        );
        if (memberships.length === 0) this.#checkRoomForJoiner(connection);
        if (hello.version < 3) return { memberships, departures: [] };
        const projects = memberships.map(({ project }) => project);
        return { memberships, departures: await changes.departures(projects, MOST_DEPARTURES) };
      },
      // Runs before the next database task, so that a removal finds the device online.
      ({ memberships, departures }) => welcome(memberships, departures),
    );
  }

  /**
   * Counts the connection against a limit of its address.
   * @throws {HelloError} `rate`
   */
  #checkRate(name: RateName, connection: ControlConnection, message: string): void {
    const { clock, rateLimiter } = this.#options;
    const wait = rateLimiter.take(name, addressGroup(connection.address), clock.monotonic());
    if (wait > 0) throw new HelloError('rate', message, wait);
  }

  /**
   * Limits joiners, who need only a key that they made themselves.
   * @throws {HelloError} `rate`, `busy`
   */
  #checkRoomForJoiner(connection: ControlConnection): void {
    const { limits } = this.#options;
    this.#checkRate('joinersPerAddress', connection, 'too many devices are pairing from your address');
    if (this.#joiners.size >= limits.joiners) {
      throw new HelloError('busy', 'too many devices are pairing here', 10_000);
    }
  }

  /**
   * Checks that a guest knows a share that is open. A wrong ID counts as a failed hello of its address, so no one finds shares by trying.
   * @throws {HelloError} `share`
   */
  #checkShare({ share }: Hello, peer: PeerId): void {
    const { shares, devices } = this.#options;
    if (shares.hostOf(share) === undefined || devices.get(peer) !== undefined)
      throw new HelloError('share', 'nothing is shared here by this link, or its device is away');
  }

  #welcome(
    connection: ControlConnection,
    peer: PeerId,
    hello: Hello,
    memberships: readonly Membership[],
    signature: string,
  ): void {
    const { limits, logger, clock, metrics, devices, presence } = this.#options;
    const stun = this.#options.stunPort();
    connection.peerId = peer;
    connection.state = stateOf(hello, memberships);
    connection.version = hello.version;
    connection.isPage = isPage(hello);
    metrics.hello(hello.role);
    let online: PeerId[] = [];
    let replaced: ControlConnection | undefined;
    if (
      hello.share !== undefined &&
      connection.state === 'guest' &&
      !this.#options.shares.join(connection, peer, hello.share)
    ) {
      connection.fail('busy', 'too many guests are here', 10_000);
      return;
    }
    const host = this.#options.shares.hostOf(connection.share)?.peerId;
    if (connection.state === 'agent') {
      if (hello.version >= 3) connection.socket.allowMessages(limits.messageWithBody);
      const previous = devices.add(peer, connection, memberships);
      const companions = devices.companions(connection);
      online = [...companions].flatMap((other) => (other.peerId === undefined ? [] : [other.peerId]));
      if (previous === undefined) presence.notify(companions, peer, true);
      replaced = previous;
      logger.debug('device online', { peer: shortPeerId(peer), projects: memberships.length });
    } else if (connection.state === 'joiner') {
      this.#joiners.add(connection, clock.monotonic());
    }
    connection.send({
      type: 'welcome',
      version: hello.version,
      signature,
      projects: connection.projects,
      online: presence.firstPeers(online),
      pingInterval: limits.pingInterval,
      observedAddress: connection.address.slice(0, 64),
      ...(stun === undefined || connection.state !== 'agent' ? {} : { stun }),
      ...(host === undefined ? {} : { host }),
    });
    presence.notifyRest(connection, online);
    replaced?.fail('replaced', 'this device has connected again');
  }

  /** Rejects a connection before a valid hello. */
  #refuse(connection: ControlConnection, error: HelloError): void {
    this.#options.metrics.hello(error.reason);
    this.#options.addressLog.write('info', 'hello refused', { reason: error.reason, address: connection.address });
    connection.fail(error.reason, error.message, error.retryAfter);
  }
}

/** Returns what a device may do after its hello. A browser that is in no project has as little to do here as a joiner. */
function stateOf({ role }: Hello, memberships: readonly Membership[]): 'agent' | 'joiner' | 'guest' {
  if (role === 'guest') return 'guest';
  return role === 'joiner' || memberships.length === 0 ? 'joiner' : 'agent';
}
