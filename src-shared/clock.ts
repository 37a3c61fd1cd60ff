/**
 * Source of time and timers. Code takes a `Clock` as a parameter, so that tests can use a fake one and `src-shared` needs no timers of its host;
 * `src-node` implements it for programs, the window for itself. All durations are in milliseconds.
 */
export interface Clock {
  /** Wall clock: milliseconds since 1970. May jump in both directions. */
  now(): number;
  /** Monotonic clock: milliseconds with fractions since an arbitrary origin. Never jumps back. */
  monotonic(): number;
  /** Calls `callback` once after `delay` ms. A timer doesn't keep the process alive. */
  setTimer(delay: number, callback: () => void): Timer;
  /**
   * Calls `callback` once, after the event loop has handled all events that are ready and before it waits for more, so that writes of the same turn
   * go out in one system call. Undefined if the host has no such moment.
   */
  afterTurn?(callback: () => void): void;
}

/** Timer that was set with `Clock.setTimer`. */
export interface Timer {
  /** Cancels the call. Idempotent. */
  cancel(): void;
}
