import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocket, type ClientOptions } from 'ws';
import { DialError, type RelayEndpoint } from '#shared/relay-dialer/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorMessage, systemCode } from '#shared/errors.ts';

/** Path, limits and signal of a WebSocket handshake. */
export type OpenWebSocketOptions = Readonly<{
  path: string;
  /** Value of the HTTP header `Host`; default: the endpoint's authority. */
  header?: string | undefined;
  clock: Clock;
  signal: AbortSignal;
  /** Largest message accepted, bytes. */
  maxPayload: number;
  /** Time limit of the answer to the upgrade, ms. */
  timeout: number;
}>;

/** HTTP status codes of a relay, or of a proxy before it, that can't serve at the moment. */
const PASSING_STATUS: ReadonlySet<number> = new Set([408, 425, 500, 502, 503, 504]);
/** Largest `Retry-After` that is respected, s. */
const MAX_RETRY_AFTER = 3600;

/**
 * Performs the WebSocket opening handshake with a relay, for a control connection or a data connection, over an open socket whose certificate has
 * already been checked. The result is paused.
 * @throws {DialError} `relay.not-a-relay` (details: status), `relay.unavailable`, `relay.rate` (details: retryAfter, ms), `relay.timeout`,
 * `relay.unreachable`, `relay.aborted`
 */
export function openWebSocket(
  socket: Socket,
  endpoint: RelayEndpoint,
  options: OpenWebSocketOptions,
): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const settings: ClientOptions & { closeTimeout: number } = {
      createConnection: () => socket,
      headers: { Host: options.header ?? endpoint.authority },
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: options.maxPayload,
      // The owner has a shorter time limit for closing.
      closeTimeout: 60_000,
    };
    // Always `ws:`: the socket already is a TLS socket if the endpoint requires TLS.
    const websocket = new WebSocket(`ws://${endpoint.authority}${options.path}`, settings);
    websocket.binaryType = 'nodebuffer';
    const timer = options.clock.setTimer(options.timeout, () => {
      fail(new DialError('relay.timeout', 'no answer to the upgrade in time'));
    });
    const settle = (): void => {
      timer.cancel();
      options.signal.removeEventListener('abort', onAbort);
      websocket.off('open', onOpen).off('error', onError).off('unexpected-response', onResponse);
    };
    const fail = (error: DialError): void => {
      settle();
      websocket.on('error', ignore);
      websocket.terminate();
      socket.destroy();
      reject(error);
    };
    const onOpen = (): void => {
      settle();
      // Nothing may be lost before the owner sets its handlers.
      websocket.pause();
      resolve(websocket);
    };
    const onError = (error: Error): void => fail(openingError(error));
    const onResponse = (_request: unknown, response: IncomingMessage): void => fail(statusError(response));
    const onAbort = (): void => fail(new DialError('relay.aborted', 'given up'));
    websocket.on('open', onOpen).on('error', onError).on('unexpected-response', onResponse);
    if (options.signal.aborted) onAbort();
    else options.signal.addEventListener('abort', onAbort, { once: true });
  });
}

function openingError(error: Error): DialError {
  const system = systemCode(error) ?? 'none';
  const broken = /^E[A-Z]+$/.test(system);
  return new DialError(broken ? 'relay.unreachable' : 'relay.not-a-relay', errorMessage(error), {
    cause: error,
    details: { system },
  });
}

function statusError(response: IncomingMessage): DialError {
  const status = response.statusCode ?? 0;
  const message = `the answer to the upgrade was status ${status}`;
  if (status === 429) {
    const seconds = Number(response.headers['retry-after'] ?? '');
    const valid = Number.isInteger(seconds) && seconds >= 0;
    const retryAfter = valid ? Math.min(seconds, MAX_RETRY_AFTER) * 1000 : 0;
    return new DialError('relay.rate', message, { details: { status, retryAfter } });
  }
  return new DialError(PASSING_STATUS.has(status) ? 'relay.unavailable' : 'relay.not-a-relay', message, {
    details: { status },
  });
}

function ignore(): void {
  // No caller is left to report it to.
}
