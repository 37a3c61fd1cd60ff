import type { ForeignLimits } from '#shared/foreign/index.ts';

/**
 * Nonces that instances have used, until the requests with them no longer count. Remembers them by the monotonic clock, so that a change of the wall clock
 * makes no nonce new. Touches memory only.
 */
export class NonceBook {
  readonly #limits: Pick<ForeignLimits, 'nonceLife' | 'nonces'>;
  /** Time at which each nonce may be forgotten, in the order of these times. */
  readonly #until = new Map<string, number>();

  constructor(limits: Pick<ForeignLimits, 'nonceLife' | 'nonces'>) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#until.size;
  }

  /**
   * Notes a nonce of an instance.
   * @param now monotonic, ms
   * @returns `used` for one that was noted before, `full` if there is no room for it: no nonce is forgotten early
   */
  use(instance: string, nonce: string, now: number): 'new' | 'used' | 'full' {
    this.sweep(now);
    const key = `${instance} ${nonce}`;
    if (this.#until.has(key)) return 'used';
    if (this.#until.size >= this.#limits.nonces) return 'full';
    this.#until.set(key, now + this.#limits.nonceLife);
    return 'new';
  }

  /** Forgets the nonces whose time is over. @param now monotonic, ms */
  sweep(now: number): void {
    for (const [key, until] of this.#until) {
      if (until > now) return;
      this.#until.delete(key);
    }
  }
}
