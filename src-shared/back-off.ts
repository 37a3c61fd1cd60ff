/** Maximum number of doublings, which every ceiling reaches earlier. */
const MOST_DOUBLINGS = 30;

/** Maximum pauses of an exponential back-off, ms: `first` after one failure, `longest` after many. */
export type BackOffCeilings = Readonly<{ first: number; longest: number }>;

/**
 * Returns the maximum pause after this number of failures in a row, ms. It doubles with each failure. The agent uses the functions of this file to
 * connect again to peers, relays, gateways and SSH servers. They are pure: callers set the timer.
 */
export function backOffCeiling(failures: number, { first, longest }: BackOffCeilings): number {
  return Math.min(longest, first * 2 ** Math.min(Math.max(failures - 1, 0), MOST_DOUBLINGS));
}

/**
 * Returns the pause before the next attempt, ms, after this number of failures in a row: a random time below the ceiling, so that clients which
 * failed at the same time don't all return at the same time.
 * @param random returns a uniform number in [0, 1)
 */
export function fullJitter(failures: number, ceilings: BackOffCeilings, random: () => number): number {
  return Math.floor(random() * backOffCeiling(failures, ceilings));
}

/**
 * Returns a pause like `fullJitter`, but at least half of the ceiling, for attempts that must never follow at once.
 * @param random returns a uniform number in [0, 1)
 */
export function equalJitter(failures: number, ceilings: BackOffCeilings, random: () => number): number {
  return Math.round((backOffCeiling(failures, ceilings) * (1 + random())) / 2);
}
