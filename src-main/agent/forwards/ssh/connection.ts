import type { Duplex } from 'node:stream';
import type { SshServer } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { ClawReachError, errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { sshRetryDelay } from './retry-delay.ts';
import { openClient, UntrustedHostKey, type KeepAlive, type SshClient } from './client.ts';
import { isLasting, SshError } from './errors.ts';
import type { HostKeys, SshServerId } from './host-keys.ts';
import { loadSsh } from './library.ts';
import { Login, type LoginMachine } from './login.ts';

/** State of an SSH connection. `waiting`: the next attempt is scheduled; `failed`: a person has to act first, for example trust a host key. */
export type SshState =
  | Readonly<{ state: 'connecting'; problem: ClawReachError | undefined }>
  | Readonly<{ state: 'ready' }>
  | Readonly<{ state: 'waiting' | 'failed'; problem: ClawReachError }>;

/** Options of `SshConnection`. */
export type SshConnectionOptions = Readonly<{
  server: SshServer;
  /** Peer ID of the peer through which the server is reached; null to connect from this machine. */
  peer: string | null;
  /** Password of the login, or passphrase of the key file; null if none is saved. */
  secret: string | null;
  machine: LoginMachine;
  hostKeys: HostKeys;
  /**
   * Opens a connection to the server's port.
   * @throws {ClawReachError}
   */
  dial(signal: AbortSignal): Promise<Duplex>;
  clock: Clock;
  logger: Logger;
  /** Called when the state has changed. */
  onState(state: SshState): void;
  keepAlive?: KeepAlive;
  random?: () => number;
}>;

const KEEP_ALIVE: KeepAlive = { interval: 15_000, misses: 3 };
/** Lifetime after which a connection counts as stable, ms: when a stable one is lost, the next attempt follows at once. */
const STEADY = 10_000;
/** Longest time that `client` waits for a connection, ms. */
const PATIENCE = 15_000;
/** Longest time for the server to answer a probe after the network has changed, ms. */
const PROBE_PATIENCE = 4000;

/**
 * Permanent connection to one SSH server: opens it and reopens it after each loss. Used by tunnels and by automatic proxies. Reads key files and
 * `known_hosts`, uses the key agent, and saves a host key that a person trusts.
 */
export class SshConnection {
  readonly #options: SshConnectionOptions;
  readonly #serverId: SshServerId;
  readonly #login: Login;
  readonly #ending = new AbortController();
  readonly #waiters = new Set<() => void>();
  #state: SshState = { state: 'connecting', problem: undefined };
  #client: SshClient | undefined;
  #untrusted: UntrustedHostKey | undefined;
  #wake: (() => void) | undefined;
  #running: Promise<void> | undefined;

  constructor(options: SshConnectionOptions) {
    this.#options = options;
    const { peer, server, secret, machine } = options;
    this.#serverId = { peer, host: server.host, port: server.port };
    this.#login = new Login(server, secret, machine);
  }

  /** Current state, as last reported to `onState`. */
  get state(): SshState {
    return this.#state;
  }

  /** Starts connecting. Further calls do nothing. */
  start(): void {
    this.#running ??= this.#run();
  }

  /**
   * Returns the open connection, waiting up to 15 s for it.
   * @throws {ClawReachError} the current problem: at once if a person has to act, else after 15 s
   */
  async client(signal: AbortSignal): Promise<SshClient> {
    const deadline = this.#options.clock.monotonic() + PATIENCE;
    for (;;) {
      if (this.#ending.signal.aborted || signal.aborted) throw new SshError('ssh.lost', 'given up');
      if (this.#client !== undefined) return this.#client;
      const left = deadline - this.#options.clock.monotonic();
      const problem = this.#state.state === 'ready' ? undefined : this.#state.problem;
      if (this.#state.state === 'failed' || left <= 0)
        throw problem ?? new SshError('ssh.unreachable', 'the SSH server did not answer in time');
      await this.#nextChange(left, signal);
    }
  }

  /**
   * Resolves once the connection is open, however long that takes.
   * @throws {SshError} `ssh.lost` if the signal aborts or the connection is closed meanwhile
   */
  async ready(signal: AbortSignal): Promise<void> {
    while (this.#client === undefined) {
      if (this.#ending.signal.aborted || signal.aborted) throw new SshError('ssh.lost', 'given up');
      await this.#nextChange(undefined, signal);
    }
  }

  /** Reacts to a change of the machine's network: probes an open connection, or tries at once to open a missing one. */
  networkChanged(): void {
    if (this.#client !== undefined) this.#client.probe(PROBE_PATIENCE);
    else if (this.#state.state === 'waiting') this.#wake?.();
  }

  /** Tries to connect now, even in state `failed`. */
  retry(): void {
    this.#wake?.();
  }

  /**
   * Pins the host key that the server presented last, then connects.
   * @param fingerprint fingerprint of the key that the person saw
   * @throws {SshError} `ssh.host-key-other` if the server presented another key meanwhile; {StoreError} `store.write`
   */
  trustHostKey(fingerprint: string): void {
    const shown = this.#untrusted;
    if (shown === undefined || shown.details['fingerprint'] !== fingerprint)
      throw new SshError('ssh.host-key-other', 'that is not the key the server shows', { details: { fingerprint } });
    this.#options.hostKeys.trust(this.#serverId, shown.key);
    this.#untrusted = undefined;
    // The person has answered: the question must not stay visible until the next attempt ends.
    this.#setState({ state: 'connecting', problem: undefined });
    this.#wake?.();
  }

  /** Closes the connection permanently. */
  async close(): Promise<void> {
    this.#ending.abort();
    this.#client?.close();
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, logger, random = Math.random } = this.#options;
    const { signal } = this.#ending;
    let failures = 0;
    while (!signal.aborted) {
      this.#setState({ state: 'connecting', problem: this.#problem() });
      try {
        const client = await this.#open(signal);
        const since = clock.monotonic();
        this.#client = client;
        this.#untrusted = undefined;
        this.#setState({ state: 'ready' });
        const error = await client.lost;
        this.#client = undefined;
        failures = clock.monotonic() - since >= STEADY ? 0 : failures + 1;
        if (signal.aborted) return;
        logger.info('the SSH connection was lost', { error: error.message, errorCode: error.code });
        this.#setState({ state: 'waiting', problem: error });
      } catch (cause) {
        if (signal.aborted) return;
        const error = asError(cause);
        this.#untrusted = error instanceof UntrustedHostKey ? error : undefined;
        failures += 1;
        logger.info('the SSH server could not be used', { error: error.message, errorCode: error.code, failures });
        this.#setState({ state: isLasting(error.code) ? 'failed' : 'waiting', problem: error });
        if (isLasting(error.code)) {
          await this.#pause(undefined);
          failures = 0;
          continue;
        }
      }
      await this.#pause(sshRetryDelay(failures, random));
    }
  }

  async #open(signal: AbortSignal): Promise<SshClient> {
    const { dial, hostKeys, clock, logger, keepAlive = KEEP_ALIVE } = this.#options;
    const library = await loadSsh();
    // Prepare the login before dialing: missing credentials are reported without a connection.
    const login = await unlessEnded(this.#login.prepare(library), signal);
    const transport = await dial(signal);
    const client = await openClient({
      library,
      transport,
      serverId: this.#serverId,
      login,
      hostKeys,
      clock,
      logger,
      keepAlive,
      signal,
    });
    if (signal.aborted) client.close();
    return client;
  }

  #problem(): ClawReachError | undefined {
    return this.#state.state === 'ready' ? undefined : this.#state.problem;
  }

  #setState(state: SshState): void {
    this.#state = state;
    if (!this.#ending.signal.aborted) this.#options.onState(state);
    for (const waiter of this.#waiters) waiter();
  }

  /**
   * Waits until `#wake` is called or the delay is over.
   * @param delay ms; undefined to wait for `#wake` only
   */
  #pause(delay: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer = delay === undefined ? undefined : this.#options.clock.setTimer(delay, () => this.#wake?.());
      this.#wake = () => {
        this.#wake = undefined;
        timer?.cancel();
        resolve();
      };
      if (this.#ending.signal.aborted) this.#wake();
    });
  }

  /**
   * Waits until the state changes, `time` ms are over, or the signal aborts.
   * @param time undefined for no limit
   */
  #nextChange(time: number | undefined, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        timer?.cancel();
        this.#waiters.delete(done);
        signal.removeEventListener('abort', done);
        this.#ending.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = time === undefined ? undefined : this.#options.clock.setTimer(time, done);
      this.#waiters.add(done);
      signal.addEventListener('abort', done);
      this.#ending.signal.addEventListener('abort', done);
    });
  }
}

/** Rejects when the signal aborts, so that a key agent or a file that never answers cannot block anything else. */
function unlessEnded<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new SshError('ssh.lost', 'given up'));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function asError(cause: unknown): ClawReachError {
  return cause instanceof ClawReachError ? cause : new SshError('ssh.protocol', errorMessage(cause), { cause });
}
