import {
  ASKED_BYTES,
  ASKED_MESSAGES,
  FLIGHT_BYTES,
  FLIGHT_MESSAGES,
  MESSAGE_QUESTIONS,
} from '#shared/messages/index.ts';
import type { RefusalPause } from './refusal-pause.ts';

/**
 * Messages, and bytes of their lines, that wait on one stream before it is read no further. A sender has more on the way only if a second busy pair comes
 * under question meanwhile; then all pairs wait for the answer.
 */
const MOST_HELD = FLIGHT_MESSAGES + ASKED_MESSAGES;
const MOST_HELD_BYTES = FLIGHT_BYTES + ASKED_BYTES;

/** Work on one line, when its turn has come. */
type Work = (turn: Turn) => Promise<void>;
type Line = Readonly<{ id: string | undefined; bytes: number; work: Work }>;

/** Turn of a line. */
export type Turn = Readonly<{
  /** Aborted when the sender takes the message back. */
  takenBack: AbortSignal;
  /** Called when the work begins to wait for a person: lines of other pairs go on then. */
  wait(): void;
  /** Notes that it is decided what becomes of the message: it can't be taken back any more. @returns false if it was taken back before */
  decide(): boolean;
}>;

/** Line that waits for its turn, or is worked on. */
class HeldLine {
  readonly id: string | undefined;
  readonly bytes: number;
  readonly #work: Work;
  readonly #takenBack = new AbortController();
  #isDecided = false;

  constructor({ id, bytes, work }: Line) {
    this.id = id;
    this.bytes = bytes;
    this.#work = work;
  }

  /** True until it is decided what becomes of its message. */
  get isOpen(): boolean {
    return !this.#isDecided && !this.#takenBack.signal.aborted;
  }

  takeBack(): void {
    this.#takenBack.abort();
  }

  async work(wait: () => void): Promise<void> {
    await this.#work({
      takenBack: this.#takenBack.signal,
      wait,
      decide: () => {
        const { isOpen } = this;
        this.#isDecided = true;
        return isOpen;
      },
    });
  }
}

export type PairLanesOptions = Readonly<{
  /** Pauses of the peer whose stream it is. */
  pause: RefusalPause;
  /** Aborted when the stream ends. */
  signal: AbortSignal;
  /** Called when a line fails that no one awaits any more. */
  onFailure(error: unknown): void;
}>;

/**
 * Lines of one stream, in their order for each pair of agents. One about which a person is asked holds back only those of its own pair. One per stream,
 * for `MessageServer`.
 */
export class PairLanes {
  readonly #options: PairLanesOptions;
  /** Lines that wait behind the one that is worked on, by pair. */
  readonly #lanes = new Map<string, HeldLine[]>();
  readonly #running = new Set<Promise<void>>();
  readonly #held = new Set<HeldLine>();
  #heldBytes = 0;
  #questions = 0;
  /** Resolves when the pauses after what was refused on earlier streams are over; undefined before the first line. */
  #begun: Promise<void> | undefined;
  #waiting: (() => void)[] = [];

  constructor(options: PairLanesOptions) {
    this.#options = options;
    options.signal.addEventListener('abort', () => this.#wake(), { once: true });
  }

  /** Reports whether a message is being looked at: nothing was decided about it. */
  has(id: string): boolean {
    return [...this.#held].some((line) => line.id === id && line.isOpen);
  }

  /**
   * Takes a message back that is being looked at: a question about it ends, and the work on it, now or when its turn comes, only passes its number.
   * @returns false if there is none, or something was decided about it
   */
  takeBack(id: string): boolean {
    const lines = [...this.#held].filter((line) => line.id === id && line.isOpen);
    for (const line of lines) line.takeBack();
    return lines.length > 0;
  }

  /**
   * Works on a line of a pair; resolves when the next line can be read.
   * @param given the line; `id` is that of its message
   * @throws the error of the work, unless it waits for a person
   */
  async take(pair: string, given: Line): Promise<void> {
    const line = new HeldLine(given);
    this.#held.add(line);
    this.#heldBytes += line.bytes;
    const { pause, signal } = this.#options;
    this.#begun ??= pause.over(signal);
    await this.#begun;
    if (signal.aborted) {
      this.#done(line);
      return;
    }
    const lane = this.#lanes.get(pair);
    if (lane === undefined) await this.#begin(pair, line);
    else lane.push(line);
    while (!signal.aborted && (this.#held.size >= MOST_HELD || this.#heldBytes >= MOST_HELD_BYTES))
      await this.#changed();
  }

  /** Takes one of the places for questions to the person. @returns function that gives it back; undefined if the signal was aborted before */
  async question(signal: AbortSignal): Promise<(() => void) | undefined> {
    const wake = (): void => this.#wake();
    signal.addEventListener('abort', wake, { once: true });
    while (!this.hasQuestion && !signal.aborted) await this.#changed();
    signal.removeEventListener('abort', wake);
    if (signal.aborted) return undefined;
    this.#questions += 1;
    return () => {
      this.#questions -= 1;
      this.#wake();
    };
  }

  /** True if another question to the person has a place. */
  get hasQuestion(): boolean {
    return this.#questions < MESSAGE_QUESTIONS;
  }

  /** Waits after a refused message. */
  async refused(): Promise<void> {
    const { pause, signal } = this.#options;
    await pause.refused(signal);
  }

  /** Resolves when no line is worked on. */
  async ended(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  /** Begins a lane; resolves when its first line is done, or waits for a person. */
  async #begin(pair: string, line: HeldLine): Promise<void> {
    const { signal, onFailure } = this.#options;
    const { promise: waits, resolve } = Promise.withResolvers<'waits'>();
    const lane: HeldLine[] = [];
    this.#lanes.set(pair, lane);
    const first = line.work(() => resolve('waits')).finally(() => this.#done(line));
    const rest = async (): Promise<void> => {
      for (let next = lane.shift(); next !== undefined; next = lane.shift()) {
        const each = next;
        if (!signal.aborted) await each.work(() => undefined).finally(() => this.#done(each));
      }
      // In the same step as the last look at the lane: a line that comes from here on begins another one.
      this.#lanes.delete(pair);
    };
    const run = first.then(rest);
    this.#running.add(run);
    run.catch(() => undefined).finally(() => this.#running.delete(run));
    if ((await Promise.race([run, waits])) === 'waits') run.catch(onFailure);
  }

  #done(line: HeldLine): void {
    this.#held.delete(line);
    this.#heldBytes -= line.bytes;
    this.#wake();
  }

  async #changed(): Promise<void> {
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    for (const go of this.#waiting.splice(0)) go();
  }
}
