import type { CallInput, RelayStatus } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { DeviceIdentity, PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import { parseRelayUrl, type RelayDialer } from '#node/sockets/index.ts';
import type { InviterRelay, JoinerRelay, JoinTarget } from '../pairing/index.ts';
import type { PeerBook } from '../peers/index.ts';
import { pausedError } from '../pause/index.ts';
import { RelayClient } from '../relay/index.ts';
import type { AuditLog, SettingsStore } from '../core/store/index.ts';
import { inviterRelay, joinerRelay, type LiveRelay } from './pairing-relays.ts';
import { Memberships } from './memberships.ts';
import { parsePin, RelaySettings, sameRelay } from './relay-settings.ts';
import { RelaySlot } from './relay-slot.ts';

export type RelayConnectionOptions = Readonly<{
  crypto: CryptoBackend;
  identity: DeviceIdentity;
  clock: Clock;
  logger: Logger;
  dialer: RelayDialer;
  settings: SettingsStore;
  peers: PeerBook;
  audit: AuditLog;
  software: string;
  /** Called when the displayed state has changed. */
  onChange(what: 'status' | 'peers'): void;
  /** Called when a peer's presence has changed; without a peer, that of any. */
  onPresence(peerId?: PeerId): void;
  /** Another relay than before is used from now on, or none. */
  onReplaced(): void;
  /** Returns whether the user has paused all connections. */
  isPaused(): boolean;
  /** Called when the STUN server of this device has changed. */
  onStun?(): void;
  /** Sessions wait for a path: the relay must not be waited for as long as usual. */
  isUrgent(): boolean;
}>;

const NO_RELAY: RelayStatus = {
  url: null,
  state: 'none',
  problem: 'relay.not-configured',
  retryAt: null,
  secure: false,
  keyId: null,
};

/** The longest wait for another try while a session waits, ms. */
const URGENT_WAIT = 1000;

/** The longest wait for the certificate of a relay whose pin a person gives, ms. */
const PROOF_PATIENCE = 8000;

/** Time for which a refusing relay is retried before the user is informed, ms: a restarting relay is back within it. */
const BETWEEN_TRIES = 3000;

/** Codes of a dial where nothing listens, or the address is no longer this machine's. */
const NOBODY_THERE: ReadonlySet<string> = new Set(['relay.connection-refused', 'relay.unreachable', 'relay.timeout']);

/** States in which waiting longer changes nothing: a person has to do something first. */
const SETTLED: ReadonlySet<RelayStatus['state']> = new Set(['online', 'failed', 'none', 'stopped']);

/** This device at its relay; the client is replaced when the settings change. */
export class RelayConnection {
  readonly #options: RelayConnectionOptions;
  readonly #settings: RelaySettings;
  readonly #waiters = new Set<() => void>();
  /** The relay for the links. */
  readonly port = new RelaySlot();
  /** Memberships at the relay that this device has given. */
  readonly memberships: Memberships;
  #live: LiveRelay | undefined;
  #closed = false;

  constructor(options: RelayConnectionOptions) {
    this.#options = options;
    this.#settings = new RelaySettings(options.settings);
    this.memberships = new Memberships({ ...options, relaySettings: this.#settings, client: () => this.#live?.client });
  }

  get status(): RelayStatus {
    const { url, own } = this.#settings;
    const whose = own ? ({ own } as const) : {};
    if (this.#live !== undefined) {
      const { status } = this.#live.client;
      return { ...status, ...whose, problem: this.#hostedOff ?? status.problem };
    }
    if (url === undefined || !this.#options.isPaused()) return NO_RELAY;
    return { ...NO_RELAY, ...whose, url, state: 'stopped', problem: 'agent.paused' };
  }

  /** Problem code when nothing answers although the application on this machine runs the relay; undefined otherwise. */
  get #hostedOff(): string | undefined {
    const client = this.#live?.client;
    if (client === undefined || !this.#settings.own || client.status.state !== 'waiting') return undefined;
    if (!NOBODY_THERE.has(client.failure?.code ?? '')) return undefined;
    return this.before === undefined ? 'relay.hosted-off' : 'relay.hosted-off-before';
  }

  /** URL of the relay, or null. */
  get url(): string | null {
    return this.#live?.client.url ?? null;
  }

  /** `host:port` of the relay, or null. */
  get address(): string | null {
    return this.#live?.client.address ?? null;
  }

  /** STUN server that tells this device its public address; undefined where the relay in use runs none. */
  get stun(): Readonly<{ host: string; port: number }> | undefined {
    return this.#live?.client.stun;
  }

  /** Connects as the settings say; again when they have changed. */
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
   * The same as `configure`, for a person: a pin that they give is compared with what the relay shows, and a wrong one changes nothing. Nor does the
   * address of another relay where nothing answers, unless the person insists.
   * @throws {ClawReachError} `relay.pin-mismatch`, `relay.not-changed`, `relay.untrusted`; as `configure`
   */
  async change(input: CallInput<'relay.configure'>, signal: AbortSignal): Promise<RelayStatus> {
    const isProven = await this.#provePin(input, signal);
    if (input.force !== true) await this.#requireAnswer(input, signal);
    return this.configure(input, isProven);
  }

  /**
   * Sets the relay and connects to it.
   * @param isProven a connection has shown the pin that is given
   * @throws {ClawReachError} as RelaySettings.configure
   */
  configure(input: CallInput<'relay.configure'>, isProven = true): RelayStatus {
    const { audit, settings } = this.#options;
    this.#settings.configure(input, isProven);
    audit.record('relay.configured', { url: settings.value.relay.url ?? '', insecure: input.insecure === true });
    this.start();
    return this.status;
  }

  /** Name of the relay that `goBack` returns to; undefined where it would change nothing. */
  get before(): string | undefined {
    return this.#settings.before;
  }

  /** Uses the relay again that was used before the one that runs on this machine, if there was one. */
  goBack(): RelayStatus {
    if (this.#settings.goBack()) {
      const { audit, settings } = this.#options;
      const { url, insecure } = settings.value.relay;
      audit.record('relay.configured', { url: url ?? '', insecure });
      this.start();
    }
    return this.status;
  }

  /**
   * Resolves once the connection is up. Cuts the wait for its next try short: a person is asking.
   * @throws {ClawReachError} what keeps it from being up, with the details its text shows (such as the pin to ask about), at the latest
   * after `timeout` ms, and earlier when several tries have failed
   */
  async ready(timeout: number, signal: AbortSignal): Promise<RelayStatus> {
    const { clock } = this.#options;
    const start = clock.monotonic();
    this.#live?.client.retryNow();
    while (!SETTLED.has(this.status.state) && !signal.aborted) {
      // A try under way gets all the time there is; between two tries there is little to hope for.
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
    throw this.#live?.client.failure ?? this.#notConnected(status.problem ?? otherwise);
  }

  #notConnected(code: string): ClawReachError {
    const { url, problem } = this.status;
    return new ClawReachError(code, 'this device is not connected to its relay', {
      details: { url: url ?? '', problem: problem ?? 'none' },
    });
  }

  /** Peer ids of the devices that are at the relay beside this one, as far as it shows them to this one. */
  get present(): readonly PeerId[] {
    return this.#live?.client.present ?? [];
  }

  /** Name of the relay in invitation links; null for its own URL. */
  get advertised(): string | null {
    return this.#settings.advertised ?? null;
  }

  /** @throws {DialError} `relay.url`, `relay.insecure-url` */
  advertise(url: string | null): string | null {
    this.#settings.advertise(url);
    return this.advertised;
  }

  isOnline(peerId: PeerId): boolean {
    return this.#live?.client.isOnline(peerId) ?? false;
  }

  /** Checks, after wake-up, network change or a silent relay path, whether the connection still works, and replaces it if not. */
  probe(timeout: number): void {
    this.#live?.client.probe(timeout);
  }

  /** Retries at once because the user asked. */
  retryNow(): void {
    this.#live?.client.retryNow();
  }

  /** A session waits: a long wait for the next try ends now. */
  hurry(): void {
    this.#live?.client.hurry();
  }

  /**
   * Returns the relay for this device's invitations.
   * @throws {ClawReachError} with the relay's problem when this device is not online
   */
  inviter(): InviterRelay {
    const { crypto, clock, peers } = this.#options;
    return inviterRelay(this.#online(), {
      crypto,
      clock,
      peers,
      settings: this.#settings,
      memberships: this.memberships,
    });
  }

  /**
   * Connects to the relay of another device's invitation.
   * @throws {ClawReachError} as `joinerRelay`
   */
  async joiner(target: JoinTarget | undefined, signal: AbortSignal): Promise<JoinerRelay> {
    if (this.#options.isPaused()) throw pausedError();
    return await joinerRelay({ ...this.#options, settings: this.#settings, live: this.#live }, target, signal);
  }

  /** The joiner's side after a pairing: this relay from now on (unless it has one already), with the enrolment it was given. */
  adopt(relay: JoinerRelay, enrolment: Uint8Array | undefined): void {
    this.#settings.adopt(relay, enrolment);
    // A connection that is up knows the new membership from the inviter's `enrol`; any other starts anew with the enrolment in hand.
    const live = this.#live;
    if (live === undefined || live.client.status.state !== 'online' || !sameRelay(live.url, relay.url)) this.start();
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
    const { crypto, identity, clock, logger, dialer, peers, audit, software } = this.#options;
    const client = new RelayClient({
      crypto,
      identity,
      clock,
      logger: logger.child({ part: 'relay' }),
      dialer,
      software,
      config: this.#settings.clientConfig(url),
      longestWait: () => (this.#options.isUrgent() ? URGENT_WAIT : Infinity),
      onRelayKey: (relayKey) => {
        if (isCurrent()) this.#settings.pinRelayKey(relayKey);
      },
    });
    // One that was replaced lives on for a moment, and must not write its relay's facts into the settings of the next.
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
    client.onPresence = (peerId) => {
      peers.seen(peerId);
      if (isCurrent()) this.#options.onPresence(peerId);
      this.#changed('peers');
    };
    return { client, url };
  }

  /** False where nothing answers there now, so that nothing is known. @throws {ClawReachError} `relay.pin-mismatch` */
  async #provePin({ url, pin, insecure, own }: CallInput<'relay.configure'>, signal: AbortSignal): Promise<boolean> {
    // The relay of this machine has said itself which pin it has.
    if (pin === undefined || own === true) return true;
    const tlsPin = parsePin(pin);
    const endpoint = parseRelayUrl(url, { insecure: insecure === true });
    if (this.#settings.isProven(endpoint.url, tlsPin)) return true;
    if (this.#options.isPaused()) return false;
    try {
      const dialling = AbortSignal.any([signal, AbortSignal.timeout(PROOF_PATIENCE)]);
      const connection = await this.#options.dialer.control(endpoint, { signal: dialling, tlsPin });
      connection.close();
      return true;
    } catch (error) {
      if (errorCode(error) === 'relay.pin-mismatch') throw error;
      return false;
    }
  }

  /**
   * Checks that the new relay answers.
   * @throws {ClawReachError} `relay.untrusted`, as its certificate must be compared first; `relay.not-changed`
   */
  async #requireAnswer({ url, pin, insecure, own }: CallInput<'relay.configure'>, signal: AbortSignal): Promise<void> {
    const used = this.#settings.url;
    const endpoint = parseRelayUrl(url, { insecure: insecure === true });
    // There is nothing to lose, or nothing can be known.
    if (own === true || used === undefined || sameRelay(used, endpoint.url) || this.#options.isPaused()) return;
    try {
      const dialling = AbortSignal.any([signal, AbortSignal.timeout(PROOF_PATIENCE)]);
      const tlsPin = pin === undefined ? undefined : parsePin(pin);
      const connection = await this.#options.dialer.control(endpoint, {
        signal: dialling,
        ...(tlsPin === undefined ? {} : { tlsPin }),
      });
      connection.close();
    } catch (error) {
      if (errorCode(error) === 'relay.untrusted') throw error;
      throw new ClawReachError('relay.not-changed', 'no relay answers there', { cause: error, details: { url, used } });
    }
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
      this.#options.logger.warn('the old relay connection did not end well', { errorCode: errorCode(error) });
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
