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

  /** Reports whether an instance has used a nonce. */
  has(instance: string, nonce: string): boolean {
    return this.#until.has(keyOf(instance, nonce));
  }

  /**
   * Notes a nonce of an instance.
   * @param now monotonic, ms
   * @returns false if there is no room for it: no nonce is forgotten early
   */
  add(instance: string, nonce: string, now: number): boolean {
    this.sweep(now);
    if (this.#until.size >= this.#limits.nonces) return false;
    this.#until.set(keyOf(instance, nonce), now + this.#limits.nonceLife);
    return true;
  }

  /** Forgets the nonces whose time is over. @param now monotonic, ms */
  sweep(now: number): void {
    for (const [key, until] of this.#until) {
      if (until > now) return;
      this.#until.delete(key);
    }
  }
}

function keyOf(instance: string, nonce: string): string {
  return `${instance} ${nonce}`;
}
