import type {
  FoundGateway,
  GatewayDraft,
  GatewayEndpoint,
  GatewayProbe,
  GatewayRole,
  GatewaySettings,
  GatewayView,
} from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { errorMessage } from '#shared/errors.ts';
import {
  checkEndpoint,
  gatewayError,
  isReadableInTransit,
  parseGatewayHost,
  sameEndpoint,
  type GatewayMachine,
  type GatewaySelf,
} from '#shared/openclaw/gateway/index.ts';
import type { Logger } from '#shared/logger.ts';
import { plainKey } from '#shared/visible-text/index.ts';
import { pausedError } from '../../pause/index.ts';
import type { AuditLog, DocumentFile } from '../../core/store/index.ts';
import { awaitChannel } from './channel.ts';
import { GatewayBook, type SecretChange } from './book.ts';
import type { GatewayTrust } from './certificate-trust.ts';
import { Drafts } from './drafts.ts';
import { KnownGateway, type GatewayContext } from './gateway.ts';
import {
  nodeDestination,
  instructionsWithoutSetupCode,
  instructionsWithSetupCode,
  withoutProxyFingerprint,
  type NodeInstructions,
} from './node-instructions.ts';
import { InstalledNodeWatch } from './installed-node.ts';
import { probeEndpoint } from './certificate-probe.ts';
import type { GatewayChannel, GatewayDirectory, NodeDeclaration } from './gateway-directory.ts';

/** Options of `GatewayManager`. */
export type GatewayManagerOptions = Readonly<{
  /** `gateways.json` of the profile. */
  file: DocumentFile;
  machine: GatewayMachine;
  self: Pick<GatewaySelf, 'platform' | 'version'>;
  crypto: CryptoBackend;
  /** Secret that keys and tokens are sealed with; not stored. */
  masterSecret: Uint8Array;
  clock: Clock;
  logger: Logger;
  audit: AuditLog;
  /** Name of this device at gateways. */
  deviceName(): string;
  /** Returns what this machine declares as the gateway's node; called for each connection. */
  nodeDeclaration(id: string): NodeDeclaration;
  /** Counts the gateway's requests that wait for a person. */
  pendingRequests(id: string): number;
  /** Called after changes of any gateway's view, at most four times a second. */
  onChange(): void;
}>;

/** Gateway to save. `draft`: ID of a draft whose secrets are used. */
export type GatewayToAdd = Readonly<{
  settings: GatewaySettings;
  token?: SecretChange;
  password?: SecretChange;
  /** The person accepts a connection without TLS to another machine. */
  acceptPlain?: boolean | undefined;
  draft?: string | undefined;
}>;

/** Shortest time between two `onChange`, ms. */
const PACE = 250;
/** Duration of a search in the network, ms. */
const DISCOVERY = 2000;
/** Time limit for fetching a setup code from a join link, ms. */
const JOIN_LIMIT = 20_000;
/** Time limit for the certificate at a gateway's other address, ms. */
const PROBE_LIMIT = 4000;
/** Time limit for the gateway's setup code, ms. */
const SETUP_CODE_LIMIT = 15_000;

/**
 * Gateways of this device: saves them with tokens and trusted certificates in `gateways.json`, connects the roles that are switched on, and builds
 * the views for user interfaces. Writes changes of gateways, their connections and certificates to the audit log. Also fetches certificates and setup
 * codes, searches the local network, and looks for OpenClaw's own node among this machine's files and programs.
 */
export class GatewayManager implements GatewayDirectory {
  readonly #options: GatewayManagerOptions;
  readonly #book: GatewayBook;
  readonly #drafts: Drafts;
  readonly #context: GatewayContext;
  readonly #gateways = new Map<string, KnownGateway>();
  readonly #channelListeners = new Set<Readonly<{ role: GatewayRole; listener(channel: GatewayChannel): void }>>();
  readonly #removalListeners = new Set<(id: string) => void>();
  readonly #stop = new AbortController();
  readonly #otherNode: InstalledNodeWatch;
  #pace: Timer | undefined;
  #started = false;
  #paused = false;

  /** Loads the saved gateways. @throws {StoreError} as SettingsFile */
  constructor(options: GatewayManagerOptions) {
    const { crypto, clock, logger, machine, audit } = options;
    this.#options = options;
    this.#book = new GatewayBook(options);
    this.#drafts = new Drafts(options);
    this.#otherNode = new InstalledNodeWatch(options, () => this.changed());
    this.#context = {
      machine,
      self: options.self,
      crypto,
      clock,
      logger,
      audit,
      book: this.#book,
      random: () => randomFraction(crypto.randomBytes(4)),
      deviceName: () => options.deviceName(),
      isPaused: () => this.#paused,
      nodeDeclaration: (id) => options.nodeDeclaration(id),
      pendingRequests: (id) => options.pendingRequests(id),
      onChannel: (channel) => this.#announceChannel(channel),
      onChange: () => this.changed(),
    };
    for (const stored of this.#book.list()) this.#gateways.set(stored.id, new KnownGateway(this.#context, stored));
  }

  /** Connects the roles that are switched on. */
  start(): void {
    this.#started = true;
    for (const gateway of this.#gateways.values()) gateway.apply();
    void this.#otherNode.search();
  }

  /** Closes all connections while paused, and reopens them afterwards. */
  setPaused(paused: boolean): void {
    if (paused === this.#paused) return;
    this.#paused = paused;
    if (!this.#started || this.#stop.signal.aborted) return;
    for (const gateway of this.#gateways.values()) gateway.apply();
    this.changed();
  }

  /** Returns all gateways for user interfaces. */
  views(): GatewayView[] {
    return [...this.#gateways.values()].map((gateway) => gateway.view(this.#otherNode.found));
  }

  /** Returns one gateway for user interfaces. @throws {GatewayError} `gateway.unknown` */
  view(id: string): GatewayView {
    return this.#require(id).view(this.#otherNode.found);
  }

  /** Device IDs of this device's keys at the gateway. */
  deviceIds(id: string): readonly string[] {
    const { operator, node } = this.view(id);
    return [operator.deviceId, node.deviceId];
  }

  /** Finds a gateway by ID, by name, or by an unambiguous prefix of either, ignoring case. */
  find(reference: string): Readonly<{ id: string; name: string }> {
    const wanted = plainKey(reference);
    const all = this.list();
    const exact = all.find(({ id, name }) => id === wanted || plainKey(name) === wanted);
    if (exact !== undefined) return exact;
    // A reference of dashes and dots only normalises to the empty string, which is a prefix of every name.
    const begin =
      wanted === '' ? [] : all.filter(({ id, name }) => id.startsWith(wanted) || plainKey(name).startsWith(wanted));
    const [only] = begin;
    if (only === undefined) throw gatewayError('gateway.unknown', 'there is no such gateway', { name: reference });
    if (begin.length > 1)
      throw gatewayError('gateway.ambiguous', 'several gateways begin like that', { name: reference });
    return only;
  }

  /** Returns IDs and names of all gateways. */
  list(): readonly Readonly<{ id: string; name: string }>[] {
    return [...this.#gateways.values()].map(({ id, settings }) => ({ id, name: settings.name }));
  }

  channel(id: string, role: GatewayRole): GatewayChannel | undefined {
    return this.#gateways.get(id)?.channel(role);
  }

  async ready(
    id: string,
    role: GatewayRole,
    { timeout, signal }: Readonly<{ timeout: number; signal: AbortSignal }>,
  ): Promise<GatewayChannel> {
    const gateway = this.#require(id);
    signal.throwIfAborted();
    if (this.#paused) throw pausedError();
    return await awaitChannel(gateway, role, { clock: this.#options.clock, timeout, signal });
  }

  onChannel(role: GatewayRole, listener: (channel: GatewayChannel) => void): () => void {
    const entry = { role, listener };
    this.#channelListeners.add(entry);
    for (const gateway of this.#gateways.values()) {
      const channel = gateway.channel(role);
      if (channel !== undefined) this.#callListener(listener, channel);
    }
    return () => void this.#channelListeners.delete(entry);
  }

  onRemoved(listener: (id: string) => void): () => void {
    this.#removalListeners.add(listener);
    return () => void this.#removalListeners.delete(listener);
  }

  /** Saves a gateway. Replaces one of the same name that never accepted this device, as after a mistyped port.
   * @throws {GatewayError} `gateway.exists`, `gateway.too-many`, `gateway.draft-unknown`, `gateway.endpoint-invalid`,
   *   `gateway.plain-unconfirmed`, …; {StoreError}
   */
  add({ settings, token, password, draft, acceptPlain = false }: GatewayToAdd): GatewayView {
    const checked = check(settings);
    requireAccepted(checked, acceptPlain);
    const read = draft === undefined ? undefined : this.#drafts.take(draft, checked);
    const former = this.#neverAccepted(checked.name);
    if (former !== undefined) this.remove(former.id);
    const stored = this.#book.add(checked, {
      token: token === undefined ? read?.token : token,
      password,
      bootstrap: read?.bootstrap,
    });
    if (draft !== undefined) this.#drafts.drop(draft);
    const gateway = new KnownGateway(this.#context, stored);
    this.#gateways.set(stored.id, gateway);
    const { name, endpoint } = stored.settings;
    this.#options.audit.record('gateway.added', { gateway: stored.id, name, host: endpoint.host });
    if (this.#started) gateway.apply();
    if (this.#started && checked.node.enabled) void this.#otherNode.search();
    this.changed();
    return this.view(stored.id);
  }

  /**
   * Replaces a gateway's settings and reconnects where needed.
   * @throws {GatewayError} `gateway.unknown`, `gateway.exists`,
   * `gateway.endpoint-invalid`, …; {StoreError}
   */
  update(
    id: string,
    settings: GatewaySettings,
    given: Readonly<{ token?: SecretChange; password?: SecretChange; acceptPlain?: boolean | undefined }>,
  ): GatewayView {
    const gateway = this.#require(id);
    const checked = check(settings);
    const before = gateway.settings;
    const { token, password, acceptPlain = false } = given;
    // A person has accepted the unchanged address before.
    if (!sameEndpoint(before.endpoint, checked.endpoint)) requireAccepted(checked, acceptPlain);
    this.#book.update(id, checked, { token, password });
    this.#options.audit.record('gateway.changed', { gateway: id, name: checked.name, host: checked.endpoint.host });
    if (this.#started) gateway.updated(before, token !== undefined || password !== undefined);
    // Warn about OpenClaw's own node now rather than at the next search.
    if (this.#started && checked.node.enabled && !before.node.enabled) void this.#otherNode.search();
    this.changed();
    return this.view(id);
  }

  /**
   * Ends the gateway's connections and removes all that is saved of it; the operator and node services then drop its requests and rules. The gateway
   * keeps this device until an operator there removes it.
   * @throws {GatewayError} `gateway.unknown`; {StoreError}
   */
  remove(id: string): void {
    const gateway = this.#require(id);
    const { name } = gateway.settings;
    this.#book.remove(id);
    this.#gateways.delete(id);
    gateway.close();
    this.#options.audit.record('gateway.removed', { gateway: id, name });
    for (const listener of this.#removalListeners) listener(id);
    this.changed();
  }

  /** Connects a gateway now. @throws {ClawReachError} `agent.paused`; {GatewayError} `gateway.unknown` */
  connect(id: string): GatewayView {
    if (this.#paused) throw pausedError();
    this.#require(id).connect();
    return this.view(id);
  }

  /** Applies a person's decision on a gateway's certificate. @throws {GatewayError} `gateway.confirm`; {StoreError} */
  trust(id: string, answer: GatewayTrust): GatewayView {
    this.#require(id).trust(answer);
    return this.view(id);
  }

  /** Reads a pasted text, fetching the setup code of a join link. @throws {GatewayError} why the text can't be used */
  async read(text: string, signal: AbortSignal): Promise<GatewayDraft> {
    if (this.#paused) throw pausedError();
    return await this.#drafts.read(text, AbortSignal.any([signal, AbortSignal.timeout(JOIN_LIMIT)]));
  }

  /** Fetches the certificate of an address; failures are part of the result. @throws {DOMException} AbortError */
  async probe(endpoint: GatewayEndpoint, signal: AbortSignal): Promise<GatewayProbe> {
    if (this.#paused) throw pausedError();
    return await probeEndpoint(endpoint, { ...this.#options, signal });
  }

  /** Searches the local network for gateways. @throws {ClawReachError} `agent.paused` */
  async discover(signal: AbortSignal): Promise<FoundGateway[]> {
    if (this.#paused) throw pausedError();
    return [...(await this.#options.machine.discover({ signal, duration: DISCOVERY }))].slice(0, 64);
  }

  /**
   * Builds instructions that make another machine the gateway's node.
   * @throws {GatewayError} why the operator isn't connected, or the gateway's error
   */
  async nodeInstructions(
    id: string,
    request: Readonly<{ setupCode: boolean; url?: string | undefined; signal: AbortSignal }>,
  ): Promise<NodeInstructions> {
    const { name, endpoint, fingerprint } = this.#require(id).settings;
    const { setupCode, url, signal } = request;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(PROBE_LIMIT)]);
    const requested = nodeDestination({ name, endpoint, fingerprint }, url);
    const probe = (there: GatewayEndpoint) => this.#options.machine.probe(there, { signal: limit });
    const destination = await withoutProxyFingerprint(endpoint, requested, probe);
    signal.throwIfAborted();
    if (!setupCode) return instructionsWithoutSetupCode(destination);
    const channel = await this.ready(id, 'operator', { timeout: SETUP_CODE_LIMIT, signal });
    return await instructionsWithSetupCode(channel, destination, { url, signal });
  }

  /** Reconnects the node after its declaration has changed. @param id the gateway; all if omitted */
  nodeDeclarationChanged(id?: string): void {
    for (const gateway of this.#gateways.values())
      if (id === undefined || gateway.id === id) gateway.declarationChanged();
  }

  /** Retries at once and probes open connections, after the machine woke up or changed its network. */
  nudge(): void {
    if (this.#paused) return;
    for (const gateway of this.#gateways.values()) gateway.nudge();
  }

  /** Schedules `onChange`. */
  changed(): void {
    if (this.#stop.signal.aborted) return;
    this.#pace ??= this.#options.clock.setTimer(PACE, () => {
      this.#pace = undefined;
      this.#options.onChange();
    });
  }

  close(): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.#pace?.cancel();
    this.#otherNode.close();
    for (const gateway of this.#gateways.values()) gateway.close();
    this.#channelListeners.clear();
    this.#removalListeners.clear();
  }

  #announceChannel(channel: GatewayChannel): void {
    for (const { role, listener } of this.#channelListeners)
      if (role === channel.role) this.#callListener(listener, channel);
  }

  #callListener(listener: (channel: GatewayChannel) => void, channel: GatewayChannel): void {
    try {
      listener(channel);
    } catch (error) {
      this.#options.logger.error('a gateway could not be used', {
        gateway: channel.gatewayId,
        error: errorMessage(error),
      });
    }
  }

  /** Returns the gateway of that name if it never issued a token to this device and isn't connected. */
  #neverAccepted(name: string): KnownGateway | undefined {
    const stored = this.#book.list().find(({ settings }) => settings.name.toLowerCase() === name.toLowerCase());
    if (stored === undefined || stored.operator.deviceToken !== null || stored.node.deviceToken !== null)
      return undefined;
    const { operator, node } = this.view(stored.id);
    const isAccepted = [operator, node].some(({ state }) => state === 'connected' || state === 'pairing');
    return isAccepted ? undefined : this.#gateways.get(stored.id);
  }

  #require(id: string): KnownGateway {
    const gateway = this.#gateways.get(id);
    if (gateway === undefined) throw gatewayError('gateway.unknown', 'there is no such gateway', { name: id });
    return gateway;
  }
}

/**
 * Checks settings and normalizes the host.
 * @returns the settings with the host as it is dialed
 * @throws {GatewayError} `gateway.endpoint-invalid`, `gateway.plain-refused`, `gateway.fingerprint-plain`
 */
function check(settings: GatewaySettings): GatewaySettings {
  const endpoint = { ...settings.endpoint, host: parseGatewayHost(settings.endpoint.host) };
  checkEndpoint(endpoint, settings.fingerprint);
  return { ...settings, endpoint };
}

/**
 * Requires that the person accepts a connection without TLS.
 * @throws {GatewayError} `gateway.plain-unconfirmed` if secrets could be read on the network and the person has not accepted that
 */
function requireAccepted({ endpoint }: GatewaySettings, accepted: boolean): void {
  if (!accepted && isReadableInTransit(endpoint))
    throw gatewayError('gateway.plain-unconfirmed', 'a connection without TLS that the person has not accepted', {
      host: endpoint.host,
    });
}

/** Uniform in [0, 1) from four random bytes. */
function randomFraction(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0) / 2 ** 32;
}
