/** First and longest ceiling of the usual wait, ms. */
const FIRST = 1000;
const LONGEST = 30_000;
const MOST_DOUBLINGS = 5;
/** No wait is shorter: what is refused at once is not asked hundreds of times a second. */
const SHORTEST = 250;
/** A person looks; the same request is asked for again, which keeps it alive (it lapses after five minutes). */
const PAIRING = 15_000;
/** However long a gateway says that it wants to be left alone, or to restart. */
const LONGEST_ASKED = 60 * 60_000;
const LONGEST_RESTART = 60_000;
/** Spread over clients that were all told the same time. */
const SPREAD = 1000;
/** A gateway that said it restarts is asked so often, ms, so many times: it is back at any moment. */
const RETURN = { shortest: 500, longest: 1500, most: 40 };
/** A connection that lived so long was no failure: the next wait starts small again. */
export const STABLE_AFTER = 30_000;
/** Wakes and changes of network, however many, cause an attempt at most so often, ms. */
export const NUDGE_SPACING = 3000;

/** How long to wait before the next attempt, ms. */
export class GatewayRetrySchedule {
  readonly #random: () => number;
  #failures = 0;
  #returns = 0;

  /** @param random uniform in [0, 1) */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Exponential, 1 s to 30 s, with full jitter. Counts as a failure. */
  usual(): number {
    const ceiling = Math.min(LONGEST, FIRST * 2 ** Math.min(this.#failures, MOST_DOUBLINGS));
    this.#failures += 1;
    return Math.max(SHORTEST, Math.floor(this.#random() * ceiling));
  }

  /** The gateway has said how long; it is never less, and more each time that was not enough. */
  asked(after: number): number {
    return Math.min(LONGEST_ASKED, Math.max(0, after)) + this.usual();
  }

  /** No failure, and no end of them: a gateway that goes away between two answers is asked less and less all the same. */
  pairing(): number {
    return PAIRING + Math.floor(this.#random() * SPREAD);
  }

  /** The gateway has said that it is back after `expected` ms. */
  restart(expected: number): number {
    this.#returns = 0;
    return Math.max(SHORTEST, Math.min(LONGEST_RESTART, expected)) + Math.floor(this.#random() * SPREAD);
  }

  /** The time that it named is over, and it is not back yet. @param after what it has asked for since, ms */
  returning(after: number): number {
    if (this.#returns >= RETURN.most) return this.asked(after);
    this.#returns += 1;
    const { shortest, longest } = RETURN;
    const wait = shortest + Math.floor(this.#random() * (longest - shortest));
    return Math.max(wait, Math.min(LONGEST_ASKED, after));
  }

  reset(): void {
    this.#failures = 0;
  }
}
