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
}

export interface Timer {
  /** Idempotent. */
  cancel(): void;
}
