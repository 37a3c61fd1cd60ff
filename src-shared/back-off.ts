/** Doublings after which every ceiling has long been reached. */
const MOST_DOUBLINGS = 30;

/** Ceilings of an exponential back-off, ms: after the first failure, and the highest. */
export type BackOffCeilings = Readonly<{ first: number; longest: number }>;

/** Returns the ceiling of the pause after `failures` in a row, ms; it doubles with each further one. */
export function backOffCeiling(failures: number, { first, longest }: BackOffCeilings): number {
  return Math.min(longest, first * 2 ** Math.min(Math.max(failures - 1, 0), MOST_DOUBLINGS));
}

/**
 * Returns the pause before the next try after `failures` in a row, ms: anything below the ceiling (full jitter), so that clients which failed
 * together do not return together.
 * @param random uniform in [0, 1)
 */
export function fullJitter(failures: number, ceilings: BackOffCeilings, random: () => number): number {
  return Math.floor(random() * backOffCeiling(failures, ceilings));
}

/** Returns the same between half of the ceiling and all of it, for tries that must never follow at once. @param random uniform in [0, 1) */
export function equalJitter(failures: number, ceilings: BackOffCeilings, random: () => number): number {
  return Math.round((backOffCeiling(failures, ceilings) * (1 + random())) / 2);
}
