import type { Clock } from '#shared/clock.ts';

/** Clock of the browser, for classes that take a `Clock`: wall clock, monotonic time and timers. */
export const browserClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer: (delay, callback) => {
    const timer = setTimeout(callback, delay);
    return { cancel: () => clearTimeout(timer) };
  },
};
