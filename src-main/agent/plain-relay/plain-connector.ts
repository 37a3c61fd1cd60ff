import { equalJitter } from '#shared/back-off.ts';
import { fromHex } from '#shared/bytes/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { plainRelayError, type ConnectorConfig } from '#shared/plain-relay/index.ts';
import type { ConnectorFiles } from '#node/files/index.ts';
import { parsePlainUrl, type PlainRelayDialer } from '#node/sockets/index.ts';
import type { PlainRelayRecord } from './book/index.ts';
import { PlainConnection } from './connection/plain-connection.ts';
import type { PlainRelayLimits } from './limits.ts';
import type { PlainRequests } from './requests/plain-requests.ts';
import type { PlainSessions } from './sessions/plain-sessions.ts';

/** Pauses between attempts, as documented: from 1 s to 30 s. */
const BACK_OFF = { first: 1000, longest: 30_000 };
/** Lifetime after which a connection counts as a success, so that pauses start short again, ms. */
const STABLE_AFTER = 10_000;
/** Problems that no retry solves. */
const FINAL: ReadonlySet<string> = new Set(['plain.replaced', 'plain.relay-changed', 'plain.url', 'plain.insecure']);

export type PlainConnectorOptions = Readonly<{
  record: PlainRelayRecord;
  sessions: PlainSessions;
  requests: PlainRequests;
  dialer: PlainRelayDialer;
  files: ConnectorFiles;
  clock: Clock;
  logger: Logger;
  limits: PlainRelayLimits;
  /** Returns numbers in [0, 1). */
  random(): number;
  onConnected(): void;
  /** Called when a connection that was online has ended. */
  onLost(code: string): void;
  onChange(): void;
}>;

/** State of the connection to a plain relay, as windows and commands show it. Times in ms since 1970. */
export type PlainConnectorStatus = Readonly<{
  state: 'connecting' | 'online' | 'waiting' | 'stopped' | 'off';
  since: number;
  retryAt: number | null;
  problem: string | null;
  details: Readonly<Record<string, string | number | boolean>>;
}>;

/**
 * Keeps the connection to one plain relay: reads the configuration file, connects out, and retries with pauses from 1 s to 30 s. Sessions and requests
 * live longer than a connection. Created by the module for each accepted relay; opens nothing before `start`.
 */
export class PlainConnector {
  readonly #options: PlainConnectorOptions;
  #status: PlainConnectorStatus;
  #attempt: AbortController | undefined;
  #connection: PlainConnection | undefined;
  #timer: Timer | undefined;
  #failures = 0;
  #onlineSince = 0;

  constructor(options: PlainConnectorOptions) {
    this.#options = options;
    this.#status = { state: 'off', since: options.clock.now(), retryAt: null, problem: null, details: {} };
  }

  get status(): PlainConnectorStatus {
    return this.#status;
  }

  /** Connects, unless a connection or attempt exists. */
  start(): void {
    if (this.#connection !== undefined || this.#attempt !== undefined) return;
    this.#timer?.cancel();
    void this.#connect();
  }

  /** Retries now if an attempt is planned: the network has changed. */
  nudge(): void {
    if (this.#status.state === 'waiting') this.start();
  }

  /** Closes the connection, and makes none until `start`. Sessions keep running for a while. */
  stop(): void {
    this.#timer?.cancel();
    this.#attempt?.abort();
    this.#attempt = undefined;
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.close();
    if (connection !== undefined) this.#disconnected();
    this.#failures = 0;
    this.#set({ state: 'off' });
  }

  async #connect(): Promise<void> {
    const attempt = new AbortController();
    this.#attempt = attempt;
    this.#set({ state: 'connecting', problem: this.#status.problem, details: this.#status.details });
    try {
      const { record, dialer, files, clock, limits } = this.#options;
      const config = await files.read(record.config);
      checkConfig(config, record);
      attempt.signal.throwIfAborted();
      const endpoint = parsePlainUrl(config.relayUrl, { insecure: record.insecure });
      const channel = await dialer.connect(endpoint, {
        signal: attempt.signal,
        ...(record.pin === null ? {} : { tlsPin: fromHex(record.pin) }),
      });
      if (attempt.signal.aborted) {
        channel.terminate();
        return;
      }
      this.#connection = new PlainConnection(channel, {
        config,
        deviceName: record.deviceName,
        clock,
        limits,
        onOpen: (workdir) => this.#connected(config.id, workdir),
        onMessage: (message) => {
          if (message.type === 'request') void this.#options.requests.take(message);
          else this.#options.sessions.take(message);
        },
        onClose: (error) => this.#closed(error),
      });
      this.#connection.open();
    } catch (error) {
      if (!attempt.signal.aborted) this.#failed(error);
    }
  }

  #connected(id: string, workdir: string): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    this.#onlineSince = this.#options.clock.monotonic();
    this.#set({ state: 'online' });
    this.#options.onConnected();
    this.#options.sessions.connected(connection, workdir);
    this.#options.requests.connected(connection, id);
  }

  #closed(error: ClawReachError): void {
    const wasOnline = this.#status.state === 'online';
    this.#connection = undefined;
    if (wasOnline) {
      if (this.#options.clock.monotonic() - this.#onlineSince >= STABLE_AFTER) this.#failures = 0;
      this.#disconnected();
      this.#options.onLost(error.code);
    }
    this.#failed(error);
  }

  #disconnected(): void {
    this.#options.sessions.disconnected();
    this.#options.requests.disconnected();
  }

  #failed(error: unknown): void {
    const { clock, logger, random } = this.#options;
    this.#attempt = undefined;
    const problem = errorCode(error);
    const details = error instanceof ClawReachError ? error.details : {};
    logger.info('a plain relay could not be reached or was lost', { errorCode: problem });
    if (FINAL.has(problem)) {
      this.#set({ state: 'stopped', problem, details });
      return;
    }
    this.#failures += 1;
    const delay = equalJitter(this.#failures, BACK_OFF, random);
    this.#timer = clock.setTimer(delay, () => this.start());
    this.#set({ state: 'waiting', problem, details, retryAt: clock.now() + delay });
  }

  #set(change: Partial<PlainConnectorStatus> & Pick<PlainConnectorStatus, 'state'>): void {
    const since = change.state === this.#status.state ? this.#status.since : this.#options.clock.now();
    this.#status = { since, retryAt: null, problem: null, details: {}, ...change };
    this.#options.onChange();
  }
}

/** Checks that the file still names the device and relay that a person has accepted. @throws {PlainRelayError} `plain.relay-changed`, `plain.config` */
function checkConfig(config: ConnectorConfig, { config: file, kind, url, insecure }: PlainRelayRecord): void {
  const { url: named, header } = parsePlainUrl(config.relayUrl, { insecure });
  if (named !== url)
    throw plainRelayError('plain.relay-changed', 'the file names another relay', { file, host: header });
  if (config.kind !== kind)
    throw plainRelayError('plain.config', 'the file is of another kind', { file, reason: 'it is of another kind' });
}
