/**
 * Queue of items with equal lifetimes, oldest first: finding expired ones looks at the head only, and no item needs its own timer. One sweep serves
 * every queue of the relay.
 */
export class ExpiryQueue<Item> {
  readonly #life: number;
  readonly #deadlines = new Map<Item, number>();

  /** @param life milliseconds */
  constructor(life: number) {
    this.#life = life;
  }

  get size(): number {
    return this.#deadlines.size;
  }

  has(item: Item): boolean {
    return this.#deadlines.has(item);
  }

  /** Starts the item's life at `now` (monotonic); an item already in the queue starts again. */
  add(item: Item, now: number): void {
    this.#deadlines.delete(item);
    this.#deadlines.set(item, now + this.#life);
  }

  delete(item: Item): boolean {
    return this.#deadlines.delete(item);
  }

  /** Removes and returns expired items. */
  takeExpired(now: number): Item[] {
    const expired: Item[] = [];
    for (const [item, deadline] of this.#deadlines) {
      if (deadline > now) break;
      expired.push(item);
      this.#deadlines.delete(item);
    }
    return expired;
  }

  [Symbol.iterator](): IterableIterator<Item> {
    return this.#deadlines.keys();
  }
}
