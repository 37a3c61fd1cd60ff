import type { Clock, Timer } from '#shared/clock.ts';

/** Processing time that frames may use at once, ms; a connection that exceeds it is paused. */
const SLICE = 20;
/**
 * Pause in ms for each ms of processing time. All gateways together get about a fifth of the time for their frames. Reading their sockets costs about
 * as much again, so more than half of this process is left for everything else.
 */
const REST = 4;
const LONGEST_REST = 30_000;

/**
 * Limits the share of this process's time that the frames of all gateways use together. A gateway that floods is read more slowly, so that everything
 * else continues. All gateways share one limit, because many slow ones together can flood, too. Created by `createGatewayMachine`; each
 * `PinnedSocket` gets a reader. Touches the clock, and pauses connections.
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

  /** @param measure runs the work of a frame and returns how long to pause, ms */
  constructor(clock: Clock, source: Source, measure: (work: () => void) => number) {
    this.#clock = clock;
    this.#source = source;
    this.#measure = measure;
  }

  /**
   * Processes one frame.
   * @param work processes the frame synchronously; its duration counts
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
