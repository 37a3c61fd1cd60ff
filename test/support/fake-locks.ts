type Callback = (lock: Lock | null) => unknown;
type Waiting = Readonly<{
  tab: FakeTabLocks;
  name: string;
  options: LockOptions;
  run: Callback;
  done: PromiseWithResolvers<unknown>;
}>;

/** Web Locks of one browser, whose tabs can end. */
export class FakeLocks {
  readonly #held = new Map<string, Waiting>();
  readonly #queue: Waiting[] = [];

  /** Opens a tab. */
  tab(): FakeTabLocks {
    return new FakeTabLocks(this);
  }

  request(waiting: Waiting): void {
    const { name, options, done, run } = waiting;
    const holder = this.#held.get(name);
    if (holder !== undefined && options.steal === true) {
      this.#held.delete(name);
      holder.done.reject(new DOMException('stolen', 'AbortError'));
    }
    if (!this.#held.has(name)) this.#grant(waiting);
    else if (options.ifAvailable === true) done.resolve(Promise.resolve(null).then(run));
    else {
      this.#queue.push(waiting);
      options.signal?.addEventListener('abort', () => {
        if (this.#leave(waiting)) done.reject(new DOMException('aborted', 'AbortError'));
      });
    }
  }

  query(): LockManagerSnapshot {
    return { held: [...this.#held.keys()].map((name) => ({ name })), pending: [] };
  }

  /** Ends a tab, as a crash does. */
  end(tab: FakeTabLocks): void {
    for (const waiting of this.#queue.filter((one) => one.tab === tab)) this.#leave(waiting);
    for (const [name, holder] of this.#held) if (holder.tab === tab) this.#free(name);
  }

  #grant(waiting: Waiting): void {
    const { name, run, done } = waiting;
    this.#held.set(name, waiting);
    const lock = { name, mode: 'exclusive' } as const;
    void Promise.resolve(lock)
      .then(run)
      .finally(() => {
        if (this.#held.get(name) === waiting) this.#free(name);
      })
      .then(done.resolve, done.reject);
  }

  #free(name: string): void {
    this.#held.delete(name);
    const next = this.#queue.find((one) => one.name === name);
    if (next !== undefined && this.#leave(next)) this.#grant(next);
  }

  #leave(waiting: Waiting): boolean {
    const index = this.#queue.indexOf(waiting);
    if (index >= 0) this.#queue.splice(index, 1);
    return index >= 0;
  }
}

/** Web Locks as one tab sees them. */
export class FakeTabLocks {
  readonly #all: FakeLocks;

  constructor(all: FakeLocks) {
    this.#all = all;
  }

  readonly request = (async (name: string, options: LockOptions, run: Callback): Promise<unknown> => {
    const done = Promise.withResolvers<unknown>();
    this.#all.request({ tab: this, name, options, run, done });
    return await done.promise;
  }) as unknown as LockManager['request'];

  readonly query = async (): Promise<LockManagerSnapshot> => await Promise.resolve(this.#all.query());

  /** Ends the tab. */
  close(): void {
    this.#all.end(this);
  }
}
