import type { Clock } from './clock.ts';

/**
 * Waits for a promise, at most `milliseconds` of the given clock. Used mostly to bound the time of a shutdown or of another program. After a timeout
 * the work continues, but its result is ignored.
 * @returns result of the work; undefined after a timeout
 * @throws the error of the work
 */
export async function withTimeout<Result>(
  clock: Clock,
  milliseconds: number,
  work: Promise<Result>,
): Promise<Result | undefined> {
  const { promise: expired, resolve } = Promise.withResolvers<undefined>();
  const timer = clock.setTimer(milliseconds, () => resolve(undefined));
  try {
    return await Promise.race([work, expired]);
  } finally {
    timer.cancel();
  }
}

/** Resolves after a delay, ms, or when the signal is aborted. */
export function delay(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.setTimer(milliseconds, done);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}
