import { concatBytes } from '#shared/bytes/index.ts';
import { MAX_HANDSHAKE_MESSAGE } from '#shared/handshake/index.ts';

const HEADER = 2;

/** Frames a handshake message for direct and hop paths: u16 length, message. Records follow it. */
export function frameMessage(message: Uint8Array): Uint8Array {
  if (message.length === 0 || message.length > MAX_HANDSHAKE_MESSAGE)
    throw new RangeError(`a handshake message has 1 to ${MAX_HANDSHAKE_MESSAGE} bytes`);
  return concatBytes(Uint8Array.of(message.length >> 8, message.length & 0xff), message);
}

/** `rest` is a view of the last chunk: what the sender has sent behind the message. */
export type FramedMessage = Readonly<{ message: Uint8Array; rest: Uint8Array }>;

/** Finds the one framed message at the beginning of a byte stream, however it is cut. Keeps 2 KiB at most. */
export class FramedMessageReader {
  #kept: Uint8Array = new Uint8Array(0);

  /** @returns the message, or whether more has to come; `malformed` when it can be none: a length of 0 or above 2048 */
  push(chunk: Uint8Array): FramedMessage | 'incomplete' | 'malformed' {
    const before = this.#kept.length;
    this.#kept = concatBytes(this.#kept, chunk.subarray(0, HEADER + MAX_HANDSHAKE_MESSAGE - before));
    const [high, low] = this.#kept;
    if (high === undefined || low === undefined) return 'incomplete';
    const length = high * 256 + low;
    if (length === 0 || length > MAX_HANDSHAKE_MESSAGE) return 'malformed';
    const end = HEADER + length;
    if (this.#kept.length < end) return 'incomplete';
    return { message: this.#kept.slice(HEADER, end), rest: chunk.subarray(end - before) };
  }
}
