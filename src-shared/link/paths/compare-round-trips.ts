import type { Clock } from '../../clock.ts';
import type { RoundTrips } from '../session-types.ts';

/** Path that can be measured. */
export type TrialPath = Readonly<{
  /** Least round trip of the last ten seconds, ms; undefined without one. */
  recent: number | undefined;
  /** Measures the round trip, ms; undefined if no answer arrives within `timeout` ms, or if the path has ended. */
  measure(timeout: number): Promise<number | undefined>;
}>;

/** Number of pings on each path, sent at the same times; the least answer counts. GAP is the shortest time between two pings, ms. */
const ROUNDS = 6;
const GAP = 100;

/**
 * Time limit of one answer, ms, and time after which no further ping is sent, ms. Their sum is less than the time limit for a path's confirmation.
 */
const ANSWER = 4000;
const LAST_QUESTION = 3000;

/**
 * Measures the round trips of a new path and of the path in use at the same time, so that disturbances affect both. Data in flight delays only the
 * path in use, so its answers of the last ten seconds count too. Sends PINGs on both paths.
 * @returns undefined if the new path doesn't answer
 */
export async function compareRoundTrips(
  tried: TrialPath,
  used: TrialPath,
  clock: Clock,
): Promise<RoundTrips | undefined> {
  const began = clock.monotonic();
  let least: RoundTrips = { tried: Infinity, used: Infinity };
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedAt = clock.monotonic();
    if (startedAt - began >= LAST_QUESTION) break;
    const [here, there] = await Promise.all([tried.measure(ANSWER), used.measure(ANSWER)]);
    if (here === undefined) return undefined;
    least = { tried: Math.min(least.tried, here), used: Math.min(least.used, there ?? Infinity) };
    const rest = startedAt + GAP - clock.monotonic();
    if (rest > 0) await new Promise<void>((resolve) => void clock.setTimer(rest, resolve));
  }
  // Earlier answers don't count for a path in use that no longer answers.
  return Number.isFinite(least.used) ? { ...least, used: Math.min(least.used, used.recent ?? Infinity) } : least;
}
