import type { Client, ClientChannel, TcpConnectionDetails } from 'ssh2';
import { cleanDetail } from '#shared/visible-text/index.ts';
import { ForwardError, type ConnectionCode, type Target } from '#shared/forward/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { RemoteConnection, RemoteListener, Upstream } from '../rules/index.ts';
import { SshRemoteConnection } from './remote-connection.ts';
import type { SshClient } from './client.ts';
import type { SshConnection } from './connection.ts';
import { SshError } from './errors.ts';

/** Longest time for the server to connect to a target or to answer a request, ms. */
const ANSWER_TIMEOUT = 30_000;

/** Reason codes of a refused channel (RFC 4254 section 5.1). */
const PROHIBITED = 1;
const CONNECT_FAILED = 2;
const NO_RESOURCES = 4;

type Options = Readonly<{ signal: AbortSignal }>;

/** Upstream of SSH tunnels and automatic proxies: an SSH server makes the connections, and accepts on ports that it opens for us. */
export class SshUpstream implements Upstream {
  readonly #connection: SshConnection;
  readonly #clock: Clock;

  constructor(connection: SshConnection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /**
   * Asks the server to connect to a target.
   * @throws {ForwardError} one of `CONNECTION_CODES`; {SshError} `ssh.forward-refused`, or the reason for a missing connection to the server
   */
  async connect({ host, port }: Target, { signal }: Options): Promise<RemoteConnection> {
    const ssh = await this.#connection.client(signal);
    return this.#answer<SshRemoteConnection>(
      signal,
      (done) => {
        ssh.client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
          // At once: what came together with the answer is handled before any promise is.
          if (error === undefined) done(undefined, new SshRemoteConnection(channel, ssh.transport));
          else done(error, undefined);
        });
      },
      (late) => late.destroy(),
    ).catch((error: unknown) => {
      throw connectError(error);
    });
  }

  /**
   * Asks the server to listen on a port. The listener closes when the SSH connection is lost.
   * @throws {SshError} `ssh.port-taken`, `ssh.forward-refused`, or the reason for a missing connection to the server
   */
  async listen(
    { host, port }: Readonly<{ host: string; port: number }>,
    onConnection: (connection: RemoteConnection, source: string) => void,
    { signal }: Options,
  ): Promise<RemoteListener> {
    const ssh = await this.#connection.client(signal);
    const { client } = ssh;
    const taken = await this.#forwardIn(client, host, port, signal).catch(async (error: unknown) => {
      throw port === 0 ? refusedForward(error) : await this.#whyRefused(client, host, port, signal);
    });
    const accept = (details: TcpConnectionDetails, take: () => ClientChannel): void => {
      if (details.destPort !== taken) return;
      onConnection(new SshRemoteConnection(take(), ssh.transport), sourceOf(details));
    };
    client.on('tcp connection', accept);
    const { promise: closed, resolve: end } = Promise.withResolvers<string | undefined>();
    void ssh.lost.then(({ code }) => end(code));
    return {
      port: taken,
      closed,
      close: () => {
        end(undefined);
        client.off('tcp connection', accept);
        stopForward(client, host, taken);
      },
    };
  }

  #forwardIn(client: Client, host: string, port: number, signal: AbortSignal): Promise<number> {
    return this.#answer<number>(
      signal,
      (done) => {
        client.forwardIn(host, port, (error, taken) => (error === undefined ? done(undefined, taken) : done(error)));
      },
      (late) => stopForward(client, host, late),
    );
  }

  /**
   * Finds out why the server refused to listen, since it gives no reason: if it would listen on another port, the port was taken or is not allowed
   * for this user.
   */
  async #whyRefused(client: Client, host: string, port: number, signal: AbortSignal): Promise<SshError> {
    try {
      stopForward(client, host, await this.#forwardIn(client, host, 0, signal));
      return new SshError('ssh.port-taken', 'the port at the server is not free', { details: { host, port } });
    } catch (error) {
      return refusedForward(error);
    }
  }

  /**
   * Sends a request and waits for its answer, the signal or the time limit.
   * @param drop frees a result that arrives after the wait has ended
   */
  #answer<Value>(
    signal: AbortSignal,
    ask: (done: (...answer: [error: Error, nothing?: undefined] | [error: undefined, value: Value]) => void) => void,
    drop: (late: Value) => void,
  ): Promise<Value> {
    return new Promise((resolve, reject) => {
      let over = false;
      const settle = (): boolean => {
        timer.cancel();
        signal.removeEventListener('abort', abort);
        const first = !over;
        over = true;
        return first;
      };
      const abort = (): void => {
        if (settle()) reject(new SshError('ssh.lost', 'given up'));
      };
      const timer = this.#clock.setTimer(ANSWER_TIMEOUT, () => {
        if (settle()) reject(new ForwardError('forward.timeout', 'the SSH server did not answer in time'));
      });
      signal.addEventListener('abort', abort);
      try {
        ask((...[error, value]) => {
          if (error !== undefined) {
            if (settle()) reject(error);
          } else if (settle()) resolve(value);
          else drop(value);
        });
      } catch (cause) {
        if (settle()) reject(new SshError('ssh.lost', 'the connection to the SSH server is gone', { cause }));
      }
      if (signal.aborted) abort();
    });
  }
}

/** Asks the server to stop listening, without waiting for the answer: if the connection is gone, the listener is gone as well. */
function stopForward(client: SshClient['client'], host: string, port: number): void {
  try {
    client.unforwardIn(host, port, () => undefined);
  } catch {
    // Gone already.
  }
}

function sourceOf({ srcIP, srcPort }: TcpConnectionDetails): string {
  const address = cleanDetail(srcIP, 64);
  return address.includes(':') ? `[${address}]:${srcPort}` : `${address}:${srcPort}`;
}

function refusedForward(error: unknown): SshError {
  return error instanceof SshError
    ? error
    : new SshError('ssh.forward-refused', 'the SSH server does not listen for us', { cause: error });
}

/** Error codes for the texts in which OpenSSH explains a failed connection: those of strerror(3) and gai_strerror(3). */
const WORDS: readonly (readonly [RegExp, ConnectionCode])[] = [
  [/refused/i, 'forward.refused'],
  [/timed? ?out/i, 'forward.timeout'],
  [/no route|host is (?:unreachable|down)|host unreachable/i, 'forward.host-unreachable'],
  [/network is (?:unreachable|down)|network unreachable/i, 'forward.network-unreachable'],
  [/name or service|name resolution|nodename|no address|unknown host|could not resolve|not known/i, 'forward.name'],
];

function connectError(error: unknown): Error {
  if (error instanceof SshError || error instanceof ForwardError) return error;
  const { reason, message } = error as Error & { reason?: unknown };
  if (reason === PROHIBITED)
    return new SshError('ssh.forward-refused', 'the SSH server does not forward there', { cause: error });
  if (reason === NO_RESOURCES) return new ForwardError('forward.too-many', 'too many connections', { cause: error });
  // Not the server's word: the connection to it was lost meanwhile.
  if (reason === undefined) return new SshError('ssh.lost', message, { cause: error });
  const code = reason === CONNECT_FAILED ? WORDS.find(([words]) => words.test(message))?.[1] : undefined;
  return new ForwardError(code ?? 'forward.failed', cleanDetail(message, 200), { cause: error });
}
