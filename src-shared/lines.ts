import { fromUtf8, toUtf8 } from './bytes/index.ts';
import { FormatError } from './errors.ts';
import type { LinkStream } from './link/index.ts';

const LINE_FEED = 0x0a;

/** Initial size of the buffer, bytes. The size doubles when the buffer is full. */
const SMALLEST_ROOM = 4096;

/**
 * Reads a stream line by line, with a limited length of each. Streams of prompts and of agent messages carry one JSON value per line. Only one read at
 * a time. Collects a line in one growing array, because the other side may send it byte by byte.
 */
export class LineReader {
  readonly #stream: Pick<LinkStream, 'read'>;
  readonly #longest: number;
  #buffer = new Uint8Array(SMALLEST_ROOM);
  /** Bounds of the buffered bytes, and the position up to which they were searched for a line feed. */
  #start = 0;
  #searched = 0;
  #end = 0;

  /** @param longest most bytes of a line, without its line feed */
  constructor(stream: Pick<LinkStream, 'read'>, longest: number) {
    this.#stream = stream;
    this.#longest = longest;
  }

  /**
   * Returns the next line without its line feed; null at the end of the stream. Ignores an unfinished last line.
   * @throws {FormatError} `format.length`, `format.utf8`
   * @throws {LinkError} if the stream is lost
   */
  async read(): Promise<string | null> {
    for (;;) {
      const line = this.#take();
      if (line !== undefined) return line;
      if (this.#end - this.#start > this.#longest) throw tooLong();
      const bytes = await this.#stream.read();
      if (bytes === null) return null;
      this.#store(bytes);
    }
  }

  /** Buffers bytes; called when all complete lines were taken. */
  #store(bytes: Uint8Array): void {
    const left = this.#end - this.#start;
    const size = left + bytes.length;
    if (this.#start > 0 || size > this.#buffer.length) {
      const room = size > this.#buffer.length ? Math.max(size, this.#buffer.length * 2) : this.#buffer.length;
      const fresh = new Uint8Array(left === 0 ? Math.max(SMALLEST_ROOM, size) : room);
      fresh.set(this.#buffer.subarray(this.#start, this.#end));
      this.#buffer = fresh;
      this.#searched -= this.#start;
      this.#start = 0;
    }
    this.#buffer.set(bytes, left);
    this.#end = size;
  }

  #take(): string | undefined {
    const feed = this.#buffer.subarray(0, this.#end).indexOf(LINE_FEED, this.#searched);
    if (feed < 0) {
      this.#searched = this.#end;
      return undefined;
    }
    const line = this.#buffer.subarray(this.#start, feed);
    this.#start = feed + 1;
    this.#searched = this.#start;
    if (line.length > this.#longest) throw tooLong();
    try {
      return fromUtf8(line);
    } catch (error) {
      throw new FormatError('format.utf8', 'a line is not UTF-8', { cause: error });
    }
  }
}

function tooLong(): FormatError {
  return new FormatError('format.length', 'a line is too long');
}

/** Encodes a message as one line of JSON. */
export function encodeLine(message: Readonly<Record<string, unknown>>): Uint8Array {
  return toUtf8(`${JSON.stringify(message)}\n`);
}
