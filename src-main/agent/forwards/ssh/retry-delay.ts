import { equalJitter } from '#shared/back-off.ts';

/** Ceiling of the first delay; also the longest ceiling, `LONGEST`. ms */
const FIRST = 250;
const LONGEST = 30_000;

/**
 * Returns the delay before the next attempt to connect to an SSH server, ms: 0 without failures; otherwise a random time between half of a ceiling
 * and the whole. The ceiling doubles with each failure, from 250 ms up to 30 s. Pure.
 * @param failures number of failed attempts in a row
 * @param random returns a number from 0 to 1
 */
export function sshRetryDelay(failures: number, random: () => number): number {
  if (failures <= 0) return 0;
  return equalJitter(failures, { first: FIRST, longest: LONGEST }, random);
}
