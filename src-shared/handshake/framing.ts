import { concatBytes } from '../bytes/index.ts';
import { MAX_HANDSHAKE_MESSAGE } from './first-message.ts';

const HEADER = 2;

/** Frames a handshake message at the start of a direct, UDP or hop path: u16 length, message. Records follow the message. Pure. */
export function frameMessage(message: Uint8Array): Uint8Array {
  if (message.length === 0 || message.length > MAX_HANDSHAKE_MESSAGE)
    throw new RangeError(`a handshake message has 1 to ${MAX_HANDSHAKE_MESSAGE} bytes`);
  return concatBytes(Uint8Array.of(message.length >> 8, message.length & 0xff), message);
}

/** Handshake message read from a stream. `rest` is a view of the last chunk: the bytes that follow the message. */
export type FramedMessage = Readonly<{ message: Uint8Array; rest: Uint8Array }>;

/**
 * Reads the one framed handshake message at the start of a byte stream that arrives in chunks of any size. Keeps at most 2 KiB; touches memory only.
 */
export class FramedMessageReader {
  #buffer: Uint8Array = new Uint8Array(0);

  /**
   * Adds a chunk.
   * @returns the message once it is complete, else `incomplete`; `malformed` for a length of 0 or above 2048
   */
  push(chunk: Uint8Array): FramedMessage | 'incomplete' | 'malformed' {
    const before = this.#buffer.length;
    this.#buffer = concatBytes(this.#buffer, chunk.subarray(0, HEADER + MAX_HANDSHAKE_MESSAGE - before));
    const [high, low] = this.#buffer;
    if (high === undefined || low === undefined) return 'incomplete';
    const length = high * 256 + low;
    if (length === 0 || length > MAX_HANDSHAKE_MESSAGE) return 'malformed';
    const end = HEADER + length;
    if (this.#buffer.length < end) return 'incomplete';
    return { message: this.#buffer.slice(HEADER, end), rest: chunk.subarray(end - before) };
  }
}
