import type { Clock } from '#shared/clock.ts';

/** Clock of a page: wall clock, monotonic time and timers. The page's agent passes it to the parts that need time. */
export const pageClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(delay, callback) {
    const timer = setTimeout(callback, delay);
    return { cancel: () => clearTimeout(timer) };
  },
};
