import { Duplex } from 'node:stream';
import { RESET_CONNECTION } from '#shared/forward/index.ts';
import type { LinkStream } from '#shared/link/index.ts';
import type { Meter } from './upstream.ts';

/**
 * Adapter from a link stream to a Node.js `Duplex`, with backpressure, for code that needs one: HTTP proxies and SSH through a peer, among others.
 * Each direction ends by itself; a reset destroys the duplex.
 */
export class StreamDuplex extends Duplex {
  readonly #stream: LinkStream;
  readonly #meter: Meter;
  #reading = false;
  #endedThere = false;
  #endedHere = false;

  constructor(stream: LinkStream, meter: Meter) {
    super({ allowHalfOpen: true });
    this.#stream = stream;
    this.#meter = meter;
    // A reset must be noticed even while nothing is read or written.
    void stream.closed.then((end) => {
      if (end !== 'finished') this.destroy(end);
    });
  }

  override _read(): void {
    if (this.#reading) return;
    this.#reading = true;
    void this.#readOn();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#meter.out(chunk.length);
    void this.#writeOn(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#endedHere = true;
    // The promise of `end` waits for the peer's acknowledgement; a reader here need not.
    this.#stream.end().catch(() => undefined);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // What was written before the end may still be on its way.
    if (!this.#endedHere || !this.#endedThere) this.#stream.reset(RESET_CONNECTION);
    done(error);
  }

  async #writeOn(chunk: Uint8Array, done: (error?: Error | null) => void): Promise<void> {
    try {
      await this.#stream.write(chunk);
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    done();
  }

  async #readOn(): Promise<void> {
    try {
      for (let more = true; more;) {
        const bytes = await this.#stream.read();
        if (bytes === null) this.#endedThere = true;
        else this.#meter.in(bytes.length);
        more = this.push(bytes) && bytes !== null;
      }
      this.#reading = false;
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
