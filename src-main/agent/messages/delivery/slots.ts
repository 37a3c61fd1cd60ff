/** Limits the work that runs at one time, for each owner and in total. Who waits gets the next free place in order, past owners that have no place left. */
export class Slots<Owner> {
  readonly #limits: Readonly<{ each: number; all: number }>;
  readonly #used = new Map<Owner, number>();
  readonly #waiting: Readonly<{ owner: Owner; resolve(): void }>[] = [];
  #all = 0;

  constructor(limits: Readonly<{ each: number; all: number }>) {
    this.#limits = limits;
  }

  /** Waits for a place. @returns function that frees it; idempotent */
  async take(owner: Owner): Promise<() => void> {
    if (this.#hasRoom(owner)) this.#count(owner, 1);
    else await new Promise<void>((resolve) => this.#waiting.push({ owner, resolve }));
    let isFree = false;
    return () => {
      if (isFree) return;
      isFree = true;
      this.#count(owner, -1);
      this.#next();
    };
  }

  #next(): void {
    const index = this.#waiting.findIndex(({ owner }) => this.#hasRoom(owner));
    const [next] = index === -1 ? [] : this.#waiting.splice(index, 1);
    if (next === undefined) return;
    this.#count(next.owner, 1);
    next.resolve();
  }

  #hasRoom(owner: Owner): boolean {
    return this.#all < this.#limits.all && (this.#used.get(owner) ?? 0) < this.#limits.each;
  }

  #count(owner: Owner, change: number): void {
    this.#all += change;
    const used = (this.#used.get(owner) ?? 0) + change;
    if (used === 0) this.#used.delete(owner);
    else this.#used.set(owner, used);
  }
}
