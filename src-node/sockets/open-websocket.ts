import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocket, type ClientOptions } from 'ws';
import type { Clock } from '#shared/clock.ts';
import { errorMessage, systemCode } from '#shared/errors.ts';
import { DialError } from './errors.ts';
import type { RelayEndpoint } from './relay-url.ts';

export type OpenWebSocketOptions = Readonly<{
  path: string;
  clock: Clock;
  signal: AbortSignal;
  /** Largest message taken, bytes. */
  maxPayload: number;
  /** ms until the upgrade is answered. */
  timeout: number;
}>;

/** Answers that a relay, or a proxy before it, gives while it cannot serve. */
const PASSING_STATUS: ReadonlySet<number> = new Set([408, 425, 500, 502, 503, 504]);
const MAX_RETRY_AFTER = 3600;

/**
 * Speaks the WebSocket opening handshake over a socket that is already up (and whose certificate is already judged).
 * @throws {DialError} `relay.not-a-relay` (details: status), `relay.unavailable`, `relay.rate` (details: retryAfter, ms), `relay.timeout`,
 *   `relay.unreachable`, `relay.aborted`
 */
export function openWebSocket(
  socket: Socket,
  endpoint: RelayEndpoint,
  options: OpenWebSocketOptions,
): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const settings: ClientOptions & { closeTimeout: number } = {
      createConnection: () => socket,
      headers: { Host: endpoint.authority },
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: options.maxPayload,
      // Whoever closes it has a deadline of its own.
      closeTimeout: 60_000,
    };
    // Always `ws:`: TLS, where there is any, is the socket's own business.
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
      // Nothing may be lost between now and the owner's handlers.
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
  // Nobody is left to hear it.
}
