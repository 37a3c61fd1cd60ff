import type { Duplex } from 'node:stream';
import type { Client, ClientErrorExtensions } from 'ssh2';
import { cleanDetail } from '#shared/visible-text/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { chooseAlgorithms, thisRuntime } from './algorithms.ts';
import { SshError } from './errors.ts';
import type { HostKeys, SshServerId } from './host-keys.ts';
import type { SshLibrary } from './library.ts';
import type { LoginAttempt } from './login.ts';
import { fingerprintOf } from './public-key.ts';

/** Keep-alives of an SSH connection: `interval` in ms, and `misses`, the number of unanswered ones after which the connection counts as lost. */
export type KeepAlive = Readonly<{ interval: number; misses: number }>;

/** Options of `openClient`. `serverId` identifies the server for the check of its key; `transport` is an open connection to its port. */
export type OpenClientOptions = Readonly<{
  library: SshLibrary;
  transport: Duplex;
  serverId: SshServerId;
  login: LoginAttempt;
  hostKeys: Pick<HostKeys, 'types' | 'verdict'>;
  clock: Clock;
  logger: Logger;
  keepAlive: KeepAlive;
  signal: AbortSignal;
}>;

/** Error of a server whose key a person has yet to trust; carries the key, so that it can be trusted later. */
export class UntrustedHostKey extends SshError {
  /** Host key that the server presented, in SSH wire format. */
  readonly key: Uint8Array;

  constructor(code: 'ssh.host-key-unknown' | 'ssh.host-key-changed', key: Uint8Array, before: string | null) {
    const fingerprint = fingerprintOf(key);
    const details = before === null ? { fingerprint } : { fingerprint, before };
    super(code, 'the key of the server is not trusted', { details });
    this.key = Uint8Array.from(key);
  }
}

/** Longest time for key exchange and login together, ms; a person may have to touch a hardware key. */
const HANDSHAKE = 30_000;
/** Longest time to send the disconnect message, ms. */
const FAREWELL = 1000;
const LONGEST_REASON = 200;

/** Open and authenticated connection to an SSH server. Sends keep-alives and reports when the connection is lost. */
export class SshClient {
  /** Client of `ssh2`, for opening channels. */
  readonly client: Client;
  readonly transport: Duplex;
  /** Resolves with the reason when the connection is lost or closed. Never rejects. */
  readonly lost: Promise<SshError>;
  readonly #clock: Clock;
  readonly #keepAlive: KeepAlive;
  #tick: Timer | undefined;
  /** Monotonic time of the last byte received; `#askedAt`: of the last keep-alive sent. ms */
  #heardAt: number;
  #askedAt = 0;
  #misses = 0;
  /** Callbacks of the round-trip measurements that wait for an answer. */
  readonly #asking = new Set<(error: SshError) => void>();
  readonly #end: (error: SshError) => void;

  constructor(client: Client, transport: Duplex, clock: Clock, keepAlive: KeepAlive) {
    this.client = client;
    this.transport = transport;
    this.#clock = clock;
    this.#keepAlive = keepAlive;
    this.#heardAt = clock.monotonic();
    ({ promise: this.lost, resolve: this.#end } = Promise.withResolvers<SshError>());
    void this.lost.then((error) => {
      for (const settle of this.#asking) settle(error);
    });
    const end = (error: SshError): void => {
      this.#tick?.cancel();
      this.#end(error);
      transport.destroy();
    };
    // Each forwarded connection that waits for room listens.
    transport.setMaxListeners(0);
    client.on('error', (error) => end(explain(error, undefined)));
    client.once('close', () => end(new SshError('ssh.lost', 'the connection to the SSH server ended')));
    // The server has ended its side of the transport, so the connection is useless.
    client.once('end', () => end(new SshError('ssh.lost', 'the SSH server ended the connection')));
    transport.on('data', () => {
      this.#heardAt = clock.monotonic();
    });
    this.#ping();
    this.#wait(keepAlive.interval);
  }

  /** Sends a keep-alive now, and treats the connection as lost unless a byte arrives within `patience` ms. */
  probe(patience: number): void {
    const askedAt = this.#clock.monotonic();
    const timer = this.#clock.setTimer(patience, () => {
      if (this.#heardAt < askedAt) this.#silent();
    });
    void this.lost.then(() => timer.cancel());
    this.#ping();
  }

  /**
   * Measures the round trip to the server, ms.
   * @throws {SshError} `ssh.lost` if the connection is lost or the answer takes longer than `patience` ms
   */
  roundTrip(patience: number): Promise<number> {
    const askedAt = this.#clock.monotonic();
    return new Promise((resolve, reject) => {
      const settle = (error?: SshError): void => {
        timer.cancel();
        this.#asking.delete(settle);
        if (error === undefined) resolve(this.#clock.monotonic() - askedAt);
        else reject(error);
      };
      const timer = this.#clock.setTimer(patience, () => {
        settle(new SshError('ssh.lost', 'the SSH server does not answer', { details: { reason: 'silent' } }));
      });
      this.#asking.add(settle);
      this.#ping(() => settle());
    });
  }

  /** Sends the disconnect message and closes the transport. */
  close(): void {
    this.#tick?.cancel();
    this.#end(new SshError('ssh.lost', 'closed by this device'));
    const { client, transport } = this;
    const timer = this.#clock.setTimer(FAREWELL, () => transport.destroy());
    transport.once('close', () => timer.cancel());
    client.end();
    transport.end(() => transport.destroy());
  }

  /**
   * Sends a keep-alive after an interval without a byte, and again after each further interval without an answer. A timer that fires late does not
   * count as silence.
   */
  #wait(delay: number): void {
    const { interval, misses } = this.#keepAlive;
    this.#tick = this.#clock.setTimer(delay, () => {
      const now = this.#clock.monotonic();
      this.#misses = this.#heardAt >= this.#askedAt ? 0 : this.#misses + 1;
      // The interval before the first question was one of silence, too.
      if (this.#misses >= misses - 1) {
        this.#silent();
        return;
      }
      const quiet = now - this.#heardAt;
      if (quiet >= interval) this.#ping();
      this.#wait(quiet >= interval ? interval : interval - quiet);
    });
  }

  #silent(): void {
    this.#tick?.cancel();
    this.#end(new SshError('ssh.lost', 'the SSH server does not answer any more', { details: { reason: 'silent' } }));
    this.transport.destroy();
  }

  /**
   * Sends a request that every server answers, if only by refusing it (RFC 4254 section 4). The request also rules out shells and commands on this
   * connection, which are never used here.
   */
  #ping(answered: () => void = () => undefined): void {
    this.#askedAt = this.#clock.monotonic();
    try {
      this.client.openssh_noMoreSessions(() => answered());
    } catch {
      // The connection is gone already; its `close` event reports that.
    }
  }
}

/** Interval of the keep-alives of a connection for commands, ms. */
const COMMAND_KEEP_ALIVE = 15_000;

/**
 * Opens an SSH connection that forwards, with keep-alives that rule out commands. `SshConnection` calls it for each attempt.
 * @throws as `connectClient`
 */
export async function openClient(options: OpenClientOptions): Promise<SshClient> {
  const client = await connectClient(options);
  return new SshClient(client, options.transport, options.clock, options.keepAlive);
}

/** Options of `connectClient`. `commands`: the connection is for commands and files, and sends keep-alives of the library. */
export type ConnectClientOptions = Omit<OpenClientOptions, 'keepAlive' | 'clock'> & Readonly<{ commands?: boolean }>;

/**
 * Connects to an SSH server over a transport: key exchange, check of the host key, login. Takes ownership of the transport. The caller listens to
 * the client's `error` at once.
 * @throws {UntrustedHostKey} if a person has to trust the host key first
 * @throws {SshError} if connecting or logging in fails
 */
export async function connectClient(options: ConnectClientOptions): Promise<Client> {
  const { library, transport, serverId, login, hostKeys, signal, logger } = options;
  const client = new library.Client();
  // The library asks before it has checked the signature by which the server proves that the key is its own. A key that is not trusted is only
  // reported once it has: anything else was damaged on the way, or made by someone without any key. `handshake` comes with the proof, before the
  // library sends anything else; no login follows it.
  let verdict: SshError | undefined;
  let proved = false;
  const judge = (key: Buffer): boolean => {
    verdict = judgeHostKey(hostKeys, serverId, key);
    return verdict === undefined || !proved;
  };
  let giveUp: () => void = () => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (error: unknown): void => reject(proved && verdict !== undefined ? verdict : explain(error, login));
      // A key that could not sign is skipped by the library, which goes on with the next one; it may still say things after the end.
      client.on('error', (error: Error & ClientErrorExtensions) => {
        if (error.level === 'agent') logger.info('a key was not used', { error: error.message });
        else fail(error);
      });
      client.once('handshake', () => {
        proved = true;
        if (verdict === undefined) return;
        transport.destroy();
        fail(verdict);
      });
      client.once('ready', resolve);
      client.once('close', () => fail(new SshError('ssh.unreachable', 'the server ended the connection')));
      client.once('end', () => fail(new SshError('ssh.unreachable', 'the server ended the connection')));
      client.once('change password', () => fail(refused(login, 'the password has to be changed')));
      giveUp = () => fail(new SshError('ssh.lost', 'given up'));
      signal.addEventListener('abort', giveUp);
      if (signal.aborted) giveUp();
      client.connect({
        sock: transport,
        username: '',
        authHandler: (...question) => {
          if (verdict === undefined) login.next(...question);
        },
        hostVerifier: judge,
        algorithms: chooseAlgorithms(hostKeys.types(serverId), thisRuntime()),
        readyTimeout: HANDSHAKE,
        ...(options.commands === true ? { keepaliveInterval: COMMAND_KEEP_ALIVE, keepaliveCountMax: 3 } : {}),
        strictVendor: false,
        ident: 'ClawReach',
      });
    });
  } catch (error) {
    transport.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
  client.removeAllListeners('close').removeAllListeners('end').removeAllListeners('error');
  return client;
}

function judgeHostKey(
  hostKeys: OpenClientOptions['hostKeys'],
  serverId: SshServerId,
  key: Buffer,
): SshError | undefined {
  const verdict = hostKeys.verdict(serverId, key);
  switch (verdict.kind) {
    case 'known':
      return undefined;
    case 'unknown':
      return new UntrustedHostKey('ssh.host-key-unknown', key, null);
    case 'changed':
      return new UntrustedHostKey('ssh.host-key-changed', key, verdict.before);
    case 'revoked':
      return new SshError('ssh.host-key-revoked', 'the key of the server is revoked', {
        details: { fingerprint: fingerprintOf(key) },
      });
  }
}

function refused(login: LoginAttempt | undefined, reason: string): SshError {
  const methods = login === undefined || login.offered.length === 0 ? 'none' : login.offered.join(', ');
  return new SshError('ssh.login-refused', reason, { details: { methods: cleanDetail(methods, LONGEST_REASON) } });
}

/** Converts an error of `ssh2` into the error that a person is shown. */
function explain(error: unknown, login: LoginAttempt | undefined): SshError {
  if (error instanceof SshError) return error;
  const message = cleanDetail(errorMessage(error), LONGEST_REASON);
  const { level, code } = error as ClientErrorExtensions & { code?: unknown };
  if (level === 'client-authentication' || /too many authentication failures/i.test(message))
    return refused(login, message);
  const missing = /no matching (.+)$/.exec(message)?.[1];
  if (missing !== undefined)
    return new SshError('ssh.algorithm', message, { cause: error, details: { what: missing } });
  const details = { reason: message };
  // A reason of DISCONNECT is a number (RFC 4253 section 11.1).
  if (typeof code === 'number') return new SshError('ssh.closed', message, { cause: error, details });
  if (level === 'client-socket' || level === 'client-timeout' || message.startsWith('Connection lost'))
    return new SshError(login === undefined ? 'ssh.lost' : 'ssh.unreachable', message, { cause: error, details });
  return new SshError('ssh.protocol', message, { cause: error, details });
}
