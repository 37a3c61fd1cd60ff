import type { ControlConnection } from './control-connection.ts';

/** Pings that may go unanswered. */
const MISSES = 2;

/**
 * Pings every connection once an interval from one timer: each belongs to a slot, and a tick serves one slot, so that ten thousand devices are
 * not pinged at one stroke (66 ms of a blocked loop, PERFORMANCE).
 */
export class PingScheduler {
  readonly #slots: readonly Set<ControlConnection>[];
  #next = 0;
  #current = 0;

  /** @param slots ticks in one ping interval */
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

  /** Serves the next slot; a connection that missed two pings is dropped. */
  tick(): void {
    const due = this.#slots[this.#current] ?? [];
    this.#current = (this.#current + 1) % this.#slots.length;
    for (const connection of due) {
      if (connection.unanswered >= MISSES) {
        connection.terminate();
      } else {
        connection.unanswered += 1;
        if (connection.socket.readyState === connection.socket.OPEN) connection.socket.ping();
      }
    }
  }
}
