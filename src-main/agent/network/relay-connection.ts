import { toHex } from '#shared/bytes/index.ts';
import type { RelayDialer } from '#shared/relay-dialer/index.ts';
import type { CallInput, RelayStatus } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { DeviceIdentity, PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { PeerBook } from '../peers/index.ts';
import { pausedError } from '../pause/index.ts';
import {
  RelayClient,
  RelayClientError,
  type AddRequest,
  type LeftReport,
  type RelayClientConfig,
  type RelayClientOptions,
  type RelayedMessage,
} from '../relay/index.ts';
import type { AuditLog, SettingsStore } from '../core/store/index.ts';
import type { LiveRelay } from './pairing-relays.ts';
import { mainProject, Memberships } from './memberships.ts';
import { RelayHttp } from './relay-http.ts';
import { RelayPairing } from './relay-pairing.ts';
import { RelayProof } from './relay-proof.ts';
import { RelaySettings, sameRelay } from './relay-settings.ts';
import { RelaySlot } from './relay-slot.ts';

export type RelayConnectionOptions = Readonly<{
  crypto: CryptoBackend;
  identity: DeviceIdentity;
  clock: Clock;
  logger: Logger;
  dialer: RelayDialer;
  /** Role of this device at relays; undefined: `agent`. */
  role?: RelayClientOptions['role'];
  /** Returns the ticket that admits this device to a project; undefined: none. */
  enrolTicket?: RelayClientConfig['enrolTicket'];
  settings: SettingsStore;
  peers: PeerBook;
  audit: AuditLog;
  software: string;
  /** Called when the displayed state has changed. */
  onChange(what: 'status' | 'peers'): void;
  /** Called when a peer's presence at the relay has changed. @param peerId undefined: of all peers */
  onPresence(peerId?: PeerId): void;
  /** Called when the relay reports that a device was removed from the project. */
  onLeft(report: LeftReport): void;
  /** Called when a browser asks to be added. */
  onAddRequest(request: AddRequest): void;
  /** Called with each message that the relay has passed on. */
  onMessage(message: RelayedMessage): void;
  /** Called when this device has switched to another relay, or to none. */
  onReplaced(): void;
  /** Reports whether the user has paused all connections. */
  isPaused(): boolean;
  /** Called when the STUN server of the relay has changed. */
  onStun?(): void;
  /** Reports whether a session waits for a path. Retries then come sooner. */
  isUrgent(): boolean;
}>;

const NO_RELAY: RelayStatus = {
  url: null,
  state: 'none',
  problem: null,
  retryAt: null,
  secure: false,
  keyId: null,
};

/** Longest pause before a retry while a session waits, ms. */
const URGENT_WAIT = 1000;

/** Time for which a relay that refuses connections is retried before the user is informed, ms. A restarting relay is back by then. */
const BETWEEN_TRIES = 3000;

/** Codes of dials that found no listener, or no machine with that address. */
const NOT_LISTENING: ReadonlySet<string> = new Set(['relay.connection-refused', 'relay.unreachable', 'relay.timeout']);

/** Codes of failures after which the keys of a relay have to be read again. */
const OF_KEYS: ReadonlySet<string> = new Set([
  'relay.pin-mismatch',
  'relay.untrusted',
  'relay.tls-certificate',
  'relay.key-mismatch',
]);

/** States in which waiting longer is useless: the connection is up, or a person has to act first. */
const SETTLED: ReadonlySet<RelayStatus['state']> = new Set(['online', 'failed', 'none', 'stopped']);

/**
 * Connection of this device to its relay: starts and replaces the `RelayClient` as the settings and the pause demand, and answers the calls about the
 * relay. Created by `Network`. Writes the settings and the audit log.
 */
export class RelayConnection {
  readonly #options: RelayConnectionOptions;
  readonly #settings: RelaySettings;
  readonly #proof: RelayProof;
  readonly #waiters = new Set<() => void>();
  /** Relay as the links use it. The same object across changes of the relay. */
  readonly port = new RelaySlot();
  /** Memberships at the relay that this device has given to peers. */
  readonly memberships: Memberships;
  /** Relay as pairings use it. */
  readonly pairing: RelayPairing;
  /** Requests to the relay by HTTP. */
  readonly http: RelayHttp;
  #live: LiveRelay | undefined;
  /** Number of running questions to peers that may enrol this device. */
  #seeking = 0;
  #closed = false;

  constructor(options: RelayConnectionOptions) {
    this.#options = options;
    this.#settings = new RelaySettings(options.settings);
    const { crypto, identity, clock, logger, dialer, software } = options;
    const client = { crypto, identity, clock, dialer, software, logger: logger.child({ part: 'relay' }) };
    this.#proof = new RelayProof({ ...options, settings: this.#settings, client });
    this.memberships = new Memberships({
      ...options,
      relaySettings: this.#settings,
      client: () => this.#live?.client,
      mayEnrol: (member) => !options.peers.isSuspended(member),
    });
    this.pairing = new RelayPairing({
      ...options,
      settings: this.#settings,
      memberships: this.memberships,
      live: () => this.#live,
      online: () => this.#online(),
      status: () => this.status,
      changed: (timeout, signal) => this.#nextChange(timeout, signal),
      restart: () => this.start(),
    });
    this.http = new RelayHttp({
      dialer,
      settings: this.#settings,
      online: () => this.accountsOnly?.url ?? this.#online().url,
    });
  }

  /** State of the connection for user interfaces. */
  get status(): RelayStatus {
    const { url, own } = this.#settings;
    const { tlsPin, advertised } = this.#settings;
    const whose = {
      ...(own ? { own: true as const } : {}),
      ...(tlsPin === undefined ? {} : { pin: toHex(tlsPin) }),
      ...(advertised === undefined ? {} : { advertised }),
    };
    if (this.#live !== undefined) {
      const { status } = this.#live.client;
      return { ...status, ...whose, problem: this.#hostedOff ?? status.problem };
    }
    if (url === undefined || !this.#options.isPaused()) return NO_RELAY;
    return { ...NO_RELAY, ...whose, url, state: 'stopped', problem: 'agent.paused' };
  }

  /** Problem code if the application on this machine should run the relay but nothing listens; undefined otherwise. */
  get #hostedOff(): string | undefined {
    const client = this.#live?.client;
    if (client === undefined || !this.#settings.own || client.status.state !== 'waiting') return undefined;
    if (!NOT_LISTENING.has(client.failure?.code ?? '')) return undefined;
    return this.before === undefined ? 'relay.hosted-off' : 'relay.hosted-off-before';
  }

  /** URL of the relay; null for none. */
  get url(): string | null {
    return this.#live?.client.url ?? null;
  }

  /**
   * Opens a share at the relay; it lasts until `closeShare`, or as long as this relay is in use.
   * @throws {RelayClientError} `relay.not-configured`, and the codes of `RelayClient.openShare`
   */
  async openShare(share: string): Promise<void> {
    if (this.#live === undefined) throw new RelayClientError('relay.not-configured', 'no relay is configured');
    await this.#live.client.openShare(share);
  }

  /**
   * Asks the other devices of the account that admitted this one to add it.
   * @throws {RelayClientError} `relay.not-configured`, and the codes of `RelayClient.requestAdding`
   */
  async requestAdding(about: Pick<AddRequest, 'name' | 'system'>): Promise<void> {
    if (this.#live === undefined) throw new RelayClientError('relay.not-configured', 'no relay is configured');
    await this.#live.client.requestAdding(about);
  }

  /**
   * Sends a message through the relay, which can read it.
   * @param to name of a foreign instance
   * @throws {RelayClientError} `relay.not-configured`, and the codes of `RelayClient.sendMessage`
   */
  async sendMessage(to: string, body: Uint8Array): Promise<void> {
    if (this.#live === undefined) throw new RelayClientError('relay.not-configured', 'no relay is configured');
    await this.#live.client.sendMessage(to, body);
  }

  /** Closes a share. */
  closeShare(share: string): void {
    this.#live?.client.closeShare(share);
  }

  /** Ed25519 key of the relay in use, once it has proved it. */
  get relayKey(): Uint8Array | undefined {
    return this.#live?.client.relayKey;
  }

  /** URL by which others dial the relay, and whether its certificate is known by its pin alone; undefined without a relay. */
  get publicAddress(): Readonly<{ url: string; hasOwnCertificate: boolean }> | undefined {
    const { advertised, tlsPin } = this.#settings;
    const url = this.#live === undefined ? undefined : (advertised ?? this.#live.url);
    return url === undefined ? undefined : { url, hasOwnCertificate: tlsPin !== undefined };
  }

  /** `host:port` of the relay; null for none. */
  get address(): string | null {
    return this.#live?.client.address ?? null;
  }

  /** STUN server that tells this device its public address; undefined if the relay runs none. */
  get stun(): Readonly<{ host: string; port: number }> | undefined {
    return this.#live?.client.stun;
  }

  /** Connects to the relay of the settings, unless the device is paused. Called again when either has changed. */
  start(): void {
    const before = this.#live?.url;
    this.#retire();
    const { url } = this.#settings;
    if (before !== undefined && (url === undefined || !sameRelay(before, url))) this.#options.onReplaced();
    if (!this.#closed && !this.#options.isPaused() && url !== undefined) {
      this.#live = this.#create(url);
      this.port.use(this.#live.client);
      this.#live.client.start();
    }
    this.#options.onPresence();
    this.#changed('status');
  }

  /**
   * Sets the relay that a person has entered. Changes nothing if the relay shows another certificate than the given pin, or if another relay doesn't
   * answer (with `onlyIfAdmitted`: or doesn't admit this device), unless `force` is set; nor if the relay has its own certificate and no pin is given.
   * @throws {ClawReachError} `relay.other-pin`, `relay.not-changed`, `relay.untrusted`; errors of `configure`; with `onlyIfAdmitted` the new relay's
   * refusal
   */
  async change(input: CallInput<'relay.configure'>, signal: AbortSignal): Promise<RelayStatus> {
    const isProven = await this.#proof.ofPin(input, signal);
    if (input.force !== true) await this.#proof.requireAnswer(input, signal);
    const hasOtherKey = isProven && this.#live?.client.failure?.code === 'relay.key-mismatch';
    return this.configure(input, isProven, hasOtherKey);
  }

  /**
   * Sets the relay and connects to it.
   * @param isProven true if a connection has shown a certificate with the given pin
   * @param hasOtherKey as for `RelaySettings.configure`
   * @throws {ClawReachError} errors of `RelaySettings.configure`
   */
  configure(input: CallInput<'relay.configure'>, isProven = true, hasOtherKey = false): RelayStatus {
    const { audit, settings } = this.#options;
    this.#settings.configure(input, isProven, hasOtherKey);
    audit.record('relay.configured', { url: settings.value.relay.url ?? '', insecure: input.insecure === true });
    this.start();
    return this.status;
  }

  /** URL of the relay to which `goBack` returns; undefined if there is none. */
  get before(): string | undefined {
    return this.#settings.before;
  }

  /** Switches from the relay on this machine back to the relay that was used before, if there was one. */
  goBack(): RelayStatus {
    if (this.#settings.goBack()) {
      const { audit, settings } = this.#options;
      const { url, insecure } = settings.value.relay;
      audit.record('relay.configured', { url: url ?? '', insecure });
      this.start();
    }
    return this.status;
  }

  /** Leaves the relay: this device uses none from then on. Does nothing without one. */
  leave(): RelayStatus {
    const { audit, settings } = this.#options;
    if (settings.value.relay.url !== null) {
      this.#settings.leave();
      audit.record('relay.configured', { url: '', insecure: false });
      this.start();
    }
    return this.status;
  }

  /**
   * Resolves when the connection is up. Retries at once, since a person is waiting.
   * @throws {ClawReachError} the connection's problem, with the details for its message (such as the pin to compare): after `timeout` ms at the
   * latest, and earlier if several tries have failed
   */
  async ready(timeout: number, signal: AbortSignal): Promise<RelayStatus> {
    const { clock } = this.#options;
    const start = clock.monotonic();
    this.#live?.client.retryNow();
    while ((!SETTLED.has(this.status.state) || this.#isSeeking) && !signal.aborted) {
      // A running try gets the whole time. Between two tries only a short wait is worthwhile.
      const patience = this.status.state === 'waiting' ? Math.min(timeout, BETWEEN_TRIES) : timeout;
      const left = start + patience - clock.monotonic();
      if (left <= 0) break;
      await this.#nextChange(left, signal);
    }
    const { status } = this;
    if (status.state === 'online') return status;
    const hostedOff = this.#hostedOff;
    if (hostedOff !== undefined) throw this.#notConnected(hostedOff);
    const otherwise = status.state === 'none' ? 'relay.not-configured' : 'relay.not-connected';
    const failure = this.#live?.client.failure;
    if (failure === undefined) throw this.#notConnected(status.problem ?? otherwise);
    const details = { url: status.url ?? '', ...failure.details };
    throw new ClawReachError(failure.code, failure.message, { cause: failure, details });
  }

  get #isSeeking(): boolean {
    return this.#seeking > 0 && this.keyRefused !== undefined;
  }

  #notConnected(code: string): ClawReachError {
    const { url, problem } = this.status;
    return new ClawReachError(code, 'this device is not connected to its relay', {
      details: { url: url ?? '', problem: problem ?? 'none' },
    });
  }

  /** Key of the relay while this device is connected to it; undefined otherwise. */
  get keyOnline(): Uint8Array | undefined {
    const client = this.#live?.client;
    return client?.status.state === 'online' ? client.relayKey : undefined;
  }

  /** Key named by the relay while it doesn't admit this device, and a member there has yet to enrol it; undefined otherwise. */
  get keyRefused(): Uint8Array | undefined {
    return this.#live?.client.keyRefused;
  }

  /** Relay that admits devices of its accounts only and so refuses this one, with the key that it names; undefined otherwise. */
  get accountsOnly(): Readonly<{ relayKey: Uint8Array; url: string }> | undefined {
    const live = this.#live;
    const relayKey = live?.client.failure?.code === 'relay.enrolment-needed' ? live.client.keyRefused : undefined;
    return live === undefined || relayKey === undefined ? undefined : { relayKey, url: live.url };
  }

  /** Stores the relay's key that a person has compared: no connection to another one is made. */
  trustKey(relayKey: Uint8Array): void {
    this.#settings.pinRelayKey(relayKey);
  }

  /** Keeps `ready` waiting until a peer that may enrol this device at the relay has answered. Never rejects. */
  async seekAdmission(asking: Promise<unknown>): Promise<void> {
    this.#seeking += 1;
    await asking.catch(() => undefined);
    this.#seeking -= 1;
    for (const wake of this.#waiters) wake();
  }

  /** Connects again to a relay that has refused this device, since a member there has enrolled it now. */
  admitted(): void {
    if (this.keyRefused !== undefined) this.#live?.client.start();
  }

  /** Own project of this device at its relay, with the relay's key and URL; undefined while offline, or if it owns none. */
  get ownProject(): Readonly<{ relayKey: Uint8Array; project: string; url: string }> | undefined {
    const live = this.#live;
    const relayKey = live?.client.relayKey;
    const project = live?.client.projects.find(({ role }) => role === 'owner')?.id;
    if (live?.client.status.state !== 'online' || relayKey === undefined || project === undefined) return undefined;
    return { relayKey, project, url: live.url };
  }

  /** Project into which this device enrols others at its relay; undefined while offline, or if there is none. */
  get mainProject(): string | undefined {
    const client = this.#live?.client;
    return client?.status.state === 'online' ? mainProject(client.projects) : undefined;
  }

  /** IDs of the projects of this device at its relay, 32 hexadecimal digits each: its own first; empty before the first connection. */
  get projects(): readonly string[] {
    const all = this.#live?.client.projects ?? [];
    return all
      .toSorted((one, other) => Number(other.role === 'owner') - Number(one.role === 'owner'))
      .map(({ id }) => id);
  }

  /** Checks that this device is connected to its relay. @throws {ClawReachError} the relay's problem */
  requireOnline(): void {
    this.#online();
  }

  /** Returns the serial number of the next record that this device signs, and stores it. @throws {StoreError} */
  nextSerial(): number {
    return this.#settings.nextSerial(this.#options.clock.now());
  }

  /** Peer IDs of the devices that the relay shows to this device as online. */
  get present(): readonly PeerId[] {
    return this.#live?.client.present ?? [];
  }

  /** URL of the relay in invitation links; null if it equals the relay's own. */
  get advertised(): string | null {
    return this.#settings.advertised ?? null;
  }

  /** Sets the URL of the relay in invitation links. @throws {DialError} `relay.url`, `relay.insecure-url` */
  advertise(url: string | null): string | null {
    this.#settings.advertise(url);
    return this.advertised;
  }

  /** Reports whether the relay lists the peer as online. */
  isOnline(peerId: PeerId): boolean {
    return this.#live?.client.isOnline(peerId) ?? false;
  }

  /**
   * Checks the connection, and replaces it if it doesn't answer within `timeout` ms. Called after a wake-up, a network change or when a relay path is
   * silent.
   */
  probe(timeout: number): void {
    this.#live?.client.probe(timeout);
  }

  /** Retries at once, for the user. */
  retryNow(): void {
    this.#live?.client.retryNow();
  }

  /**
   * Connects again after a refusal that may be over: the relay's keys may be others by now, and a member may have enrolled this device. Called when a
   * person asks for the connection.
   */
  askAgain(): void {
    const client = this.#live?.client;
    if (client?.keyRefused !== undefined || OF_KEYS.has(client?.failure?.code ?? '')) client?.start();
  }

  /** Ends a long pause before the next retry. Called when a session waits for a path. */
  hurry(): void {
    this.#live?.client.hurry();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.memberships.close();
    const live = this.#live;
    this.#live = undefined;
    this.port.use(undefined);
    await live?.client.stop();
  }

  #create(url: string): LiveRelay {
    const { crypto, identity, clock, logger, dialer, role, enrolTicket, peers, audit, software } = this.#options;
    const client = new RelayClient({
      crypto,
      identity,
      clock,
      logger: logger.child({ part: 'relay' }),
      dialer,
      software,
      config: { ...this.#settings.clientConfig(url), ...(enrolTicket === undefined ? {} : { enrolTicket }) },
      ...(role === undefined ? {} : { role }),
      longestWait: () => (this.#options.isUrgent() ? URGENT_WAIT : Infinity),
      onRelayKey: (relayKey) => {
        if (isCurrent()) this.#settings.pinRelayKey(relayKey);
      },
    });
    // A replaced client lives on briefly and must not write its relay's data into the settings of the next one.
    const isCurrent = (): boolean => this.#live?.client === client;
    let before: string | undefined;
    client.onStatus = (status) => {
      if (status.state === 'online' && isCurrent()) {
        this.#settings.welcomed();
        if (before !== 'online') {
          this.#options.onStun?.();
          void this.memberships.settle();
        }
      }
      if (status.state !== before && (status.state === 'online' || status.state === 'failed')) {
        audit.record('relay.state', { url, state: status.state, problem: status.problem });
      }
      before = status.state;
      this.#changed('status');
    };
    client.onLeft = (report) => {
      if (isCurrent()) this.#options.onLeft(report);
    };
    client.onAddRequest = (request) => {
      if (isCurrent()) this.#options.onAddRequest(request);
    };
    client.onMessage = (message) => {
      if (isCurrent()) this.#options.onMessage(message);
    };
    client.onPresence = (peerId) => {
      peers.seen(peerId);
      if (isCurrent()) this.#options.onPresence(peerId);
      this.#changed('peers');
    };
    return { client, url };
  }

  #online(): LiveRelay {
    if (this.#options.isPaused()) throw pausedError();
    const live = this.#live;
    if (live === undefined) throw new ClawReachError('relay.not-configured', 'no relay is configured');
    if (live.client.status.state !== 'online') throw this.#notConnected(this.status.problem ?? 'relay.not-connected');
    return live;
  }

  #retire(): void {
    const live = this.#live;
    this.#live = undefined;
    this.port.use(undefined);
    if (live === undefined) return;
    live.client.stop().catch((error: unknown) => {
      this.#options.logger.warn('the old relay connection could not be closed', { errorCode: errorCode(error) });
    });
  }

  #changed(what: 'status' | 'peers'): void {
    for (const wake of this.#waiters) wake();
    this.#options.onChange(what);
  }

  #nextChange(timeout: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        timer.cancel();
        signal.removeEventListener('abort', done);
        this.#waiters.delete(done);
        resolve();
      };
      const timer = this.#options.clock.setTimer(timeout, done);
      signal.addEventListener('abort', done, { once: true });
      this.#waiters.add(done);
    });
  }
}
