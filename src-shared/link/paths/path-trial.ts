import type { Clock } from '../../clock.ts';
import type { RoundTrips } from '../session-types.ts';

/** A path that can be measured. */
export type TrialPath = Readonly<{
  /** The least round trip of the last ten seconds, ms. */
  recent: number | undefined;
  /** Measures its round trip, ms; undefined when no answer comes within `timeout` ms or the path has ended. */
  measure(timeout: number): Promise<number | undefined>;
}>;

/** Pings per path, sent at the same moments, and the least gap between them, ms; the least answer counts. */
const ROUNDS = 6;
const GAP = 100;

/** Time limit of one answer and time after which no further ping is sent, ms: together less than a path has to be confirmed. */
const ANSWER = 4000;
const LAST_QUESTION = 3000;

/**
 * Measures two paths side by side, so that disturbances affect both. Data in flight delays only the one in use, so its
 * answers of the last ten seconds count too.
 * @returns undefined when the tried path does not answer
 */
export async function compareRoundTrips(
  tried: TrialPath,
  used: TrialPath,
  clock: Clock,
): Promise<RoundTrips | undefined> {
  const began = clock.monotonic();
  let least: RoundTrips = { tried: Infinity, used: Infinity };
  for (let round = 0; round < ROUNDS; round += 1) {
    const asked = clock.monotonic();
    if (asked - began >= LAST_QUESTION) break;
    const [here, there] = await Promise.all([tried.measure(ANSWER), used.measure(ANSWER)]);
    if (here === undefined) return undefined;
    least = { tried: Math.min(least.tried, here), used: Math.min(least.used, there ?? Infinity) };
    const rest = asked + GAP - clock.monotonic();
    if (rest > 0) await new Promise<void>((resolve) => void clock.setTimer(rest, resolve));
  }
  // One that answers no more is not saved by what it did before.
  return Number.isFinite(least.used) ? { ...least, used: Math.min(least.used, used.recent ?? Infinity) } : least;
}
