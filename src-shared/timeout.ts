import type { Clock } from './clock.ts';

/**
 * Waits for the work, at most `milliseconds`. The work itself goes on after that; its result is dropped.
 * @returns result of the work, or undefined after the timeout
 * @throws what the work throws in time
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
