import { concatBytes } from './bytes/index.ts';
import { encodeLine } from './lines.ts';
import type { LinkStream } from './link/index.ts';

/** Most bytes that wait before `room` waits for the stream. */
const MOST_WAITING = 1_048_576;

/**
 * Writes lines of JSON to a stream. Those of one turn, and those that come while the stream is busy, are written together. Never throws: a stream that
 * fails ends its reader, which notices.
 */
export class LineWriter<Line extends Readonly<Record<string, unknown>>> {
  readonly #stream: Pick<LinkStream, 'write'>;
  #waiting: Uint8Array[] = [];
  #bytes = 0;
  #writing: Promise<void> | undefined;

  constructor(stream: Pick<LinkStream, 'write'>) {
    this.#stream = stream;
  }

  /** Sends a line. @returns its length in bytes */
  send(line: Line): number {
    const bytes = encodeLine(line);
    this.#waiting.push(bytes);
    this.#bytes += bytes.length;
    this.#writing ??= this.#write();
    return bytes.length;
  }

  /** Resolves when few enough bytes wait that another line may be sent. */
  async room(): Promise<void> {
    while (this.#bytes > MOST_WAITING && this.#writing !== undefined) await this.#writing;
  }

  /** Resolves when all lines were written, or the stream has failed. */
  async flushed(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  async #write(): Promise<void> {
    // The other lines of this turn come along.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const lines = this.#waiting;
      this.#waiting = [];
      this.#bytes = 0;
      try {
        await this.#stream.write(concatBytes(...lines));
      } catch {
        this.#waiting = [];
        this.#bytes = 0;
      }
    }
    this.#writing = undefined;
  }
}
