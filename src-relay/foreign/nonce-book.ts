import type { ForeignLimits } from '#shared/foreign/index.ts';
import { FairShares } from './fair-shares.ts';

/** Instance that uses a nonce. */
type User = Readonly<{ id: string; project: string }>;
type Nonce = Readonly<{ user: User; until: number }>;

/**
 * Nonces that instances have used, until the requests with them no longer count. Remembers them by the monotonic clock, so that a change of the wall clock
 * makes no nonce new. Projects and instances share the room. Touches memory only.
 */
export class NonceBook {
  readonly #limits: Pick<ForeignLimits, 'nonceLife' | 'nonces'>;
  /** Nonces in the order of the times at which they may be forgotten. */
  readonly #nonces = new Map<string, Nonce>();
  readonly #shares: FairShares;
  /** Number of each instance's nonces. */
  readonly #counts = new Map<string, number>();

  constructor(limits: Pick<ForeignLimits, 'nonceLife' | 'nonces'>) {
    this.#limits = limits;
    this.#shares = new FairShares(limits.nonces);
  }

  get size(): number {
    return this.#nonces.size;
  }

  /** Reports whether an instance has used a nonce. */
  has(instance: string, nonce: string): boolean {
    return this.#nonces.has(keyOf(instance, nonce));
  }

  /**
   * Notes a nonce of an instance.
   * @param now monotonic, ms
   * @returns false if there is no room for it: no nonce is forgotten early
   */
  add(user: User, nonce: string, now: number): boolean {
    this.sweep(now);
    if (!this.#shares.hasRoom(user.project, this.#counts.get(user.id) ?? 0, 1)) return false;
    this.restore(user, nonce, now);
    return true;
  }

  /** Notes a nonce that was used before the relay started, whatever room there is. @param now monotonic, ms */
  restore(user: User, nonce: string, now: number): void {
    const key = keyOf(user.id, nonce);
    if (this.#nonces.has(key)) return;
    this.#nonces.set(key, { user, until: now + this.#limits.nonceLife });
    this.#count(user, 1);
  }

  /** Forgets the nonces whose time is over. @param now monotonic, ms */
  sweep(now: number): void {
    for (const [key, { user, until }] of this.#nonces) {
      if (until > now) return;
      this.#nonces.delete(key);
      this.#count(user, -1);
    }
  }

  #count({ id, project }: User, change: 1 | -1): void {
    this.#shares.change(project, change);
    const next = (this.#counts.get(id) ?? 0) + change;
    if (next === 0) this.#counts.delete(id);
    else this.#counts.set(id, next);
  }
}

function keyOf(instance: string, nonce: string): string {
  return `${instance} ${nonce}`;
}
