import { connect, type Socket } from 'node:net';
import type { Clock } from '#shared/clock.ts';
import { errorMessage, systemCode } from '#shared/errors.ts';
import { ConnectAnswerReader } from './connect-answer.ts';
import { DialError } from '../errors.ts';
import type { ProxyAddress } from './proxy-address.ts';

export type TunnelOptions = Readonly<{
  clock: Clock;
  signal: AbortSignal;
  /** ms until the proxy has connected. */
  timeout: number;
}>;

/**
 * The request for a tunnel. The password goes to the proxy in clear, as with everybody who asks one by HTTP.
 * @param authority `host:port` of where the tunnel leads
 * @throws {DialError} `relay.url`, `relay.proxy-address`: what would end a line
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
 * A connection through an HTTP proxy: what is written to the socket goes to `authority`, and nothing that came from there is lost.
 * @throws {DialError} `relay.proxy-auth` (401, 407; 403 to a user), `relay.proxy-forbidden` (403), `relay.proxy-refused` (details: status, reason), `relay.proxy-unreachable`, `relay.timeout`,
 *   `relay.aborted`; all with details: proxy
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
    // Not by `data`: without that nothing of the tunnel can get lost before its owner listens, and the socket is as if nobody had read.
    const onReadable = (): void => {
      try {
        const chunk: Buffer | null = socket.read();
        const consumed = chunk === null ? undefined : answer.push(chunk);
        if (chunk === null || consumed === undefined) return;
        settle();
        // Whoever wraps the socket hears of its end by itself.
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
  // Where it was told who asks, a no is about that one: asked again and again with a password it may lock the account.
  if (code === 'relay.proxy-forbidden' && user !== undefined)
    return new DialError('relay.proxy-auth', message, { cause, details: { status: 403, proxy: url } });
  return new DialError(code, message, { cause, details: { ...details, proxy: url } });
}

function ignore(): void {
  // Nobody is left to hear it, or whoever is hears it elsewhere.
}
