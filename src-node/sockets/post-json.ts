import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { DialError, type JsonAnswer, type RelayEndpoint } from '#shared/relay-dialer/index.ts';
import type { Clock } from '#shared/clock.ts';
import { systemCode } from '#shared/errors.ts';
import { dialSocket } from './dial-socket.ts';
import type { NetworkRoute } from './proxy/network-route.ts';

/** Longest answer that is read, bytes. */
const MOST_ANSWER = 64 * 1024;
/** Time limit of the answer, from the open connection on, ms. */
const ANSWER_TIMEOUT = 15_000;

/** Trust, route and content of a JSON request. */
export type PostJsonOptions = Readonly<{
  path: string;
  /** Value of `Host`; default: the authority. */
  header?: string | undefined;
  body: unknown;
  clock: Clock;
  signal: AbortSignal;
  /** SHA-256 of the SPKI that the certificate must have; undefined for the check of name and authority. */
  tlsPin?: Uint8Array | undefined;
  route?: NetworkRoute | undefined;
}>;

/**
 * Sends JSON to a relay by HTTP POST and reads its answer, at most 64 KiB within 15 s. The certificate is checked before anything is sent. Follows no
 * redirects. Used by the dialers of this folder.
 * @throws {DialError} the codes of `dialSocket`; `relay.timeout`, `relay.not-a-relay` for an answer that isn't HTTP or is too long
 */
export async function postJson(endpoint: RelayEndpoint, options: PostJsonOptions): Promise<JsonAnswer> {
  const { clock, signal, tlsPin, route } = options;
  const { socket } = await dialSocket(endpoint, { clock, signal, tlsPin, route });
  try {
    return await exchange(socket, endpoint, options);
  } finally {
    socket.destroy();
  }
}

function exchange(socket: Socket, endpoint: RelayEndpoint, options: PostJsonOptions): Promise<JsonAnswer> {
  const { path, header, body, clock, signal } = options;
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      createConnection: () => socket,
      method: 'POST',
      path,
      headers: {
        Host: header ?? endpoint.authority,
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(text),
        Accept: 'application/json',
        Connection: 'close',
      },
    });
    const timer = clock.setTimer(ANSWER_TIMEOUT, () => fail(new DialError('relay.timeout', 'no answer in time')));
    const onAbort = (): void => fail(new DialError('relay.aborted', 'given up'));
    const settle = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (error: DialError): void => {
      settle();
      request.destroy();
      reject(error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    request.on('error', (error) => fail(exchangeError(error)));
    request.on('response', (response) => {
      readBody(response).then((answer) => {
        settle();
        resolve({ status: response.statusCode ?? 0, body: answer });
      }, fail);
    });
    if (signal.aborted) onAbort();
    else request.end(text);
  });
}

async function readBody(response: IncomingMessage): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > MOST_ANSWER) throw new DialError('relay.not-a-relay', 'the answer is too long');
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof DialError ? error : exchangeError(error);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

/** Returns the error of an HTTP exchange with a relay that broke off. */
export function exchangeError(error: unknown): DialError {
  const system = systemCode(error) ?? 'none';
  const isBroken = /^E[A-Z]+$/.test(system);
  return new DialError(isBroken ? 'relay.unreachable' : 'relay.not-a-relay', 'the exchange failed', {
    cause: error,
    details: { system },
  });
}
