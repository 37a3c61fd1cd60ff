/** What a gateway can make grow here (docs/LIMITS.md). Times in ms. */
export type NodeLimits = Readonly<{
  /** Commands that are worked on at a time, of a gateway. */
  invokes: number;
  /** Programs that run at a time, of a gateway. */
  runs: number;
  /** Runs that wait for the person at a time, of a gateway. */
  waiting: number;
  /** New questions: so many at once, then so many a minute. */
  questions: Readonly<{ burst: number; perMinute: number }>;
  /** Runs that are looked at, for which programs and files are read whole, the same. */
  looks: Readonly<{ burst: number; perMinute: number }>;
  /** Notifications, the same. */
  notices: Readonly<{ burst: number; perMinute: number }>;
  /** Idempotency keys that are remembered, of a gateway, and characters of results that are kept with them. */
  keys: number;
  keptResults: number;
  /** Characters of both outputs of a program. */
  output: number;
  /** A command without a time of its own, and the longest there is. */
  timeout: number;
  longest: number;
  /** Runs that are over and still shown. */
  history: number;
}>;

export const NODE_LIMITS: NodeLimits = {
  invokes: 32,
  runs: 8,
  waiting: 8,
  questions: { burst: 32, perMinute: 12 },
  looks: { burst: 128, perMinute: 300 },
  notices: { burst: 5, perMinute: 5 },
  keys: 1024,
  keptResults: 1_000_000,
  output: 200_000,
  timeout: 30_000,
  longest: 3_600_000,
  history: 500,
};

/** Characters of the parameters of a command. */
export const MOST_PARAMS = 1_048_576;
/** Characters of all arguments together: a person has to be able to read them. */
export const MOST_ARGUMENTS = 32_768;
/** Of a command as it is shown; a longer one is refused, not cut. */
export const MOST_COMMAND_TEXT = 65_536;

/** So many at once, then so many a minute. */
export class Budget {
  readonly #rate: Readonly<{ burst: number; perMinute: number }>;
  #left: number;
  #at: number;

  constructor(rate: Readonly<{ burst: number; perMinute: number }>, now: number) {
    this.#rate = rate;
    this.#left = rate.burst;
    this.#at = now;
  }

  /** @param now monotonic, ms. @returns whether there is one more; it counts then */
  take(now: number): boolean {
    const grown = Math.min(this.#rate.burst, this.#left + ((now - this.#at) / 60_000) * this.#rate.perMinute);
    this.#at = now;
    this.#left = grown >= 1 ? grown - 1 : grown;
    return grown >= 1;
  }

  /** The person wants to be asked. */
  refill(): void {
    this.#left = this.#rate.burst;
  }
}
