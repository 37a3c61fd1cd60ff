import type { Clock } from '#shared/clock.ts';

/** The machine's own time. Timers do not keep the process alive. */
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
