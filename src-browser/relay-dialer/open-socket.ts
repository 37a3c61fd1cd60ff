import type { Clock } from '#shared/clock.ts';
import { DialError, type RelayEndpoint } from '#shared/relay-dialer/index.ts';

/** Path, signal and time limit of a page's connection to a relay. */
export type OpenSocketOptions = Readonly<{
  path: string;
  clock: Clock;
  signal: AbortSignal;
  /** SHA-256 of the SPKI that the relay's certificate must have; a page can't see it, so it must be undefined. */
  tlsPin?: Uint8Array | undefined;
  /** Time limit of the open connection, ms. */
  timeout: number;
}>;

/**
 * Opens a WebSocket of the page to a relay, the only kind of connection that a page has, for control and data connections. The browser checks the
 * certificate, and tells a page no reason when it fails.
 * @throws {DialError} `relay.tls` for a pin, which a page can't check; `relay.unreachable`, `relay.timeout`, `relay.aborted`
 */
export function openSocket(endpoint: RelayEndpoint, options: OpenSocketOptions): Promise<WebSocket> {
  const { path, clock, signal, tlsPin, timeout } = options;
  return new Promise((resolve, reject) => {
    if (signal.aborted) throw new DialError('relay.aborted', 'given up');
    if (tlsPin !== undefined)
      throw new DialError('relay.tls', 'a page sees no certificate', { details: { authority: endpoint.authority } });
    const socket = new WebSocket(endpoint.url + path);
    socket.binaryType = 'arraybuffer';
    const settle = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
      socket.removeEventListener('open', onOpen);
      socket.removeEventListener('close', onClose);
    };
    const fail = (code: string, message: string): void => {
      settle();
      socket.close();
      reject(new DialError(code, message, { details: { authority: endpoint.authority } }));
    };
    const onOpen = (): void => {
      settle();
      resolve(socket);
    };
    const onClose = (): void => fail('relay.unreachable', 'the browser opened no connection');
    const onAbort = (): void => fail('relay.aborted', 'given up');
    const timer = clock.setTimer(timeout, () => fail('relay.timeout', 'no connection in time'));
    socket.addEventListener('open', onOpen);
    socket.addEventListener('close', onClose);
    signal.addEventListener('abort', onAbort);
  });
}

/** Close codes of an orderly end (RFC 6455 section 7.4.1). */
export const ORDERLY_CLOSE: ReadonlySet<number> = new Set([1000, 1001, 1005]);
