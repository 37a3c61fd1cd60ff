import type { Clock, Timer } from '#shared/clock.ts';

type Entry = { at: number; order: number; callback: (() => void) | undefined };

/** A clock that moves only when told; timers fire in order of time, then of creation. */
export class FakeClock implements Clock {
  #time: number;
  #order = 0;
  #entries: Entry[] = [];

  constructor(start = 1_800_000_000_000) {
    this.#time = start;
  }

  now(): number {
    return this.#time;
  }

  monotonic(): number {
    return this.#time;
  }

  setTimer(delay: number, callback: () => void): Timer {
    const entry: Entry = { at: this.#time + Math.max(0, delay), order: this.#order, callback };
    this.#order += 1;
    this.#entries.push(entry);
    return {
      cancel: () => {
        entry.callback = undefined;
        this.#entries = this.#entries.filter((other) => other !== entry);
      },
    };
  }

  /** Timers that wait; a leak test expects 0. */
  get pending(): number {
    return this.#entries.length;
  }

  /** Moves on by `milliseconds` at once, as over a sleep: what fell due meanwhile fires once, at the end. */
  async jump(milliseconds: number): Promise<void> {
    this.#time += milliseconds;
    await this.advance(0);
  }

  /** Moves on by `milliseconds`, firing what falls due; promises settled by a timer run before the next one fires. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#time + milliseconds;
    for (;;) {
      await settle();
      const due = this.#entries.filter((entry) => entry.at <= end).sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (due === undefined) break;
      this.#entries = this.#entries.filter((entry) => entry !== due);
      this.#time = Math.max(this.#time, due.at);
      due.callback?.();
    }
    this.#time = end;
    await settle();
  }
}

/** Lets promise callbacks and immediates that are queued now run. */
export async function settle(rounds = 3): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}
