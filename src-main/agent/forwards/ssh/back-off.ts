import { equalJitter } from '#shared/back-off.ts';

/** First and longest ceiling of the wait for another try, ms. */
const FIRST = 250;
const LONGEST = 30_000;

/**
 * ms until the next try after so many failures in a row: none before the first, then between half of a ceiling and all of it, which doubles
 * from 250 ms up to 30 s.
 * @param random 0 to 1
 */
export function sshRetryDelay(failures: number, random: () => number): number {
  if (failures <= 0) return 0;
  return equalJitter(failures, { first: FIRST, longest: LONGEST }, random);
}
