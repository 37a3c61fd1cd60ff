import { FramedMessageReader, type FramedMessage } from '#node/sockets/index.ts';
import type { LinkStream } from '#shared/link/index.ts';

/**
 * The framed handshake message at the beginning of a stream, and what came behind it; undefined when the stream ends before, or brings
 * something else.
 * @throws {LinkError} of the stream
 */
export async function readMessage(stream: LinkStream): Promise<FramedMessage | undefined> {
  const reader = new FramedMessageReader();
  const buffer = new Uint8Array(4096);
  for (;;) {
    const length = await stream.readInto(buffer);
    if (length === null) return undefined;
    const read = reader.push(buffer.subarray(0, length));
    if (read === 'malformed') return undefined;
    if (read !== 'incomplete') return read;
  }
}
