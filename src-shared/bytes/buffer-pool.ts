import { releaseBytes } from './release.ts';

/** All pools of this process. */
const pools = new Set<BufferPool>();

/**
 * Pool of buffers of one size, for reuse by links and forwards. The memory of a new array lies outside V8's heap, and a few MiB of such arrays force
 * a full garbage collection (ADR 12). Each pool registers itself for `trimPools`.
 */
export class BufferPool {
  readonly #size: number;
  readonly #most: number;
  readonly #free: Uint8Array[] = [];
  /** Smallest number of free buffers since the last trim: those were not needed. */
  #spare = 0;

  /**
   * @param size bytes of a buffer
   * @param most maximum number of free buffers in the pool
   */
  constructor(size: number, most: number) {
    this.#size = size;
    this.#most = most;
    pools.add(this);
  }

  /** Number of free buffers. */
  get free(): number {
    return this.#free.length;
  }

  /** Returns a free or new buffer whose content is undefined. */
  take(): Uint8Array {
    const buffer = this.#free.pop() ?? new Uint8Array(this.#size);
    this.#spare = Math.min(this.#spare, this.#free.length);
    return buffer;
  }

  /** Returns a buffer from `take` to the pool. The caller must not use any view of it afterwards. */
  give(buffer: Uint8Array): void {
    if (this.#free.length < this.#most) this.#free.push(buffer);
    else releaseBytes(buffer);
  }

  /** Frees the memory of buffers that were not needed since the last call. */
  trim(): void {
    for (const buffer of this.#free.splice(0, this.#spare)) releaseBytes(buffer);
    this.#spare = this.#free.length;
  }
}

/** Trims every pool of this process. `PoolTrimmer` calls it regularly. */
export function trimPools(): void {
  for (const pool of pools) pool.trim();
}
