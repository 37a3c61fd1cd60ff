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
