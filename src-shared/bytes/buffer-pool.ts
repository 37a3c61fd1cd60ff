import { releaseBytes } from './release.ts';

const pools = new Set<BufferPool>();

/**
 * Pool of buffers of one size. Each new array of this size lies outside V8's heap, and some MiB of them force a full
 * collection (ADR 12).
 */
export class BufferPool {
  readonly #size: number;
  readonly #most: number;
  readonly #free: Uint8Array[] = [];
  /** Fewest free buffers since the last trim, that is, buffers not needed. */
  #spare = 0;

  /** @param size bytes of a buffer @param most free buffers that are kept */
  constructor(size: number, most: number) {
    this.#size = size;
    this.#most = most;
    pools.add(this);
  }

  /** Buffers kept for later. */
  get free(): number {
    return this.#free.length;
  }

  /** Returns a buffer whose content is undefined. */
  take(): Uint8Array {
    const buffer = this.#free.pop() ?? new Uint8Array(this.#size);
    this.#spare = Math.min(this.#spare, this.#free.length);
    return buffer;
  }

  /** Returns a buffer from `take` to the pool. No view of it may be in use. */
  give(buffer: Uint8Array): void {
    if (this.#free.length < this.#most) this.#free.push(buffer);
    else releaseBytes(buffer);
  }

  /** Frees the buffers that were not needed since the last call. */
  trim(): void {
    for (const buffer of this.#free.splice(0, this.#spare)) releaseBytes(buffer);
    this.#spare = this.#free.length;
  }
}

/** Frees, in every pool of this process, the buffers that were not needed since the last call. */
export function trimPools(): void {
  for (const pool of pools) pool.trim();
}
