/** First and longest ceiling of the wait for another try, ms. */
const FIRST = 250;
const LONGEST = 30_000;
const MOST_DOUBLINGS = 7;

/**
 * ms until the next try after so many failures in a row: none before the first, then between half of a ceiling and all of it, which doubles
 * from 250 ms up to 30 s.
 * @param random 0 to 1
 */
export function sshRetryDelay(failures: number, random: () => number): number {
  if (failures <= 0) return 0;
  const ceiling = Math.min(LONGEST, FIRST * 2 ** Math.min(failures - 1, MOST_DOUBLINGS));
  return Math.round((ceiling * (1 + random())) / 2);
}
