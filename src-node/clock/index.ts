import type { Clock } from '#shared/clock.ts';

/** Clock of this machine. Every program passes it to the parts that need time; tests pass another one. Its timers don't keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(delay, callback) {
    const handle = setTimeout(callback, delay);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
  afterTurn(callback) {
    setImmediate(callback);
  },
};
