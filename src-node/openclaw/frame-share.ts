import type { Clock, Timer } from '#shared/clock.ts';

/** Processing time that frames may use at once, ms; a connection that exceeds it is paused. */
const SLICE = 20;
/** Pause in ms for each ms of processing time. The sockets cost about as much again, so gateways get half of this process. */
const REST = 4;
const LONGEST_REST = 30_000;

/**
 * Limits the share of this process's time that the frames of all gateways use together. A gateway that floods is read more slowly, so that everything
 * else continues. The limit is common to all gateways, since many that each use little are a flood as well. Created by `createGatewayMachine`;
 * touches only the clock.
 */
export class FrameShare {
  readonly #clock: Clock;
  /** Processing time not yet compensated by pauses, ms, and the time of that figure. */
  #owed = 0;
  #at: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#at = clock.monotonic();
  }

  /**
   * Creates the reader of one connection's frames.
   * @param source the connection; the reader pauses and resumes it
   */
  reader(source: Source): FrameReader {
    return new FrameReader(this.#clock, source, (work) => this.#measure(work));
  }

  /**
   * Runs the work and measures it.
   * @returns how long to pause, ms
   */
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

/** Reader of one connection's frames, which pauses the connection when the share is used up. */
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

  /**
   * Processes one frame.
   * @param work everything that is done synchronously about the frame
   */
  read(work: () => void): void {
    const rest = this.#measure(work);
    if (rest === 0 || this.#over || this.#rest !== undefined) return;
    this.#source.pause();
    this.#rest = this.#clock.setTimer(rest, () => {
      this.#rest = undefined;
      this.#source.resume();
    });
  }

  /** Stops pausing; called when the connection has ended. */
  end(): void {
    this.#over = true;
    this.#rest?.cancel();
  }
}
