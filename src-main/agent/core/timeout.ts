import type { Clock } from '#shared/clock.ts';

/**
 * What the work comes to, or undefined after `milliseconds`; the work goes on then, and what it comes to is nobody's.
 * @throws what the work throws in time
 */
export async function withTimeout<Result>(
  clock: Clock,
  milliseconds: number,
  work: Promise<Result>,
): Promise<Result | undefined> {
  let expire: () => void = () => undefined;
  const expired = new Promise<undefined>((resolve) => {
    expire = () => resolve(undefined);
  });
  const timer = clock.setTimer(milliseconds, expire);
  try {
    return await Promise.race([work, expired]);
  } finally {
    timer.cancel();
  }
}
