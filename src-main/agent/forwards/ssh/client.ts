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

/** Interval of keep-alives, ms, and the number of missed ones after which a server is lost. */
export type KeepAlive = Readonly<{ interval: number; misses: number }>;

export type OpenOptions = Readonly<{
  library: SshLibrary;
  transport: Duplex;
  place: SshServerId;
  login: LoginAttempt;
  hostKeys: HostKeys;
  clock: Clock;
  logger: Logger;
  keepAlive: KeepAlive;
  signal: AbortSignal;
}>;

/** A server's key that nobody has trusted, with what the error says of it. */
export class UntrustedHostKey extends SshError {
  /** In SSH's form. */
  readonly key: Uint8Array;

  constructor(code: 'ssh.host-key-unknown' | 'ssh.host-key-changed', key: Uint8Array, before: string | null) {
    const fingerprint = fingerprintOf(key);
    const details = before === null ? { fingerprint } : { fingerprint, before };
    super(code, 'the key of the server is not trusted', { details });
    this.key = Uint8Array.from(key);
  }
}

/** Key exchange and login together, ms; a person may have to touch a key. */
const HANDSHAKE = 30_000;
/** Time for the last words, ms. */
const FAREWELL = 1000;
const LONGEST_REASON = 200;

/** A connection that stands: the server's key was known before anything secret was sent, and it let us in. */
export class SshClient {
  readonly client: Client;
  readonly transport: Duplex;
  /** Resolves when it is gone, with why. */
  readonly lost: Promise<SshError>;
  readonly #clock: Clock;
  readonly #keepAlive: KeepAlive;
  #tick: Timer | undefined;
  /** Monotonic times of the last byte received and the last keep-alive sent. */
  #heardAt: number;
  #askedAt = 0;
  #misses = 0;
  /** Those that wait for an answer. */
  readonly #asking = new Set<(error: SshError) => void>();
  #end: (error: SshError) => void = () => undefined;

  constructor(client: Client, transport: Duplex, clock: Clock, keepAlive: KeepAlive) {
    this.client = client;
    this.transport = transport;
    this.#clock = clock;
    this.#keepAlive = keepAlive;
    this.#heardAt = clock.monotonic();
    this.lost = new Promise((resolve) => {
      this.#end = resolve;
    });
    void this.lost.then((error) => {
      for (const tell of this.#asking) tell(error);
    });
    const end = (error: SshError): void => {
      this.#tick?.cancel();
      this.#end(error);
      transport.destroy();
    };
    // Each connection that waits for it listens.
    transport.setMaxListeners(0);
    client.on('error', (error) => end(explain(error, undefined)));
    client.once('close', () => end(new SshError('ssh.lost', 'the connection to the SSH server ended')));
    // The server has ended its side of the transport: nothing can come of what is left.
    client.once('end', () => end(new SshError('ssh.lost', 'the SSH server ended the connection')));
    transport.on('data', () => {
      this.#heardAt = clock.monotonic();
    });
    this.#ping();
    this.#wait(keepAlive.interval);
  }

  /** Asks for an answer now; without a byte within `patience` ms it is lost. */
  probe(patience: number): void {
    const askedAt = this.#clock.monotonic();
    const timer = this.#clock.setTimer(patience, () => {
      if (this.#heardAt < askedAt) this.#silent();
    });
    void this.lost.then(() => timer.cancel());
    this.#ping();
  }

  /** Until the server answers a question that every server answers, ms. @throws {SshError} `ssh.lost`, also where that takes longer than `patience` */
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

  /** Says farewell, and is gone. */
  close(): void {
    this.#tick?.cancel();
    this.#end(new SshError('ssh.lost', 'closed by this device'));
    const { client, transport } = this;
    const timer = this.#clock.setTimer(FAREWELL, () => transport.destroy());
    transport.once('close', () => timer.cancel());
    client.end();
    transport.end(() => transport.destroy());
  }

  /** Asks after an interval without a byte, and again after each further one without an answer. How late a timer fires does not count. */
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
   * A request that every server answers, if only with a refusal (RFC 4254 section 4). This one also gives up what is never used here: shells
   * and commands on this connection.
   */
  #ping(answered: () => void = () => undefined): void {
    this.#askedAt = this.#clock.monotonic();
    try {
      this.client.openssh_noMoreSessions(() => answered());
    } catch {
      // Gone already; `close` tells.
    }
  }
}

/**
 * Key exchange, check of the server's key, login. Owns the transport from here.
 * @throws {UntrustedHostKey}; {SshError} all but those of preparing a login
 */
export async function openClient(options: OpenOptions): Promise<SshClient> {
  const { library, transport, place, login, hostKeys, signal, logger } = options;
  const client = new library.Client();
  // The library asks before it has checked the signature by which the server proves that the key is its own. A key that is not trusted is only
  // reported once it has: anything else was damaged on the way, or made by somebody without any key. `handshake` comes with the proof, before the
  // library sends anything else; nobody logs in after it.
  let verdict: SshError | undefined;
  let proved = false;
  const judge = (key: Buffer): boolean => {
    verdict = judgeHostKey(hostKeys, place, key);
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
        algorithms: chooseAlgorithms(hostKeys.types(place), thisRuntime()),
        readyTimeout: HANDSHAKE,
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
  return new SshClient(client, transport, options.clock, options.keepAlive);
}

function judgeHostKey(hostKeys: HostKeys, place: SshServerId, key: Buffer): SshError | undefined {
  const verdict = hostKeys.verdict(place, key);
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

/** The library's errors by what they mean to a person. */
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
