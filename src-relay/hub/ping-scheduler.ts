import type { ControlConnection } from './control-connection.ts';

/** Number of pings that may go unanswered. */
const MISSES = 2;

/**
 * Pings every control connection once per interval. Each connection belongs to a slot, and each tick of the hub's timer pings one slot, so that ten
 * thousand pings don't block the event loop at once. Drops connections that don't answer. Keeps its state in memory only.
 */
export class PingScheduler {
  readonly #slots: readonly Set<ControlConnection>[];
  #next = 0;
  #current = 0;

  /** @param slots number of ticks in one ping interval */
  constructor(slots: number) {
    this.#slots = Array.from({ length: Math.max(1, slots) }, () => new Set<ControlConnection>());
  }

  add(connection: ControlConnection): void {
    connection.slot = this.#next;
    this.#slots[this.#next]?.add(connection);
    this.#next = (this.#next + 1) % this.#slots.length;
  }

  delete(connection: ControlConnection): void {
    this.#slots[connection.slot]?.delete(connection);
  }

  /** Pings the next slot and drops connections that missed two pings. */
  tick(): void {
    const due = this.#slots[this.#current] ?? [];
    this.#current = (this.#current + 1) % this.#slots.length;
    for (const connection of due) {
      if (connection.unanswered >= MISSES) {
        connection.terminate();
      } else {
        connection.unanswered += 1;
        connection.ping();
      }
    }
  }
}
