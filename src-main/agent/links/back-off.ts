/** First and longest ceiling of the wait for another try to get a lost session back, ms. */
const FIRST = 250;
const LONGEST = 5000;
const MOST_DOUBLINGS = 5;

/** ms until the next try after so many failures in a row: full jitter below a ceiling that doubles up to 5 s. */
export function retryDelay(failures: number, random: () => number): number {
  const ceiling = Math.min(LONGEST, FIRST * 2 ** Math.min(Math.max(failures - 1, 0), MOST_DOUBLINGS));
  return Math.floor(random() * ceiling);
}
