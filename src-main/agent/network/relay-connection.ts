import type { CallInput, PathView, RelayStatus } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { signRemoval, type DeviceIdentity, type PeerId } from '#shared/identity/index.ts';
import type { IncomingStream, Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { RelayDialer } from '#node/sockets/index.ts';
import type { InviterRelay, JoinerRelay, JoinTarget } from '../invitations/index.ts';
import { LinkManager, type LinkView } from '../links/index.ts';
import type { PeerBook } from '../peers/index.ts';
import { RelayClient } from '../relay/index.ts';
import type { AuditLog, SettingsStore } from '../store/index.ts';
import { inviterRelay, joinerRelay, type LiveRelay } from './pairing-relays.ts';
import { RefusalLog } from './refusal-log.ts';
import { RelaySettings, sameRelay } from './relay-settings.ts';

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
  onStream(stream: IncomingStream, peerId: PeerId): void;
  /** Something a user interface shows has changed. */
  onChange(what: 'status' | 'peers'): void;
}>;

type Live = LiveRelay & Readonly<{ links: LinkManager }>;

const NO_RELAY: RelayStatus = {
  url: null,
  state: 'none',
  problem: 'relay.not-configured',
  retryAt: null,
  secure: false,
  keyId: null,
};

/** How long a call that needs the relay waits for it, ms: a connection that works is there in a fraction of that. */
const CONNECT_PATIENCE = 5000;

/** So long a relay that refuses is tried again before a person is told, ms: a relay that restarts is back within that. */
const BETWEEN_TRIES = 3000;

/** States in which waiting longer changes nothing: a person has to do something first. */
const SETTLED: ReadonlySet<RelayStatus['state']> = new Set(['online', 'failed', 'none', 'stopped']);

/** The relay this device uses and the links that run over it; replaced as a whole when the settings change. */
export class RelayConnection {
  readonly #options: RelayConnectionOptions;
  readonly #settings: RelaySettings;
  readonly #refusals: RefusalLog;
  readonly #waiters = new Set<() => void>();
  #live: Live | undefined;
  #closed = false;

  constructor(options: RelayConnectionOptions) {
    this.#options = options;
    this.#settings = new RelaySettings(options.settings);
    this.#refusals = new RefusalLog(options);
  }

  get status(): RelayStatus {
    return this.#live?.client.status ?? NO_RELAY;
  }

  /** `host:port` of the relay, or null. */
  get address(): string | null {
    return this.#live?.client.address ?? null;
  }

  /** Connects as the settings say; again when they have changed. */
  start(): void {
    this.#retire();
    const { url } = this.#settings;
    if (!this.#closed && url !== undefined) {
      this.#live = this.#create(url);
      this.#live.client.start();
    }
    this.#changed('status');
  }

  /** Sets the relay and connects to it. @throws {ClawReachError} as RelaySettings.configure */
  configure(input: CallInput<'relay.configure'>): RelayStatus {
    const { audit, settings } = this.#options;
    this.#settings.configure(input);
    audit.record('relay.configured', { url: settings.value.relay.url ?? '', insecure: input.insecure === true });
    this.start();
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
    const otherwise = status.state === 'none' ? 'relay.not-configured' : 'relay.not-connected';
    throw (
      this.#live?.client.failure ??
      new ClawReachError(status.problem ?? otherwise, 'this device is not connected to its relay', {
        details: { url: status.url ?? '', problem: status.problem ?? 'none' },
      })
    );
  }

  isOnline(peerId: PeerId): boolean {
    return this.#live?.client.isOnline(peerId) ?? false;
  }

  link(peerId: PeerId): LinkView | undefined {
    return this.#live?.links.view(peerId);
  }

  /**
   * The session with a peer, dialled where needed. Waits a few seconds for a relay connection that is being made.
   * @throws {ClawReachError} `relay.*`, `link.*`
   */
  async session(peerId: PeerId, signal: AbortSignal): Promise<Session> {
    const live = this.#live;
    // A link outlives the control connection it came from.
    if (live?.links.current(peerId) !== undefined) return await live.links.session(peerId, signal);
    await this.ready(CONNECT_PATIENCE, signal);
    return await this.#online().links.session(peerId, signal);
  }

  /** One round trip. @param timeout ms, for the reply alone */
  async ping(peerId: PeerId, timeout: number, signal: AbortSignal): Promise<PathView> {
    const session = await this.session(peerId, signal);
    const rtt = await session.ping(timeout);
    return this.#path(peerId, rtt);
  }

  /**
   * The path of a live link with its least round trip so far: the first one of a new link also pays for code that has never run, and would
   * frighten people. Measured once more where it is the only one.
   */
  async path(peerId: PeerId, timeout: number, signal: AbortSignal): Promise<PathView> {
    const session = await this.session(peerId, signal);
    await session.ping(timeout);
    return this.#path(peerId, session.statistics().minRtt ?? 0);
  }

  drop(peerId: PeerId, reason: string): void {
    void this.#live?.links.drop(peerId, reason);
  }

  /** Takes a forgotten peer out of the relay's project, where this device may; the relay's answer changes nothing here. */
  async removeMember(peerId: PeerId): Promise<void> {
    const { crypto, identity, clock, logger } = this.#options;
    const live = this.#live;
    if (live === undefined || live.client.status.state !== 'online') return;
    for (const project of live.client.projects) {
      const removal = signRemoval(crypto, identity, {
        relayKey: live.client.relayKey ?? new Uint8Array(32),
        project: project.id,
        member: peerId,
        serial: this.#settings.nextSerial(clock.now()),
      });
      await live.client.remove(removal).catch((error: unknown) => {
        logger.info('the relay did not take the removal', { errorCode: errorCode(error) });
      });
    }
  }

  /** For an invitation of this device. @throws {ClawReachError} with the relay's problem when this device is not online */
  inviter(): InviterRelay {
    return inviterRelay(this.#online(), this.#settings, this.#options.clock);
  }

  /** For joining another one's invitation. @throws {ClawReachError} as `joinerRelay` */
  joiner(target: JoinTarget | undefined, signal: AbortSignal): Promise<JoinerRelay> {
    return joinerRelay({ ...this.#options, settings: this.#settings, live: this.#live }, target, signal);
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
    const live = this.#live;
    this.#live = undefined;
    if (live === undefined) return;
    await live.links.close();
    await live.client.stop();
  }

  #create(url: string): Live {
    const { crypto, identity, clock, logger, dialer, peers, audit, software } = this.#options;
    const client = new RelayClient({
      crypto,
      identity,
      clock,
      logger: logger.child({ part: 'relay' }),
      dialer,
      software,
      config: this.#settings.clientConfig(url),
      onRelayKey: (relayKey) => {
        if (isCurrent()) this.#settings.pinRelayKey(relayKey);
      },
    });
    // One that was replaced lives on for a moment, and must not write its relay's facts into the settings of the next.
    const isCurrent = (): boolean => this.#live?.client === client;
    const links = new LinkManager({
      crypto,
      identity,
      clock,
      logger: logger.child({ part: 'links' }),
      relay: client,
      peers: { lookup: (peerId) => peers.get(peerId) },
      onStream: this.#options.onStream,
      onLinked: (peerId) => {
        try {
          peers.confirm(peerId);
        } catch (error) {
          logger.error('a pin could not be made lasting', { errorCode: errorCode(error) });
        }
        peers.seen(peerId);
        audit.record('peer.linked', { peer: peerId, name: peers.get(peerId)?.name ?? '', path: 'relay' });
        this.#changed('peers');
      },
      onUnlinked: (peerId, end) => {
        peers.seen(peerId);
        audit.record('peer.unlinked', { peer: peerId, name: peers.get(peerId)?.name ?? '', code: end.code });
        this.#changed('peers');
      },
      onCertificate: (certificate) => {
        peers.updateCertificate(certificate);
        audit.record('peer.certificate', { peer: certificate.peerId, generation: certificate.generation });
      },
      onRefused: (refused) => this.#refusals.record(refused),
    });
    let before: string | undefined;
    client.onStatus = (status) => {
      if (status.state === 'online' && isCurrent()) this.#settings.forgetAdmission();
      if (status.state !== before && (status.state === 'online' || status.state === 'failed')) {
        audit.record('relay.state', { url, state: status.state, problem: status.problem });
      }
      before = status.state;
      this.#changed('status');
    };
    client.onPresence = (peerId) => {
      peers.seen(peerId);
      this.#changed('peers');
    };
    return { client, links, url };
  }

  #path(peerId: PeerId, rtt: number): PathView {
    const view = this.link(peerId);
    return { path: view?.path ?? 'relay', address: view?.address ?? this.address ?? '', rtt };
  }

  #online(): Live {
    const live = this.#live;
    if (live === undefined) throw new ClawReachError('relay.not-configured', 'no relay is configured');
    if (live.client.status.state !== 'online') {
      throw new ClawReachError(
        live.client.status.problem ?? 'relay.not-connected',
        'this device is not connected to its relay',
        {
          details: { url: live.url },
        },
      );
    }
    return live;
  }

  #retire(): void {
    const live = this.#live;
    this.#live = undefined;
    if (live === undefined) return;
    void live.links
      .close()
      .then(() => live.client.stop())
      .catch((error: unknown) => {
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
