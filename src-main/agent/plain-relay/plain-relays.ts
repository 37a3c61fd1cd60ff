import type { PlainRelayRight, PlainRelayView } from '#shared/app-api/index.ts';
import { fromHex, toHex } from '#shared/bytes/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { isPlainApi, parsePlainCode, plainRelayError, type ConnectorConfig } from '#shared/plain-relay/index.ts';
import { cleanName } from '#shared/visible-text/index.ts';
import type { ConnectorFiles } from '#node/files/index.ts';
import { parsePlainUrl, type PlainEndpoint, type PlainRelayDialer } from '#node/sockets/index.ts';
import type { Core } from '../core/core.ts';
import type { StreamsModule } from '../streams/index.ts';
import type { TerminalsModule } from '../terminals/index.ts';
import type { PlainRelayBook, PlainRelayRecord } from './book/index.ts';
import { PLAIN_RELAY_LIMITS, type PlainRelayLimits } from './limits.ts';
import { createLocalLink, type LocalLink } from './local-link.ts';
import { readPairing } from './pairing.ts';
import { PlainConnector } from './plain-connector.ts';
import { PlainRequests } from './requests/plain-requests.ts';
import { PlainSessions } from './sessions/plain-sessions.ts';

/** One accepted relay with everything that serves it. */
type RunningRelay = Readonly<{
  connector: PlainConnector;
  sessions: PlainSessions;
  requests: PlainRequests;
  link: LocalLink;
}>;

/** Trust in a relay that a person gives with its address. */
export type PlainTrust = Readonly<{ pin?: string | undefined; insecure?: boolean | undefined }>;

export type PlainRelaysOptions = Readonly<{
  core: Pick<Core, 'audit' | 'clock' | 'crypto' | 'logger' | 'policy' | 'settings'>;
  book: PlainRelayBook;
  dialer: PlainRelayDialer;
  files: ConnectorFiles;
  /** Returns the path of the configuration file for a relay whose person names none. */
  configFor(host: string): string;
  streams: Pick<StreamsModule, 'acceptPlain' | 'heartbeatFor' | 'endAll'>;
  terminals: Pick<TerminalsModule, 'terminals'>;
  limits?: Partial<PlainRelayLimits> | undefined;
  /** Returns true while a person has paused this device. */
  isPaused(): boolean;
  onChange(): void;
}>;

/**
 * Plain relays to which this device connects as a connector or node of the documented protocol. The relay can read what it carries and type in its
 * terminals, so a person accepts each one before `pair` or `add` is called, and decides on its rights like on those of a peer. Writes the configuration
 * file and the audit log. One per agent, created by the module.
 */
export class PlainRelays {
  readonly #options: PlainRelaysOptions;
  readonly #limits: PlainRelayLimits;
  readonly #running = new Map<PeerId, RunningRelay>();
  #started = false;

  constructor(options: PlainRelaysOptions) {
    this.#options = options;
    this.#limits = { ...PLAIN_RELAY_LIMITS, ...options.limits };
  }

  /** Connects to all relays that are switched on, unless the device is paused. */
  start(): void {
    this.#started = true;
    this.#follow();
  }

  /** Applies the beginning or end of a pause. */
  pauseChanged(): void {
    this.#follow();
  }

  /** Retries at once where an attempt is planned. */
  networkChanged(): void {
    for (const { connector } of this.#running.values()) connector.nudge();
  }

  /** Returns the relays as windows and commands show them. */
  views(): PlainRelayView[] {
    return this.#options.book.relays.map((record) => this.#view(record));
  }

  /** Returns one relay as windows and commands show it. @throws {PlainRelayError} `plain.unknown` */
  view(reference: string): PlainRelayView {
    return this.#view(this.#options.book.find(reference));
  }

  /**
   * Exchanges a pairing code for the token of a connector, writes the configuration file, and connects. A code of eight characters is never sent.
   * @param input.config path of the file; without it, the profile's own for this host
   * @throws {PlainRelayError} `plain.sealed-code`, `plain.code`, `plain.url`, `plain.insecure`, `plain.unreachable`, `plain.pairing`, `plain.rate`,
   * `plain.answer`,
   * `plain.config-exists`, `plain.too-many`; {DialError}; {StoreError}
   */
  async pair(
    input: Readonly<{ code: string; api: string; name: string; config?: string | undefined }> & PlainTrust,
    signal: AbortSignal,
  ): Promise<PlainRelayView> {
    const { dialer, files } = this.#options;
    const code = parsePlainCode(input.code);
    const insecure = input.insecure === true;
    const api = parsePlainUrl(input.api, { insecure });
    if (!isPlainApi(api.path)) throw plainRelayError('plain.url', 'not the functions', { reason: PATH_REASON });
    const body = { pairing_code: code, name: input.name };
    const options = { signal, ...tlsPin(input.pin) };
    const answer = readPairing(await dialer.call(api, 'pair-device', body, options).catch(unreachable(api.header)));
    const config: ConnectorConfig = { kind: 'connector', ...answer };
    const endpoint = parsePlainUrl(config.relayUrl, { insecure });
    // The code is used up by now, so nothing but the file itself may fail.
    const file = input.config ?? this.#options.configFor(api.header);
    await files.write(file, config);
    return this.#accept(config, endpoint, { ...input, config: file, deviceName: input.name });
  }

  /**
   * Connects by an existing configuration file, of a connector or a node.
   * @throws {PlainRelayError} `plain.config`, `plain.config-permissions`, `plain.url`, `plain.insecure`, `plain.too-many`; {StoreError}
   */
  async add(input: Readonly<{ config: string }> & PlainTrust): Promise<PlainRelayView> {
    const config = await this.#options.files.read(input.config);
    const endpoint = parsePlainUrl(config.relayUrl, { insecure: input.insecure === true });
    return this.#accept(config, endpoint, { ...input, deviceName: this.#options.core.settings.value.deviceName });
  }

  /** Switches a relay on or off. @throws {PlainRelayError} `plain.unknown`; {StoreError} */
  enable(reference: string, enabled: boolean): PlainRelayView {
    const { book, core } = this.#options;
    const { id, name } = book.find(reference);
    book.enable(id, enabled);
    core.audit.record('plain.switched', { peer: id, name, on: enabled });
    // First, so that the relay learns that its terminals have ended.
    if (!enabled) this.#endOf(id);
    this.#running.get(id)?.connector.stop();
    this.#follow();
    return this.view(id);
  }

  /** Sets a right of a relay. @throws {PlainRelayError} `plain.unknown`; {RightsError} `rights.expired`; {StoreError} */
  setRight(
    reference: string,
    right: PlainRelayRight,
    decision: 'allow' | 'ask' | 'deny',
    expiresAt: number | null,
  ): void {
    const { id } = this.#options.book.find(reference);
    this.#options.core.policy.set(id, right, decision, expiresAt);
  }

  /**
   * Ends all terminals and requests of a relay, or of all relays.
   * @returns their numbers
   * @throws {PlainRelayError} `plain.unknown`
   */
  end(reference: string | undefined): Readonly<{ terminals: number; requests: number }> {
    const { book, core } = this.#options;
    const relays = reference === undefined ? book.relays : [book.find(reference)];
    let [terminals, requests] = [0, 0];
    for (const { id, name } of relays) {
      const ended = this.#endOf(id);
      if (ended.terminals + ended.requests > 0) core.audit.record('plain.ended', { peer: id, name, ...ended });
      terminals += ended.terminals;
      requests += ended.requests;
    }
    return { terminals, requests };
  }

  /** Disconnects from a relay, ends its terminals, and forgets it. Its file stays. @throws {PlainRelayError} `plain.unknown`; {StoreError} */
  remove(reference: string): void {
    const { book, core } = this.#options;
    const { id, name } = book.find(reference);
    core.audit.record('plain.removed', { peer: id, name });
    this.#close(id);
    book.remove(id);
  }

  /** Closes all connections. Terminals end or keep running with the others of this agent. */
  close(): void {
    for (const { connector } of this.#running.values()) connector.stop();
  }

  #accept(
    config: ConnectorConfig,
    { url, header }: PlainEndpoint,
    given: Readonly<{ config: string; deviceName: string }> & PlainTrust,
  ): PlainRelayView {
    const { book, core } = this.#options;
    const before = book.relays.find((relay) => relay.config === given.config);
    if (before !== undefined) this.#close(before.id);
    const added = book.add({
      host: header,
      url,
      deviceName: cleanName(given.deviceName) || 'device',
      kind: config.kind,
      config: given.config,
      insecure: given.insecure === true,
      pin: given.pin ?? null,
      addedAt: core.clock.now(),
    });
    core.audit.record('plain.added', {
      peer: added.id,
      name: added.name,
      url,
      kind: config.kind,
      config: given.config,
    });
    this.#follow();
    return this.view(added.id);
  }

  /** Starts and stops connections, as the settings and the pause say. */
  #follow(): void {
    if (!this.#started) return;
    for (const record of this.#options.book.relays) {
      if (record.enabled && !this.#options.isPaused()) this.#run(record).connector.start();
      else this.#running.get(record.id)?.connector.stop();
    }
    this.#options.onChange();
  }

  #run(record: PlainRelayRecord): RunningRelay {
    const before = this.#running.get(record.id);
    if (before !== undefined) return before;
    const { core, dialer, files, streams, onChange } = this.#options;
    const { audit, clock, crypto, logger } = core;
    const { id: peerId, name } = record;
    const limits = this.#limits;
    const link = createLocalLink(clock, toHex(crypto.randomBytes(16)), (stream) =>
      streams.acceptPlain(stream, { peerId, name }),
    );
    const sessions = new PlainSessions({
      link: link.session,
      clock,
      limits: record.kind === 'connector' ? limits : { ...limits, sessions: 0 },
      onChange,
    });
    const requests = new PlainRequests({
      link: link.session,
      clock,
      limits,
      node: record.kind === 'node',
      heartbeat: () => streams.heartbeatFor(peerId),
      onChange,
    });
    const connector = new PlainConnector({
      record,
      sessions,
      requests,
      dialer,
      files,
      clock,
      logger: logger.child({ part: 'plain-relay' }),
      limits,
      random: () => (crypto.randomBytes(1)[0] ?? 0) / 256,
      onConnected: () => audit.record('plain.connected', { peer: peerId, name, url: record.url }),
      onLost: (code) => audit.record('plain.lost', { peer: peerId, name, code }),
      onChange,
    });
    const running = { connector, sessions, requests, link };
    this.#running.set(peerId, running);
    return running;
  }

  #close(id: PeerId): void {
    const running = this.#running.get(id);
    this.#running.delete(id);
    this.#end(id, running);
    running?.connector.stop();
    running?.link.close();
  }

  #endOf(id: PeerId): Readonly<{ terminals: number; requests: number }> {
    return this.#end(id, this.#running.get(id));
  }

  /** Ends what a relay has running here, also terminals that an earlier agent left. */
  #end(id: PeerId, running: RunningRelay | undefined): Readonly<{ terminals: number; requests: number }> {
    const requests = running?.requests.end() ?? 0;
    const served = this.#servedTo(id);
    const terminals = Math.max(running?.sessions.end() ?? 0, served);
    this.#options.streams.endAll(id);
    return { terminals, requests };
  }

  #servedTo(id: PeerId): number {
    return this.#options.terminals.terminals.served.filter(({ peerId }) => peerId === id).length;
  }

  #view(record: PlainRelayRecord): PlainRelayView {
    const { core } = this.#options;
    const { id, name, url, kind, config, enabled, grants } = record;
    const running = this.#running.get(id);
    const off = { state: 'off', since: record.addedAt, retryAt: null, problem: null, details: {} } as const;
    const { state, since, retryAt, problem, details } = running?.connector.status ?? off;
    const grantOf = (right: PlainRelayRight): PlainRelayView['rights'][PlainRelayRight] => {
      const decision = core.policy.decision(id, right);
      const stored = grants[right];
      return { decision, expiresAt: stored?.decision === decision ? stored.expiresAt : null };
    };
    return {
      id,
      name,
      host: url.replace(/^wss?:\/\//, '').replace(/\/.*$/, ''),
      url,
      kind,
      config,
      enabled,
      state,
      since,
      retryAt,
      problem,
      details: { ...details },
      rights: { terminal: grantOf('terminal'), prompt: grantOf('prompt') },
      terminals: Math.max(running?.sessions.size ?? 0, this.#servedTo(id)),
      requests: running?.requests.size ?? 0,
      relayReads: true,
    };
  }
}

const PATH_REASON = 'its path must end with /functions/v1';

/** Failures to dial after which the connection of a running relay would retry. A pairing doesn't, so its error says to try again. */
const UNREACHABLE = new Set(['relay.dns', 'relay.connection-refused', 'relay.unreachable', 'relay.timeout']);

function unreachable(host: string): (error: unknown) => never {
  return (error) => {
    if (!UNREACHABLE.has(errorCode(error))) throw error;
    throw plainRelayError('plain.unreachable', 'the relay cannot be reached', { host }, error);
  };
}

function tlsPin(pin: string | undefined): { tlsPin?: Uint8Array } {
  return pin === undefined ? {} : { tlsPin: fromHex(pin) };
}
