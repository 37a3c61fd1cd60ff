import type { Clock, Timer } from '#shared/clock.ts';
import { MESSAGE_API_LIMITS } from '#shared/message-api/index.ts';

/** Request or stream to which messages are handed out. */
export type Holder = { isOver: boolean };

/** Message that waits for its agent's program, or was handed out to it and isn't acknowledged. */
export type QueueItem = Readonly<{ id: string; isAgain: boolean; number: number }>;

type Item = {
  readonly id: string;
  /** Place in what the agent was handed out. A message that comes again has a new one. */
  number: number;
  /** True if it was handed out before. */
  isAgain: boolean;
  /** Set while it is handed out: the one who has it, and the time at which it comes again by the monotonic clock, ms. */
  out: Readonly<{ holder: Holder; until: number }> | undefined;
};

type QueueOptions = Readonly<{
  clock: Clock;
  /** Returns the next number. Numbers of all queues come from one count. */
  nextNumber(): number;
}>;

/**
 * Messages of one agent that its program hasn't acknowledged, in the order in which they are handed out. One that was handed out comes again 60 s later,
 * after what came in the meantime. In memory: after a restart all come again.
 */
export class HandOutQueue {
  readonly #options: QueueOptions;
  /** In the order of their numbers. */
  readonly #items = new Map<string, Item>();
  readonly #listeners = new Set<() => void>();
  #timer: Timer | undefined;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  has(id: string): boolean {
    return this.#items.has(id);
  }

  /**
   * Adds a message that its agent may have. Does nothing for one that is there.
   * @param first called before readers are told, to take it
   */
  add(id: string, isAgain: boolean, first?: () => void): void {
    if (this.#items.has(id)) return;
    this.#items.set(id, { id, number: this.#options.nextNumber(), isAgain, out: undefined });
    first?.();
    this.#notify();
  }

  /** Removes a message that was acknowledged, or that its agent may no longer have. */
  remove(id: string): void {
    if (this.#items.delete(id)) this.#notify();
  }

  /** Calls a listener when there may be something to take. @returns function that ends that */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Number of messages that a stream has and that aren't acknowledged. */
  heldBy(holder: Holder): number {
    return [...this.#items.values()].filter(({ out }) => out?.holder === holder).length;
  }

  /**
   * Hands out messages.
   * @param options.after only those with a larger number
   * @param options.missedAfter also those with a larger number that another holder was given that is over: its program says that it didn't get them
   * @param options.hasRoom tells if a message still has room in the answer; the first one always has
   * @param options.isDue tells if a message may be handed out now; one that may not stays
   */
  take(
    holder: Holder,
    options: Readonly<{
      most: number;
      after?: number;
      missedAfter?: number | undefined;
      hasRoom?(id: string): boolean;
      isDue?(id: string): boolean;
    }>,
  ): readonly QueueItem[] {
    const { most, after = 0, missedAfter, hasRoom = () => true, isDue = () => true } = options;
    const taken: QueueItem[] = [];
    for (const item of this.#items.values()) {
      if (taken.length >= most) break;
      const { out, number } = item;
      const isMissed = missedAfter !== undefined && number > missedAfter && out?.holder.isOver === true;
      if (number <= after || (out !== undefined && !isMissed) || !isDue(item.id)) continue;
      if (!hasRoom(item.id) && taken.length > 0) break;
      taken.push(this.#handOut(item, holder));
    }
    this.#setTimer();
    return taken;
  }

  /** Hands out one message, even if someone else has it. Undefined if it isn't there. */
  takeOne(id: string, holder: Holder): QueueItem | undefined {
    const item = this.#items.get(id);
    if (item === undefined) return undefined;
    const taken = this.#handOut(item, holder);
    this.#setTimer();
    return taken;
  }

  /** Takes back what couldn't be handed out. It comes again at once. */
  giveBack(items: readonly Readonly<{ id: string }>[]): void {
    if (items.length === 0) return;
    for (const { id } of items) {
      const item = this.#items.get(id);
      if (item?.out !== undefined) this.#putLast(item);
    }
    this.#notify();
  }

  /** Takes back what a program has that is over. It comes again at once. */
  end(holder: Holder): void {
    this.giveBack([...this.#items.values()].filter(({ out }) => out?.holder === holder));
  }

  close(): void {
    this.#timer?.cancel();
    this.#listeners.clear();
    this.#items.clear();
  }

  #handOut(item: Item, holder: Holder): QueueItem {
    const taken: QueueItem = { id: item.id, isAgain: item.isAgain, number: item.number };
    item.isAgain = true;
    item.out = { holder, until: this.#options.clock.monotonic() + MESSAGE_API_LIMITS.redelivery };
    return taken;
  }

  #bringAgain(): void {
    const now = this.#options.clock.monotonic();
    const due = [...this.#items.values()].filter(({ out }) => out !== undefined && out.until <= now);
    for (const item of due) this.#putLast(item);
    this.#setTimer();
    if (due.length > 0) this.#notify();
  }

  /** Makes a message one that may be taken, after all others: a reader that continues after a number gets it. */
  #putLast(item: Item): void {
    this.#items.delete(item.id);
    item.out = undefined;
    item.number = this.#options.nextNumber();
    this.#items.set(item.id, item);
  }

  #setTimer(): void {
    const { clock } = this.#options;
    this.#timer?.cancel();
    const times = [...this.#items.values()].flatMap(({ out }) => (out === undefined ? [] : [out.until]));
    const next = times.reduce((earliest, time) => Math.min(earliest, time), Infinity);
    this.#timer =
      next === Infinity ? undefined : clock.setTimer(Math.max(next - clock.monotonic(), 0), () => this.#bringAgain());
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
