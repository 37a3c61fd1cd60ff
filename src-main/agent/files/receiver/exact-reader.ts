import type { LinkStream } from '#shared/link/index.ts';

/** Bytes that are read from the stream at a time. */
const BUFFER = 131_072;

/** Fills a buffer from a stream. @returns number of bytes; fewer at the end of the stream @throws {LinkError} if the stream is lost */
export async function fill(stream: Pick<LinkStream, 'readInto'>, target: Uint8Array): Promise<number> {
  let filled = 0;
  while (filled < target.length) {
    const read = await stream.readInto(target.subarray(filled));
    if (read === null) break;
    filled += read;
  }
  return filled;
}

/** Reads pieces of known lengths from a stream, many of them with one read. */
export class ExactReader {
  readonly #stream: Pick<LinkStream, 'readInto'>;
  readonly #buffer = new Uint8Array(BUFFER);
  #start = 0;
  #end = 0;

  constructor(stream: Pick<LinkStream, 'readInto'>) {
    this.#stream = stream;
  }

  /**
   * Returns the next bytes, in an array of their own; undefined at the end of the stream, also inside of a piece.
   * @throws {LinkError} if the stream is lost
   */
  async read(length: number): Promise<Uint8Array | undefined> {
    const piece = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      if (this.#start === this.#end) {
        const read = await this.#stream.readInto(this.#buffer);
        if (read === null) return undefined;
        this.#start = 0;
        this.#end = read;
      }
      const taken = Math.min(length - filled, this.#end - this.#start);
      piece.set(this.#buffer.subarray(this.#start, this.#start + taken), filled);
      this.#start += taken;
      filled += taken;
    }
    return piece;
  }

  /** True if bytes were read of which no piece was asked for. */
  get hasRest(): boolean {
    return this.#start < this.#end;
  }
}
