import { concatBytes, fromUtf8, toUtf8 } from '../bytes/index.ts';
import { FormatError } from '../errors.ts';
import type { LinkStream } from '../link/index.ts';
import { MAX_LINE_BYTES } from './limits.ts';

const LINE_FEED = 0x0a;

/** Reads the lines of a stream, each with a bound. One reader at a time. */
export class LineReader {
  readonly #stream: Pick<LinkStream, 'read'>;
  readonly #pieces: Uint8Array[] = [];
  #size = 0;

  constructor(stream: Pick<LinkStream, 'read'>) {
    this.#stream = stream;
  }

  /**
   * The next line without its end; null when the other side has ended. An unfinished last line is none.
   * @throws {FormatError} `format.length`, `format.utf8`; {LinkError} the stream is gone
   */
  async read(): Promise<string | null> {
    for (;;) {
      const line = this.#take();
      if (line !== undefined) return line;
      if (this.#size > MAX_LINE_BYTES) throw new FormatError('format.length', 'a line is too long');
      const bytes = await this.#stream.read();
      if (bytes === null) return null;
      this.#pieces.push(bytes);
      this.#size += bytes.length;
    }
  }

  /** Only the newest piece can have a line feed: all before were looked at. */
  #take(): string | undefined {
    const last = this.#pieces.at(-1);
    const end = last?.indexOf(LINE_FEED) ?? -1;
    if (last === undefined || end < 0) return undefined;
    const line = concatBytes(...this.#pieces.slice(0, -1), last.subarray(0, end));
    const rest = last.subarray(end + 1);
    this.#pieces.length = 0;
    if (rest.length > 0) this.#pieces.push(rest);
    this.#size = rest.length;
    if (line.length > MAX_LINE_BYTES) throw new FormatError('format.length', 'a line is too long');
    try {
      return fromUtf8(line);
    } catch (error) {
      throw new FormatError('format.utf8', 'a line is not UTF-8', { cause: error });
    }
  }
}

/** A message as it goes on the stream. */
export function encodeLine(message: Readonly<Record<string, unknown>>): Uint8Array {
  return toUtf8(`${JSON.stringify(message)}\n`);
}
