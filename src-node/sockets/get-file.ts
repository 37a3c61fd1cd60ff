import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip } from 'node:zlib';
import { DialError, type FileAnswer, type FileEncoding, type RelayEndpoint } from '#shared/relay-dialer/index.ts';
import { browserHost } from '#shared/relay-page/index.ts';
import type { Clock } from '#shared/clock.ts';
import { dialSocket } from './dial-socket.ts';
import { exchangeError } from './post-json.ts';
import type { NetworkRoute } from './proxy/network-route.ts';

/** Time limit of an answer, from the open connection on, ms. */
const ANSWER_TIMEOUT = 30_000;

/** Trust, route and path of a file. */
export type GetFileOptions = Readonly<{
  path: string;
  /** Longest answer that is read, bytes, also once it is decompressed. */
  most: number;
  /** Compression that is accepted; without one, none. */
  encoding?: FileEncoding | undefined;
  clock: Clock;
  signal: AbortSignal;
  tlsPin?: Uint8Array | undefined;
  route?: NetworkRoute | undefined;
}>;

/**
 * Gets a file from a relay by HTTP, and decompresses it. The certificate is checked before anything is sent. Follows no redirects.
 * @throws {DialError} as `postJson`; `relay.not-a-relay` if the answer is too long, or not compressed as it says
 */
export async function getFile(endpoint: RelayEndpoint, options: GetFileOptions): Promise<FileAnswer> {
  const { clock, signal, tlsPin, route } = options;
  const { socket } = await dialSocket(endpoint, { clock, signal, tlsPin, route });
  try {
    return await exchange(socket, endpoint, options);
  } finally {
    socket.destroy();
  }
}

function exchange(
  socket: Socket,
  endpoint: RelayEndpoint,
  { path, most, encoding = 'identity', clock, signal }: GetFileOptions,
): Promise<FileAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      createConnection: () => socket,
      method: 'GET',
      path,
      headers: { Host: browserHost(endpoint), Accept: '*/*', 'Accept-Encoding': encoding, Connection: 'close' },
    });
    const fail = (error: DialError): void => {
      settle();
      request.destroy();
      reject(error);
    };
    const timer = clock.setTimer(ANSWER_TIMEOUT, () => fail(new DialError('relay.timeout', 'no answer in time')));
    const onAbort = (): void => fail(new DialError('relay.aborted', 'given up'));
    const settle = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    request.on('error', (error) => fail(exchangeError(error)));
    request.on('response', (response) => {
      readBody(response, most).then((body) => {
        settle();
        resolve({ status: response.statusCode ?? 0, headers: headersOf(response), body });
      }, fail);
    });
    if (signal.aborted) onAbort();
    else request.end();
  });
}

/** Returns the headers, several of one name joined: a second policy is a difference. */
function headersOf({ headersDistinct }: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headersDistinct).map(([name, values]) => [name, (values ?? []).join(', ')]));
}

async function readBody(response: IncomingMessage, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > most) throw new DialError('relay.not-a-relay', 'the answer is too long');
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof DialError ? error : exchangeError(error);
  }
  return await decompress(Buffer.concat(chunks), response.headers['content-encoding'], most);
}

const DECOMPRESS: Readonly<Record<string, typeof gunzip.__promisify__>> = {
  gzip: promisify(gunzip),
  br: promisify(brotliDecompress),
};

async function decompress(body: Buffer, encoding: string | undefined, most: number): Promise<Uint8Array> {
  if (encoding === undefined || encoding === 'identity') return body;
  try {
    const run = Object.hasOwn(DECOMPRESS, encoding) ? DECOMPRESS[encoding] : undefined;
    if (run === undefined) throw new TypeError(`the relay compresses with ${encoding}`);
    return await run(body, { maxOutputLength: most });
  } catch (cause) {
    throw new DialError('relay.not-a-relay', 'the answer is too long, or not compressed as it says', { cause });
  }
}
