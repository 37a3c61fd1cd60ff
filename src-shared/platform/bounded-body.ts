import { PlatformError } from './errors.ts';

/**
 * Reads the pieces of an HTTP answer's body as text, at most `limit` bytes. Used by the client of the accounts API; reads the network. A caller that
 * stops early closes the connection.
 * @throws {PlatformError} `platform.protocol` beyond the limit, `platform.unreachable` if the connection breaks
 */
export async function* readPieces(body: ReadableStream<Uint8Array> | null, limit: number): AsyncGenerator<string> {
  if (body === null) return;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > limit) throw new PlatformError('platform.protocol', 'the answer is too large');
      yield decoder.decode(value, { stream: true });
    }
    yield decoder.decode();
  } finally {
    // Fails on a broken connection, which the reader has reported.
    void reader.cancel().catch(() => undefined);
  }
}

/** Reads a whole body as text, like `readPieces`. */
export async function readBody(body: ReadableStream<Uint8Array> | null, limit: number): Promise<string> {
  let text = '';
  for await (const piece of readPieces(body, limit)) text += piece;
  return text;
}
