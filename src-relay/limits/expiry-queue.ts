/**
 * Queue of items with equal lifetimes, oldest first. Expired items are found at its head, so no item needs a timer; the hub's one sweep serves every
 * queue. Touches memory only.
 */
export class ExpiryQueue<Item> {
  readonly #life: number;
  readonly #deadlines = new Map<Item, number>();

  /** @param life lifetime of an item, ms */
  constructor(life: number) {
    this.#life = life;
  }

  get size(): number {
    return this.#deadlines.size;
  }

  has(item: Item): boolean {
    return this.#deadlines.has(item);
  }

  /** Starts an item's lifetime at `now` (monotonic, ms); an item already in the queue starts again. */
  add(item: Item, now: number): void {
    this.#deadlines.delete(item);
    this.#deadlines.set(item, now + this.#life);
  }

  delete(item: Item): boolean {
    return this.#deadlines.delete(item);
  }

  /**
   * Removes and returns expired items.
   * @param now monotonic, ms
   */
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
