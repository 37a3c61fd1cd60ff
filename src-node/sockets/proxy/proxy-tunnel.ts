import { connect, type Socket } from 'node:net';
import { DialError } from '#shared/relay-dialer/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorMessage, systemCode } from '#shared/errors.ts';
import { ConnectAnswerReader } from './connect-answer.ts';
import type { ProxyAddress } from './proxy-address.ts';

/** Clock, signal and time limit of opening a tunnel. */
export type TunnelOptions = Readonly<{
  clock: Clock;
  signal: AbortSignal;
  /** Time limit until the proxy has opened the tunnel, ms. */
  timeout: number;
}>;

/**
 * Returns the HTTP request that opens a tunnel. A password is sent unencrypted, as HTTP proxies require. Pure.
 * @param authority `host:port` to which the tunnel leads
 * @throws {DialError} `relay.url`, `relay.proxy-address` for text that would end a line of the request
 */
export function connectRequest(authority: string, { user, password = '' }: ProxyAddress): string {
  if (!/^[a-z0-9._[\]:-]+$/i.test(authority))
    throw new DialError('relay.url', 'not an authority', { details: { reason: 'expected host:port' } });
  const lines = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`];
  // Base64 has no character that could end the line.
  if (user !== undefined)
    lines.push(`Proxy-Authorization: Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/**
 * Opens a tunnel through an HTTP proxy, for `dialSocket`. Bytes written to the returned socket reach `authority`, and bytes from there wait in the
 * socket until they are read.
 * @param authority `host:port` to which the tunnel leads
 * @throws {DialError} `relay.proxy-auth` (401, 407; 403 with a user), `relay.proxy-forbidden` (403), `relay.proxy-refused` (details: status, reason),
 * `relay.proxy-unreachable`, `relay.timeout`, `relay.aborted`; all with details: proxy
 */
export function openTunnel(proxy: ProxyAddress, authority: string, options: TunnelOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (options.signal.aborted) {
      reject(new DialError('relay.aborted', 'given up'));
      return;
    }
    const request = connectRequest(authority, proxy);
    const answer = new ConnectAnswerReader();
    const socket = connect({ host: proxy.host, port: proxy.port });
    const settle = (): void => {
      timer.cancel();
      options.signal.removeEventListener('abort', onAbort);
      socket
        .off('connect', onConnect)
        .off('readable', onReadable)
        .off('error', onError)
        .off('end', onEnd)
        .off('close', onEnd);
    };
    const fail = (error: DialError): void => {
      settle();
      socket.on('error', ignore);
      socket.destroy();
      reject(named(error, proxy));
    };
    const onConnect = (): void => void socket.write(request);
    // `readable` instead of `data`: the socket stays paused, so no byte of the tunnel is lost before its owner listens.
    const onReadable = (): void => {
      try {
        const chunk: Buffer | null = socket.read();
        const consumed = chunk === null ? undefined : answer.push(chunk);
        if (chunk === null || consumed === undefined) return;
        settle();
        // The owner of the socket adds its own listeners.
        socket.on('error', ignore);
        if (consumed < chunk.length) socket.unshift(chunk.subarray(consumed));
        resolve(socket);
      } catch (error) {
        fail(error instanceof DialError ? error : unreachable(error));
      }
    };
    const onError = (error: Error): void => fail(unreachable(error));
    const onEnd = (): void => fail(unreachable(new Error('it closed the connection')));
    const onAbort = (): void => fail(new DialError('relay.aborted', 'given up'));
    const timer = options.clock.setTimer(options.timeout, () => fail(unreachable(new Error('no answer in time'))));
    socket.on('connect', onConnect).on('readable', onReadable).on('error', onError).on('end', onEnd).on('close', onEnd);
    options.signal.addEventListener('abort', onAbort, { once: true });
  });
}

function unreachable(error: unknown): DialError {
  return new DialError('relay.proxy-unreachable', `the proxy cannot be reached: ${errorMessage(error)}`, {
    cause: error,
    details: { system: systemCode(error) ?? 'none' },
  });
}

function named({ code, message, cause, details }: DialError, { url, user }: ProxyAddress): DialError {
  // A 403 with credentials concerns the user: repeated attempts could lock the account.
  if (code === 'relay.proxy-forbidden' && user !== undefined)
    return new DialError('relay.proxy-auth', message, { cause, details: { status: 403, proxy: url } });
  return new DialError(code, message, { cause, details: { ...details, proxy: url } });
}

function ignore(): void {
  // The caller is gone or has its own listener.
}
