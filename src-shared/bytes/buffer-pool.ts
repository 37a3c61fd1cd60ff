import { releaseBytes } from './release.ts';

const pools = new Set<BufferPool>();

/**
 * Buffers of one size that go round instead of being made anew: each array of this size lies outside V8's heap, and some MiB of new ones force
 * a full collection (ADR 12).
 */
export class BufferPool {
  readonly #size: number;
  readonly #most: number;
  readonly #free: Uint8Array[] = [];
  /** Fewest free buffers since the last trim: so many were not needed. */
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

  /** Gives back what `take` returned. No view of it may be in use any more. */
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
