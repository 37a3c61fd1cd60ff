/** Locks of a browser, as `TabLock` uses them. */
export type TabLocks = Pick<LockManager, 'request'>;

/** Receives what other tabs do with the terminal of a `TabLock`. */
export type TabLockEvents = Readonly<{
  /** Another tab has taken the terminal. */
  lost(): void;
  /** The tab that had the terminal shows it no more, so that it is this tab's again. */
  back(): void;
}>;

/**
 * Web Lock of one terminal, held by the browser tab that shows it. It ends with its tab, also with one that crashes; the browser then gives it to a tab that
 * waits for it. Without Web Locks, each tab counts as the only one. Used by `TerminalSession`.
 */
export class TabLock {
  readonly #locks: TabLocks | undefined;
  readonly #events: TabLockEvents;
  #name: string | undefined;
  #isElsewhere = false;
  #stop = new AbortController();

  constructor(locks: TabLocks | undefined, events: TabLockEvents) {
    this.#locks = locks;
    this.#events = events;
  }

  /** True while another tab shows the terminal; this one then waits for it. */
  get isElsewhere(): boolean {
    return this.#isElsewhere;
  }

  /**
   * Holds the lock of a terminal until it is released, taken by another tab, or asked for another terminal.
   * @param how `free`: only if no other tab shows the terminal; `take`: also from the tab that does
   * @returns false if another tab keeps it
   */
  async hold(terminal: string, how: 'free' | 'take'): Promise<boolean> {
    if (this.#locks === undefined) return true;
    if (this.#name === terminal && (how === 'free' || !this.#isElsewhere)) return !this.#isElsewhere;
    this.release();
    this.#name = terminal;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    void this.#keep(this.#locks, terminal, how === 'take' ? { steal: true } : { ifAvailable: true }, resolve);
    return await promise;
  }

  /** Gives the lock to the next tab that waits for it, or stops waiting. Idempotent. */
  release(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#name = undefined;
    this.#isElsewhere = false;
  }

  /** Holds the lock, and waits for it again whenever another tab has it. @param answer receives how the first request went */
  async #keep(locks: TabLocks, terminal: string, first: LockOptions, answer: (isHeld: boolean) => void): Promise<void> {
    const { signal } = this.#stop;
    const released = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    const hold = async (lock: Lock | null): Promise<void> => {
      if (signal.aborted) return;
      const isBack = this.#isElsewhere && lock !== null;
      this.#isElsewhere = lock === null;
      answer(lock !== null);
      if (lock === null) return;
      if (isBack) this.#events.back();
      await released;
    };
    for (let options = first; !signal.aborted; options = { signal }) {
      try {
        await locks.request(lockName(terminal), options, hold);
      } catch (error) {
        if (signal.aborted) break;
        // A browser that keeps no locks for this page tells nothing of other tabs.
        if (!(error instanceof DOMException && error.name === 'AbortError')) break;
        this.#isElsewhere = true;
        this.#events.lost();
      }
    }
    answer(true);
  }
}

/** Returns the name of the lock of a terminal. @param terminal its machine and its ID there */
export function lockName(terminal: string): string {
  return `clawreach terminal ${terminal}`;
}
