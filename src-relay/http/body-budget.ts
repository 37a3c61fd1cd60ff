import type { HttpLimits } from './limits.ts';

/** Counts the memory of request bodies, in total and per address group. Created by `FeatureServer`. Touches memory only. */
export class BodyBudget {
  readonly #limits: Pick<HttpLimits, 'bodies' | 'bodiesPerAddress'>;
  readonly #groups = new Map<string, number>();
  #total = 0;

  constructor(limits: Pick<HttpLimits, 'bodies' | 'bodiesPerAddress'>) {
    this.#limits = limits;
  }

  /** Counted bytes. */
  get total(): number {
    return this.#total;
  }

  /** Counts bytes. Returns false, and counts nothing, if the group or all together would have too many. */
  take(group: string, bytes: number): boolean {
    const ofGroup = (this.#groups.get(group) ?? 0) + bytes;
    if (ofGroup > this.#limits.bodiesPerAddress || this.#total + bytes > this.#limits.bodies) return false;
    this.#groups.set(group, ofGroup);
    this.#total += bytes;
    return true;
  }

  /** Stops counting bytes that were taken. */
  release(group: string, bytes: number): void {
    if (bytes === 0) return;
    this.#total -= bytes;
    const left = (this.#groups.get(group) ?? 0) - bytes;
    if (left > 0) this.#groups.set(group, left);
    else this.#groups.delete(group);
  }
}
