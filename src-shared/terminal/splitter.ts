import { MAX_VARINT, varintLength } from '../bytes/index.ts';
import { FormatError } from '../errors.ts';

/** Maximum length of a header, bytes: a varint of four bytes, and the type. */
const MAX_HEADER = 5;

/** Function that receives each complete message. `body` is a view of the received chunk, or a new array if the body arrived in pieces. */
export type MessageSink = (type: number, body: Uint8Array) => void;

/**
 * Splits the bytes of a `pty` or `exec` stream, or of the agent's connection to its PTY host, into messages `varint length ‖ u8 type ‖ body`. The
 * length counts type and body, in the shortest varint. Chunks may end at any byte. A body that lies within one chunk isn't copied; otherwise it is
 * copied once into an array of its length, so that memory is limited by the largest limit.
 */
export class MessageSplitter {
  readonly #limits: Readonly<Record<number, number>>;
  readonly #longest: number;
  readonly #header = new Uint8Array(MAX_HEADER);
  #headerLength = 0;
  #type = 0;
  #body: Uint8Array | undefined;
  #filled = 0;
  #failed = false;

  /** @param limits maximum body length of each known type, bytes, at most 2^30 - 2; other types are rejected */
  constructor(limits: Readonly<Record<number, number>>) {
    this.#limits = limits;
    this.#longest = Math.max(...Object.values(limits)) + 1;
  }

  /** True while an incomplete message is stored. */
  get pending(): boolean {
    return this.#headerLength > 0 || this.#body !== undefined;
  }

  /** Adds received bytes. @throws {FormatError} `format.length`, `format.type`; later calls then throw too */
  push(chunk: Uint8Array, sink: MessageSink): void {
    if (this.#failed) throw new FormatError('format.length', 'the stream is broken');
    let offset = 0;
    try {
      while (offset < chunk.length) offset = this.#step(chunk, offset, sink);
    } catch (error) {
      this.#failed = true;
      this.#body = undefined;
      throw error;
    }
  }

  #step(chunk: Uint8Array, offset: number, sink: MessageSink): number {
    if (this.#body === undefined) {
      this.#header[this.#headerLength] = chunk[offset] ?? 0;
      this.#headerLength += 1;
      const length = this.#readHeader();
      if (length === undefined) return offset + 1;
      const start = offset + 1;
      if (start + length <= chunk.length) {
        sink(this.#type, chunk.subarray(start, start + length));
        return start + length;
      }
      this.#body = new Uint8Array(length);
      this.#filled = 0;
      return start;
    }
    const taken = Math.min(this.#body.length - this.#filled, chunk.length - offset);
    this.#body.set(chunk.subarray(offset, offset + taken), this.#filled);
    this.#filled += taken;
    if (this.#filled === this.#body.length) {
      const body = this.#body;
      this.#body = undefined;
      sink(this.#type, body);
    }
    return offset + taken;
  }

  /** Returns the length of the body once the header is complete. */
  #readHeader(): number | undefined {
    const first = this.#header[0] ?? 0;
    const width = 1 << (first >> 6);
    if (width >= MAX_HEADER) throw new FormatError('format.length', 'message too long');
    if (this.#headerLength < width) return undefined;
    let length = first & 0x3f;
    for (let index = 1; index < width; index += 1) length = length * 256 + (this.#header[index] ?? 0);
    if (varintLength(length) !== width) throw new FormatError('format.length', 'length is not in its shortest form');
    if (length < 1 || length > this.#longest) throw new FormatError('format.length', 'message of a wrong length');
    if (this.#headerLength === width) return undefined;
    const type = this.#header[width] ?? 0;
    const limit = this.#limits[type];
    if (limit === undefined) throw new FormatError('format.type', `no message of type ${type}`);
    if (length - 1 > limit) throw new FormatError('format.length', `message of type ${type} is too long`);
    this.#headerLength = 0;
    this.#type = type;
    return length - 1;
  }
}

/** Encodes the header of a message with a body of `bodyLength` bytes. */
export function messageHeader(type: number, bodyLength: number): Uint8Array {
  const length = bodyLength + 1;
  if (length > MAX_VARINT || length >= 0x4000_0000) throw new RangeError('message too long');
  const width = varintLength(length);
  const header = new Uint8Array(width + 1);
  let left = length;
  for (let index = width - 1; index >= 0; index -= 1) {
    header[index] = left & 0xff;
    left = Math.floor(left / 256);
  }
  header[0] = (header[0] ?? 0) | (width === 1 ? 0x00 : width === 2 ? 0x40 : 0x80);
  header[width] = type;
  return header;
}

/** Encodes header and body into one new array. */
export function encodeTerminalMessage(type: number, ...pieces: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  const header = messageHeader(type, length);
  const message = new Uint8Array(header.length + length);
  message.set(header, 0);
  let offset = header.length;
  for (const piece of pieces) {
    message.set(piece, offset);
    offset += piece.length;
  }
  return message;
}
