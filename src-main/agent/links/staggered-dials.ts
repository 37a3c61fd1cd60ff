import type { Clock, Timer } from '#shared/clock.ts';

/** Function that dials once. */
export type Attempt<Result> = (signal: AbortSignal) => Promise<Result>;

export type StaggeredOptions<Result> = Readonly<{
  clock: Clock;
  /** Delay before the next attempt starts in parallel, ms. A failure starts the next one at once. */
  gap: number;
  signal: AbortSignal;
  /** Disposes of a result that arrives after another attempt has won or the signal has aborted. */
  discard(result: Result): void;
  /** Chooses the error to throw if all attempts fail; default: the first attempt's error. */
  report?: (errors: readonly unknown[]) => unknown;
}>;

/**
 * Starts dials in order: the next one after a delay, or as soon as any running one fails (RFC 8305). The first success wins and aborts the others.
 * Used for transports and for hops.
 * @throws error chosen by `report` if all attempts fail; reason of the signal if it aborts
 * @throws {RangeError} without attempts
 */
export function staggerDials<Result>(
  attempts: readonly Attempt<Result>[],
  { clock, gap, signal, discard, report = ([first]) => first }: StaggeredOptions<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const errors = new Map<number, unknown>();
  let next = 0;
  let timer: Timer | undefined;
  let over = false;
  return new Promise((resolve, reject) => {
    const end = (): void => {
      over = true;
      timer?.cancel();
      signal.removeEventListener('abort', onAbort);
      controller.abort();
    };
    const onAbort = (): void => {
      end();
      reject(signal.reason);
    };
    const begin = (): void => {
      timer?.cancel();
      const index = next;
      const attempt = attempts[index];
      if (attempt === undefined) return;
      next += 1;
      if (next < attempts.length) timer = clock.setTimer(gap, begin);
      attempt(controller.signal).then(
        (result) => {
          if (over) {
            discard(result);
            return;
          }
          end();
          resolve(result);
        },
        (error: unknown) => {
          if (over) return;
          errors.set(index, error);
          if (next < attempts.length) begin();
          else if (errors.size === attempts.length) {
            end();
            reject(report(attempts.map((_attempt, at) => errors.get(at))));
          }
        },
      );
    };
    if (signal.aborted) {
      over = true;
      reject(signal.reason);
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    if (attempts.length === 0) {
      end();
      reject(new RangeError('there is nothing to attempt'));
      return;
    }
    begin();
  });
}
