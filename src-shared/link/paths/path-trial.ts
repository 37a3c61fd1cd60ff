import type { Clock } from '../../clock.ts';
import type { RoundTrips } from '../session-types.ts';

/** A path that can be asked. */
export type TrialPath = Readonly<{
  /** The least round trip of the last ten seconds, ms. */
  recent: number | undefined;
  /** Its round trip now, ms; undefined when no answer comes within `timeout` ms, or the path is over. */
  measure(timeout: number): Promise<number | undefined>;
}>;

/** So many questions on each path, at the same moments, ms apart at least; the least answer counts. */
const ROUNDS = 6;
const GAP = 100;

/** ms that an answer may take, and after which no further question is put: less in all than a path may take to prove itself. */
const ANSWER = 4000;
const LAST_QUESTION = 3000;

/**
 * Measures two paths beside each other: what disturbs one disturbs both. But what is sent waits on the one in use alone, so for that the answers
 * of the last ten seconds count too. @returns undefined when the tried one owes an answer
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
