/**
 * Time as a port, so that every time-out can be tested with a fake clock and `src-shared` needs no timers of its host.
 * All durations are milliseconds.
 */
export interface Clock {
  /** Wall clock, milliseconds since 1970. May jump. */
  now(): number;
  /** Monotonic, milliseconds with fractions, arbitrary origin. Never jumps back. */
  monotonic(): number;
  /** Calls once after `delay` ms. A timer never keeps the process alive by itself. */
  setTimer(delay: number, callback: () => void): Timer;
  /**
   * Calls back once, when the host has handled everything ready now and before it waits for more, so that writes of the
   * same turn go out together. Undefined where a host has no such moment.
   */
  afterTurn?(callback: () => void): void;
}

export interface Timer {
  /** Idempotent. */
  cancel(): void;
}
