import { parseRelayUrl, type RelayEndpoint } from '#shared/relay-dialer/index.ts';
import type { RelayStatus } from '#shared/app-api/index.ts';
import { fromBase64Url, toBase64Url } from '#shared/bytes/index.ts';
import { assertNever } from '#shared/assert-never.ts';
import type { ClawReachError } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { ByteChannel } from '#shared/link/index.ts';
import { relayKeyId } from '#shared/relay-api/index.ts';
import { PendingConnections } from './pending-connections.ts';
import { ControlClient, type AuthenticatedMessage, type AuthenticatedRelay } from './control-client.ts';
import { RelayClientError, isFinalRelayError } from './errors.ts';
import { MailboxClient, type ClaimedMailbox, type ClaimTarget, type OpenedMailbox } from './mailbox-client.ts';
import { OpenShares } from './open-shares.ts';
import { PresentPeers } from './present-peers.ts';
import type { RelayClientState } from './relay-client-state.ts';
import { Requests } from './requests.ts';
import { RelayRetrySchedule } from './retry-schedule.ts';
import type {
  IncomingConnection,
  AddRequest,
  LeftReport,
  ProjectMembership,
  RelayClientOptions,
  RelayedMessage,
  RelayPort,
} from './types.ts';

/** Codes with which a relay refuses a device that a member there may still enrol. */
const NOT_ADMITTED: ReadonlySet<string> = new Set(['relay.admission-needed', 'relay.enrolment-needed']);

/**
 * Client of one relay: keeps the control connection, reports presence, connects to peers, and carries pairing mailboxes. Reconnects after every
 * failure except those that only a person can solve (`isFinal`). Created by `RelayConnection`, one per relay in use. Stores nothing on disk.
 */
export class RelayClient implements RelayPort {
  readonly #options: RelayClientOptions;
  readonly #endpoint: RelayEndpoint;
  readonly #retries: RelayRetrySchedule;
  readonly #requests: Requests;
  readonly #mailboxes: MailboxClient;
  readonly #connections: PendingConnections;
  readonly #shares: OpenShares;
  readonly #present = new PresentPeers((peerId, online) => this.onPresence?.(peerId, online));
  #state: RelayClientState = { kind: 'stopped' };
  #relayKey: Uint8Array | undefined;
  #claimedKey: Uint8Array | undefined;
  #tlsPin: Uint8Array | undefined;
  #projects: readonly ProjectMembership[] = [];
  #stunPort: number | undefined;
  #version = 1;

  /** Called after every change of `status`. */
  onStatus: ((status: RelayStatus) => void) | undefined;
  onPresence: ((peerId: PeerId, online: boolean) => void) | undefined;
  onProjects: ((projects: readonly ProjectMembership[]) => void) | undefined;
  onIncoming: ((incoming: IncomingConnection) => void) | undefined;
  /** Called with each message of another device. Without it messages are dropped. */
  onMessage: ((message: RelayedMessage) => void) | undefined;
  /** Called when a browser of this device's account asks to be added. */
  onAddRequest: ((request: AddRequest) => void) | undefined;
  /** Called when the relay reports that a device was removed; it may repeat a report. */
  onLeft: ((report: LeftReport) => void) | undefined;

  /** @throws {DialError} `relay.url`, `relay.insecure-url` */
  constructor(options: RelayClientOptions) {
    const { clock, crypto, logger, config, dialer } = options;
    this.#options = options;
    this.#endpoint = parseRelayUrl(config.url, { insecure: config.insecure === true });
    this.#relayKey = config.relayKeyPin;
    this.#retries = new RelayRetrySchedule({
      clock,
      random: options.random ?? (() => randomFraction(crypto.randomBytes(4))),
      longestWait: options.longestWait,
    });
    this.#requests = new Requests(clock);
    this.#mailboxes = new MailboxClient(this.#requests, clock, (message) => this.#control?.send(message));
    this.#shares = new OpenShares({
      clock,
      logger,
      requests: this.#requests,
      send: (message) => this.#control?.send(message),
    });
    this.#connections = new PendingConnections({
      crypto,
      clock,
      logger,
      send: (message) => this.#control?.send(message),
      sendEarlyData: (bytes) => this.#control?.sendEarlyData(bytes),
      dialLink: (ticket, signal) => {
        const pin = config.tlsPin === undefined ? {} : { tlsPin: config.tlsPin };
        return dialer.link(this.#endpoint, { ticket, signal, ...pin });
      },
      incoming: () => this.onIncoming,
    });
  }

  /** Connects. Called again after a failure or `stop`. */
  start(): void {
    if (this.#state.kind === 'stopped' || this.#state.kind === 'failed') this.#dial();
  }

  /** Retries at once if a pause is running. Called when the machine has woken, the network has changed or a person asks. */
  retryNow(): void {
    if (this.#state.kind !== 'waiting') return;
    this.#state.timer.cancel();
    this.#dial();
  }

  /** Shortens the running pause. Called when something urgent starts to wait (`longestWait`). */
  hurry(): void {
    const state = this.#state;
    if (state.kind !== 'waiting' || state.asked) return;
    const { clock } = this.#options;
    const delay = this.#retries.shorten(state.retryAt - clock.now());
    if (delay === undefined) return;
    state.timer.cancel();
    const timer = clock.setTimer(delay, () => this.#dial());
    this.#state = { ...state, timer, retryAt: Math.round(clock.now() + delay) };
    this.#announce();
  }

  /**
   * Checks the connection after a wake-up or network change, and replaces it if it doesn't answer within `timeout` ms. Also retries after a proxy's
   * refusal if that proxy is no longer used.
   */
  probe(timeout: number): void {
    if (this.#state.kind === 'online') {
      this.#retries.expectLoss();
      this.#state.control.probe(timeout);
    } else if (this.#state.kind === 'failed') void this.#tryWithoutProxy(this.#state);
    else this.retryNow();
  }

  async #tryWithoutProxy(failed: Extract<RelayClientState, { kind: 'failed' }>): Promise<void> {
    const { proxy } = failed.error.details;
    const { dialer } = this.#options;
    if (typeof proxy !== 'string' || dialer.proxy === undefined) return;
    const now = await dialer.proxy(this.#endpoint).catch(() => proxy);
    if (now !== proxy && this.#state === failed) this.#dial();
  }

  async stop(): Promise<void> {
    const state = this.#state;
    if (state.kind === 'waiting') state.timer.cancel();
    this.#state = { kind: 'stopped' };
    this.#retries.reset();
    if (state.kind === 'connecting' || state.kind === 'online') {
      state.control.close();
      this.#forget(new RelayClientError('relay.stopped', 'the connection to the relay was stopped'));
    }
    this.#announce();
  }

  get address(): string {
    return this.#endpoint.authority;
  }

  /** STUN server of the relay, on the dialed host; undefined if the relay runs none or isn't connected. */
  get stun(): Readonly<{ host: string; port: number }> | undefined {
    const { host } = this.#endpoint;
    return this.#state.kind === 'online' && this.#stunPort !== undefined ? { host, port: this.#stunPort } : undefined;
  }

  /** Canonical URL of the relay. */
  get url(): string {
    return this.#endpoint.url;
  }

  /** Key of the relay, pinned or proved; undefined before the first connection to a relay without a pin. */
  get relayKey(): Uint8Array | undefined {
    return this.#relayKey;
  }

  /** Key that a relay has named which doesn't admit this device without a token or an account; proven only by a welcome. Undefined otherwise. */
  get keyRefused(): Uint8Array | undefined {
    return NOT_ADMITTED.has(this.failure?.code ?? '') ? this.#claimedKey : undefined;
  }

  /** SHA-256 of the TLS key seen at the last connection; empty without TLS. */
  get tlsPin(): Uint8Array | undefined {
    return this.#tlsPin;
  }

  /** Projects of this device, as reported by the relay. */
  get projects(): readonly ProjectMembership[] {
    return this.#projects;
  }

  /** True if the relay distinguishes pending members. */
  get knowsPending(): boolean {
    return this.#version >= 2;
  }

  /** True if the relay holds a code and a link of this device beside each other. */
  get holdsTwoMailboxes(): boolean {
    return this.#mailboxes.holdsTwo;
  }

  /** Error of the states `failed` and `waiting`, with details for its message (such as the pin to compare). */
  get failure(): ClawReachError | undefined {
    const state = this.#state;
    return state.kind === 'failed' || state.kind === 'waiting' ? state.error : undefined;
  }

  get status(): RelayStatus {
    const state = this.#state;
    const waiting = state.kind === 'waiting' ? state : undefined;
    return {
      url: this.#endpoint.url,
      state: state.kind,
      problem: state.kind === 'failed' ? state.error.code : (waiting?.problem ?? null),
      retryAt: waiting?.retryAt ?? null,
      secure: this.#endpoint.secure,
      keyId: this.#relayKey === undefined ? null : relayKeyId(this.#options.crypto, this.#relayKey),
    };
  }

  isOnline(peerId: PeerId): boolean {
    return this.#present.has(peerId);
  }

  /** Peers online at the relay, from the projects of this device. */
  get present(): readonly PeerId[] {
    return this.#present.list();
  }

  async connect(
    to: PeerId,
    message1: Uint8Array,
    signal?: AbortSignal,
  ): Promise<Readonly<{ message2: Uint8Array; channel: ByteChannel }>> {
    this.#requireOnline();
    return this.#connections.connect(to, message1, signal);
  }

  /** Opens a mailbox for an invitation. @throws {RelayClientError} `relay.mailbox`, `relay.not-connected`, the relay's own codes */
  async openMailbox(options: Readonly<{ mailbox?: string; deposit: Uint8Array }>): Promise<OpenedMailbox> {
    this.#requireOnline();
    return this.#mailboxes.open(options);
  }

  /** Claims the mailbox of an invitation. @throws {RelayClientError} `relay.nameplate`, `relay.mailbox`, `relay.rate`, `relay.not-connected`, … */
  async claimMailbox(target: ClaimTarget): Promise<ClaimedMailbox> {
    this.#requireOnline();
    return this.#mailboxes.claim(target);
  }

  /** Sends an enrolment that this device has signed for another device. */
  async enrol(enrolment: Uint8Array): Promise<void> {
    this.#requireOnline();
    const text = toBase64Url(enrolment);
    await this.#requests.ask(
      'ok',
      (request) => this.#control?.send({ type: 'enrol', request, enrolment: text }),
      () => undefined,
    );
  }

  /** Sends a removal of a member that this device has signed. */
  async remove(removal: Uint8Array): Promise<void> {
    this.#requireOnline();
    const text = toBase64Url(removal);
    await this.#requests.ask(
      'ok',
      (request) => this.#control?.send({ type: 'remove', request, removal: text }),
      () => undefined,
    );
  }

  /**
   * Sends a message to another device, through the relay, which can read it. Resolves once the relay has passed it on; the device may still not get it.
   * @param to peer ID, or the name of an instance
   * @param body at most `RELAY_LIMITS.messageBody` bytes
   * @throws {RelayClientError} `relay.refused.<MessageRefusal>`, `relay.not-connected`, `relay.timeout`
   */
  async sendMessage(to: string, body: Uint8Array): Promise<void> {
    this.#requireOnline();
    if (this.#version < 3) throw new RelayClientError('relay.refused.version', 'this relay forwards no messages');
    const text = toBase64Url(body);
    await this.#requests.ask(
      'ok',
      (request) => this.#control?.send({ type: 'message', request, to, body: text }),
      () => undefined,
    );
  }

  /**
   * Asks the other devices of the account that admitted this one to add it. Resolves once it is on its way to one of them.
   * @throws {RelayClientError} `relay.refused.unknown` without such an account, `relay.refused.offline` if none is online, `relay.refused.rate`,
   * `relay.refused.version` at a relay of an earlier version, `relay.not-connected`, `relay.timeout`
   */
  async requestAdding(about: Pick<AddRequest, 'name' | 'system'>): Promise<void> {
    this.#requireOnline();
    if (this.#version < 4) throw new RelayClientError('relay.refused.version', 'this relay passes on no such request');
    await this.#requests.ask(
      'ok',
      (request) => this.#control?.send({ type: 'add-request', request, ...about }),
      () => undefined,
    );
  }

  /**
   * Opens a share at the relay, so that guests who know its ID can call this device, and opens it again after each reconnect.
   * @param share 32 hexadecimal digits
   * @throws {RelayClientError} `relay.no-shares` at a relay of an earlier version, `relay.share`, `relay.limit`, `relay.rate`, `relay.not-connected`
   */
  async openShare(share: string): Promise<void> {
    this.#requireOnline();
    await this.#shares.open(share);
  }

  /** Closes a share. */
  closeShare(share: string): void {
    this.#shares.close(share);
  }

  get #control(): ControlClient | undefined {
    return this.#state.kind === 'online' ? this.#state.control : undefined;
  }

  #requireOnline(): void {
    if (this.#state.kind === 'online') return;
    const problem = this.status.problem ?? 'none';
    throw new RelayClientError('relay.not-connected', 'there is no connection to the relay now', {
      details: { problem },
    });
  }

  #dial(): void {
    const { config } = this.#options;
    const pinned = this.#relayKey === undefined ? config : { ...config, relayKeyPin: this.#relayKey };
    const { role = 'agent' } = this.#options;
    const control: ControlClient = new ControlClient({ ...this.#options, config: pinned }, this.#endpoint, role, {
      opened: (relay) => this.#opened(control, relay),
      message: (message) => this.#onMessage(message),
      earlyData: (bytes) => this.#connections.handleEarlyData(bytes),
      closed: (error) => this.#closed(control, error),
    });
    this.#state = { kind: 'connecting', control };
    this.#announce();
    control.open();
  }

  #opened(control: ControlClient, { welcome, relayKey, tlsPin }: AuthenticatedRelay): void {
    const first = this.#relayKey === undefined;
    this.#relayKey = relayKey;
    this.#tlsPin = tlsPin;
    this.#retries.reset();
    this.#state = { kind: 'online', control, since: this.#options.clock.monotonic() };
    if (first) this.#options.onRelayKey?.(relayKey);
    this.#projects = welcome.projects;
    this.#stunPort = welcome.stun;
    this.#version = welcome.version;
    this.#options.logger.info('online at the relay', { relay: this.#endpoint.authority });
    this.#announce();
    this.onProjects?.(this.#projects);
    // The check characters needn't be verified: the IDs are compared with those of known peers.
    for (const peerId of welcome.online) this.#present.set(peerId as PeerId, true);
    this.#mailboxes.connected(welcome.version);
    this.#shares.connected(welcome.version);
  }

  #onMessage(message: AuthenticatedMessage): void {
    switch (message.type) {
      case 'presence':
        this.#present.set(message.peer as PeerId, message.online);
        return;
      case 'projects':
        this.#projects = message.projects;
        this.onProjects?.(this.#projects);
        return;
      case 'restarting':
        this.#retries.restarting(message);
        return;
      case 'error':
        if (message.request === undefined)
          this.#options.logger.warn('the relay reported an error', { errorCode: message.code });
        else this.#requests.settle(message);
        return;
      case 'left':
        this.onLeft?.({ peerId: message.peer as PeerId, at: message.at });
        return;
      case 'message':
        this.onMessage?.({ from: message.from, body: fromBase64Url(message.body) });
        return;
      case 'add-requested': {
        const { from, account, name, system } = message;
        this.onAddRequest?.({ from: from as PeerId, account, name, system });
        return;
      }
      case 'ok':
      case 'message-refused':
      case 'mailbox-opened':
      case 'mailbox-claimed':
        this.#requests.settle(message);
        return;
      case 'mailbox-joined':
      case 'mailbox-message':
      case 'mailbox-closed':
        this.#mailboxes.handle(message);
        return;
      case 'incoming':
      case 'accepted':
      case 'attach':
      case 'refused':
      case 'early-end':
      case 'closed':
        this.#connections.handle(message);
        return;
      default:
        assertNever(message);
    }
  }

  #closed(control: ControlClient, error: ClawReachError): void {
    const state = this.#state;
    if ((state.kind !== 'connecting' && state.kind !== 'online') || state.control !== control) return;
    const { clock, logger } = this.#options;
    this.#claimedKey = control.claimedKey;
    if (state.kind === 'online') this.#retries.ended(state.since);
    logger.warn('no connection to the relay', { relay: this.#endpoint.authority, errorCode: error.code });
    if (isFinalRelayError(error.code)) {
      this.#state = { kind: 'failed', error };
    } else {
      const { delay, problem, asked } = this.#retries.next(error);
      const timer = clock.setTimer(delay, () => this.#dial());
      this.#state = { kind: 'waiting', timer, retryAt: Math.round(clock.now() + delay), problem, error, asked };
    }
    this.#forget(error);
    this.#announce();
  }

  /** Ends everything that needed the control connection. */
  #forget(error: ClawReachError): void {
    this.#shares.lost();
    this.#requests.lost(error);
    this.#mailboxes.lost();
    this.#connections.lost(error);
    this.#present.clear();
  }

  #announce(): void {
    this.onStatus?.(this.status);
  }
}

/** Returns a number in [0, 1) from four random bytes. */
function randomFraction(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0) / 2 ** 32;
}
