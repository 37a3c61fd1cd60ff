import type { Clock, Timer } from '#shared/clock.ts';

/** Work on frames that may come at once, ms; whose frame goes beyond it rests. */
const SLICE = 20;
/** For each ms of work so many ms of rest; with what the sockets themselves cost, which is as much again, gateways have half of this process. */
const REST = 4;
const LONGEST_REST = 30_000;

/**
 * Share of this process for the frames of all gateways. Gateways that flood are read more slowly, so that everything else continues. The share is
 * common, since many gateways that each use little are a flood as well.
 */
export class FrameShare {
  readonly #clock: Clock;
  /** Work that no rest has paid for, ms, and when that was so. */
  #owed = 0;
  #at: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#at = clock.monotonic();
  }

  /** The frames of one connection. @param source it is not read between `pause` and `resume` */
  reader(source: Source): FrameReader {
    return new FrameReader(this.#clock, source, (work) => this.#measure(work));
  }

  /** @returns how long to rest, ms */
  #measure(work: () => void): number {
    const before = this.#clock.monotonic();
    this.#owed = Math.max(0, this.#owed - (before - this.#at) / REST);
    try {
      work();
    } finally {
      this.#at = this.#clock.monotonic();
      this.#owed += this.#at - before;
    }
    return this.#owed > SLICE ? Math.min(LONGEST_REST, this.#owed * REST) : 0;
  }
}

type Source = Readonly<{ pause(): void; resume(): void }>;

/** Reads one connection, with rests. */
export class FrameReader {
  readonly #clock: Clock;
  readonly #source: Source;
  readonly #measure: (work: () => void) => number;
  #rest: Timer | undefined;
  #over = false;

  constructor(clock: Clock, source: Source, measure: (work: () => void) => number) {
    this.#clock = clock;
    this.#source = source;
    this.#measure = measure;
  }

  /** @param work all that is done about one frame before this process turns to something else */
  read(work: () => void): void {
    const rest = this.#measure(work);
    if (rest === 0 || this.#over || this.#rest !== undefined) return;
    this.#source.pause();
    this.#rest = this.#clock.setTimer(rest, () => {
      this.#rest = undefined;
      this.#source.resume();
    });
  }

  /** The connection is over. */
  end(): void {
    this.#over = true;
    this.#rest?.cancel();
  }
}
