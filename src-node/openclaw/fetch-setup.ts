import { request, type IncomingMessage, type RequestOptions } from 'node:http';
import type { Clock } from '#shared/clock.ts';
import { fromUtf8 } from '#shared/bytes/index.ts';
import {
  endpointAuthority,
  GatewayError,
  gatewayError,
  MAX_SETUP_CODE,
  parseEndpoint,
  parseJson,
  readGatewayText,
  readSetup,
  type SetupCode,
} from '#shared/openclaw/gateway/index.ts';
import { dialTrusted, type Authorities } from './dial.ts';
import { socketError } from './socket-error.ts';

/** Time limit of the whole request, ms. */
const FETCH_TIMEOUT = 15_000;

/**
 * Fetches the setup code behind a join link of a gateway: one GET request, which uses the link up, to a server whose certificate the system trusts.
 * Follows no redirects.
 * @throws {GatewayError} `gateway.join-untrusted`, `gateway.join-refused`, `gateway.text-invalid`, `gateway.timeout`, and the codes of `dialTrusted`
 */
export async function fetchSetup(
  joinUrl: string,
  options: Authorities & Readonly<{ clock: Clock; signal: AbortSignal; timeout?: number | undefined }>,
): Promise<SetupCode> {
  const read = readGatewayText(joinUrl);
  if (read.kind !== 'join') throw gatewayError('gateway.text-invalid', 'no join link', { field: 'text' });
  const endpoint = parseEndpoint(read.url);
  const ending = new AbortController();
  const onAbort = (): void => ending.abort(options.signal.reason);
  const timer = options.clock.setTimer(options.timeout ?? FETCH_TIMEOUT, () => {
    ending.abort(gatewayError('gateway.timeout', 'the setup code did not come in time'));
  });
  options.signal.addEventListener('abort', onAbort, { once: true });
  try {
    if (options.signal.aborted) onAbort();
    const socket = await dialTrusted(endpoint, null, { ca: options.ca, signal: ending.signal });
    try {
      const body = await get(
        {
          createConnection: () => socket,
          host: endpoint.host,
          path: endpoint.path,
          headers: { Host: endpointAuthority(endpoint), Accept: 'application/json' },
        },
        ending.signal,
      );
      return readSetup(parseJson(fromUtf8(body)));
    } finally {
      socket.destroy();
    }
  } catch (error) {
    if (ending.signal.aborted) throw ending.signal.reason;
    throw joinError(error, () => socketError(error, endpoint));
  } finally {
    timer.cancel();
    options.signal.removeEventListener('abort', onAbort);
  }
}

function joinError(error: unknown, other: () => GatewayError): GatewayError {
  if (!(error instanceof GatewayError)) return other();
  if (error.code !== 'gateway.fingerprint-unknown') return error;
  const { reason = '' } = error.details;
  return gatewayError('gateway.join-untrusted', error.message, { reason }, error);
}

function get(settings: RequestOptions, signal: AbortSignal): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const asked = request({ ...settings, method: 'GET', maxHeaderSize: 16_384 });
    const fail = (error: unknown): void => {
      asked.destroy();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    const onAbort = (): void => fail(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    asked.on('error', fail).on('response', (response) => {
      readBody(response, fail, (body) => {
        signal.removeEventListener('abort', onAbort);
        resolve(body);
      });
    });
    asked.end();
  });
}

function readBody(response: IncomingMessage, fail: (error: Error) => void, done: (body: Uint8Array) => void): void {
  const status = response.statusCode ?? 0;
  if (status !== 200) {
    fail(gatewayError('gateway.join-refused', `the answer is status ${status}`, { status }));
    return;
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  response.on('data', (chunk: Uint8Array) => {
    length += chunk.length;
    if (length > MAX_SETUP_CODE) fail(gatewayError('gateway.join-refused', 'the answer is too long', { status }));
    else chunks.push(chunk);
  });
  response.on('error', fail);
  response.on('close', () => {
    if (response.complete) done(Buffer.concat(chunks));
    else fail(gatewayError('gateway.join-refused', 'the answer is cut', { status }));
  });
}
