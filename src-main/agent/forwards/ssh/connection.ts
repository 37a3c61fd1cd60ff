import type { Duplex } from 'node:stream';
import type { SshServer } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { ClawReachError, errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { sshRetryDelay } from './back-off.ts';
import { openClient, UntrustedHostKey, type KeepAlive, type SshClient } from './client.ts';
import { isLasting, SshError } from './errors.ts';
import type { HostKeys, SshServerId } from './host-keys.ts';
import { loadSsh } from './library.ts';
import { Login, type LoginMachine } from './login.ts';

/** `waiting`: will be tried again; `failed`: not before a person has done something. */
export type SshState =
  | Readonly<{ state: 'connecting'; problem: ClawReachError | undefined }>
  | Readonly<{ state: 'ready' }>
  | Readonly<{ state: 'waiting' | 'failed'; problem: ClawReachError }>;

export type SshConnectionOptions = Readonly<{
  server: SshServer;
  /** Through whom the server is reached; null for a connection of this machine. */
  peer: string | null;
  /** The password of the login, or the passphrase of its key file. */
  secret: string | null;
  machine: LoginMachine;
  hostKeys: HostKeys;
  /** Connects to the server's port. @throws {ClawReachError} */
  dial(signal: AbortSignal): Promise<Duplex>;
  clock: Clock;
  logger: Logger;
  onState(state: SshState): void;
  keepAlive?: KeepAlive;
  random?: () => number;
}>;

const KEEP_ALIVE: KeepAlive = { interval: 15_000, misses: 3 };
/** A connection that stood for so long was a good one: the next loss is followed by a try at once, ms. */
const STEADY = 10_000;
/** Longest time for a new connection to wait for the server, ms. */
const PATIENCE = 15_000;
/** Longest time for the server to answer after the network has changed, ms. */
const PROBE_PATIENCE = 4000;

/** The connection to one SSH server, which is made again whenever it is lost. */
export class SshConnection {
  readonly #options: SshConnectionOptions;
  readonly #place: SshServerId;
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
    this.#place = { peer, host: server.host, port: server.port };
    this.#login = new Login(server, secret, machine);
  }

  get state(): SshState {
    return this.#state;
  }

  /** Begins to connect; once. */
  start(): void {
    this.#running ??= this.#run();
  }

  /**
   * The connection as it is now, or as soon as it stands.
   * @throws {ClawReachError} what is wrong: at once where only a person can change it, else after 15 s
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
      await this.#change(left, signal);
    }
  }

  /** Resolves as soon as it stands, however long that takes. @throws {SshError} when nobody wants it any more */
  async ready(signal: AbortSignal): Promise<void> {
    while (this.#client === undefined) {
      if (this.#ending.signal.aborted || signal.aborted) throw new SshError('ssh.lost', 'given up');
      await this.#change(undefined, signal);
    }
  }

  /** The machine is in another network: a connection that only looks open is found out, and one that is waited for is tried at once. */
  networkChanged(): void {
    if (this.#client !== undefined) this.#client.probe(PROBE_PATIENCE);
    else if (this.#state.state === 'waiting') this.#wake?.();
  }

  /** Tries now, also after a failure that only a person can change. */
  retry(): void {
    this.#wake?.();
  }

  /**
   * From now on the key that the server has shown last is its key.
   * @param fingerprint of the key the person saw
   * @throws {SshError} `ssh.host-key-other` where the server has shown another one; {StoreError} `store.write`
   */
  trustHostKey(fingerprint: string): void {
    const shown = this.#untrusted;
    if (shown === undefined || shown.details['fingerprint'] !== fingerprint)
      throw new SshError('ssh.host-key-other', 'that is not the key the server shows', { details: { fingerprint } });
    this.#options.hostKeys.trust(this.#place, shown.key);
    this.#untrusted = undefined;
    // The question is answered: nobody shall still see it until the next try says how it goes.
    this.#tell({ state: 'connecting', problem: undefined });
    this.#wake?.();
  }

  /** Ends it for good. */
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
      this.#tell({ state: 'connecting', problem: this.#problem() });
      try {
        const client = await this.#open(signal);
        const since = clock.monotonic();
        this.#client = client;
        this.#untrusted = undefined;
        this.#tell({ state: 'ready' });
        const error = await client.lost;
        this.#client = undefined;
        failures = clock.monotonic() - since >= STEADY ? 0 : failures + 1;
        if (signal.aborted) return;
        logger.info('the SSH connection was lost', { error: error.message, errorCode: error.code });
        this.#tell({ state: 'waiting', problem: error });
      } catch (cause) {
        if (signal.aborted) return;
        const error = asError(cause);
        this.#untrusted = error instanceof UntrustedHostKey ? error : undefined;
        failures += 1;
        logger.info('the SSH server could not be used', { error: error.message, errorCode: error.code, failures });
        this.#tell({ state: isLasting(error.code) ? 'failed' : 'waiting', problem: error });
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
    // What is missing here is found before the server hears of us.
    const login = await unlessEnded(this.#login.prepare(library), signal);
    const transport = await dial(signal);
    const client = await openClient({
      library,
      transport,
      place: this.#place,
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

  #tell(state: SshState): void {
    this.#state = state;
    if (!this.#ending.signal.aborted) this.#options.onState(state);
    for (const waiter of this.#waiters) waiter();
  }

  /** @param delay ms; undefined for as long as nobody wakes it */
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

  /** Waits until the state is another one, the time (ms) is over, or nobody wants it any more. */
  #change(time: number | undefined, signal: AbortSignal): Promise<void> {
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

/** A key agent or a file that never answers holds up nothing but itself. */
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
