import { CHOICE_LIMITS } from './limits.ts';

/** First and longest ceiling of the wait for another try to get a lost session back, ms. */
const FIRST = 250;
const LONGEST = 5000;
const MOST_DOUBLINGS = 16;
/** The same where the peer itself refuses: it may allow another kind of path only, which nothing here changes. */
const LONGEST_REFUSED = 30_000;

/** ms until the next try after so many failures in a row: full jitter below a ceiling that doubles up to 5 s, of refusals up to 30 s. */
export function dialRetryDelay(failures: number, random: () => number, isRefused = false): number {
  const ceiling = Math.min(
    isRefused ? LONGEST_REFUSED : LONGEST,
    FIRST * 2 ** Math.min(Math.max(failures - 1, 0), MOST_DOUBLINGS),
  );
  return Math.floor(random() * ceiling);
}

/** ms before TCP is tried again where UDP leads to the peer. */
export function tcpPause(failures: number): number {
  const { reprobe, tcpSoon } = CHOICE_LIMITS;
  return Math.min(reprobe, tcpSoon * 2 ** Math.max(0, failures - 1));
}

/** ms before a path over UDP is tried again: what two NATs do is the same a minute later. */
export function udpPause(failures: number): number {
  const { reprobe, udpLongestPause } = CHOICE_LIMITS;
  return Math.min(udpLongestPause, reprobe * 2 ** Math.max(0, failures - 1));
}
