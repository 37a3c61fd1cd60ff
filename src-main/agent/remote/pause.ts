import type { Clock } from '#shared/clock.ts';

/** Resolves after so many ms, or when the signal is aborted. */
export function delay(clock: Clock, delay: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.setTimer(delay, done);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}
