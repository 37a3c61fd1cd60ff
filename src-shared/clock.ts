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
   * Calls once when the host has worked through all that is ready now, before it waits for more: what many of them want to send then goes in one
   * piece. Left out where a host has no such moment.
   */
  afterTurn?(callback: () => void): void;
}

export interface Timer {
  /** Idempotent. */
  cancel(): void;
}
