import type { Clock, Timer } from '../clock.ts';
import { parseTerminalSize, type CastEvent, type CastHeader } from './asciicast.ts';

/** Playing speeds to choose from, as factors. */
export const PLAYER_SPEEDS = [0.5, 1, 2, 4, 8] as const;

/** Screen on which a player shows a recording, such as a terminal in the window. */
export interface CastScreen {
  /** Clears the screen and sets its size. */
  reset(cols: number, rows: number): void;
  resize(cols: number, rows: number): void;
  write(text: string): void;
  /** Receives typed input, if the recording contains any. */
  typed?(text: string): void;
}

/** Options of a `CastPlayer`. */
export type CastPlayerOptions = Readonly<{
  header: CastHeader;
  events: readonly CastEvent[];
  screen: CastScreen;
  clock: Clock;
  /** Maximum pause, seconds; longer pauses are shortened to it. Undefined plays them in full. */
  idleLimit?: number | undefined;
  /** Called when position, speed or playing state changes. */
  changed?(): void;
}>;

/** Number of characters written to the screen at once while seeking. */
const BATCH = 65_536;

type Timed = Readonly<{ at: number; event: CastEvent }>;

/**
 * Plays a recording on a screen: in the window or, for the command line, in the person's terminal. Sets timers of the given clock. Times are seconds
 * of playback, with long pauses shortened.
 */
export class CastPlayer {
  readonly #options: CastPlayerOptions;
  readonly #events: readonly Timed[];
  readonly duration: number;
  #next = 0;
  #position = 0;
  #speed = 1;
  #playing: Readonly<{ since: number; from: number }> | undefined;
  #timer: Timer | undefined;

  constructor(options: CastPlayerOptions) {
    this.#options = options;
    this.#events = withoutPauses(options.events, options.idleLimit);
    this.duration = this.#events.at(-1)?.at ?? 0;
    this.#reset();
  }

  get isPlaying(): boolean {
    return this.#playing !== undefined;
  }

  get speed(): number {
    return this.#speed;
  }

  /** Current position, seconds. */
  get position(): number {
    if (this.#playing === undefined) return this.#position;
    const passed = (this.#options.clock.monotonic() - this.#playing.since) / 1000;
    return Math.min(this.duration, this.#playing.from + passed * this.#speed);
  }

  /** Plays from the current position, or from the beginning if it is at the end. */
  play(): void {
    if (this.#playing !== undefined) return;
    if (this.#next >= this.#events.length) this.seek(0);
    this.#playing = { since: this.#options.clock.monotonic(), from: this.#position };
    this.#options.changed?.();
    this.#step();
  }

  pause(): void {
    if (this.#playing === undefined) return;
    this.#position = this.position;
    this.#playing = undefined;
    this.#timer?.cancel();
    this.#options.changed?.();
  }

  setSpeed(speed: number): void {
    const wasPlaying = this.isPlaying;
    this.pause();
    this.#speed = speed;
    if (wasPlaying) this.play();
    this.#options.changed?.();
  }

  /** Moves to another position and continues to play if it was playing. @param to seconds */
  seek(to: number): void {
    const wasPlaying = this.isPlaying;
    this.pause();
    const target = Math.min(Math.max(0, to), this.duration);
    if (target < this.#position) this.#reset();
    this.#writeUntil(target);
    this.#position = target;
    if (wasPlaying && target < this.duration) this.play();
    this.#options.changed?.();
  }

  dispose(): void {
    this.#playing = undefined;
    this.#timer?.cancel();
  }

  #reset(): void {
    const { width, height } = this.#options.header;
    this.#next = 0;
    this.#position = 0;
    this.#options.screen.reset(width, height);
  }

  #step(): void {
    if (this.#playing === undefined) return;
    this.#writeUntil(this.position);
    const next = this.#events[this.#next];
    if (next === undefined) {
      this.#position = this.duration;
      this.#playing = undefined;
      this.#options.changed?.();
      return;
    }
    const wait = Math.max(1, ((next.at - this.position) / this.#speed) * 1000);
    this.#timer = this.#options.clock.setTimer(wait, () => this.#step());
  }

  #writeUntil(time: number): void {
    const { screen } = this.#options;
    let text = '';
    let typed = '';
    const flush = (): void => {
      if (text !== '') screen.write(text);
      text = '';
    };
    for (let next = this.#events[this.#next]; next !== undefined && next.at <= time; next = this.#events[this.#next]) {
      this.#next += 1;
      const { code, data } = next.event;
      const size = code === 'r' ? parseTerminalSize(data) : undefined;
      if (size !== undefined) {
        flush();
        screen.resize(size.cols, size.rows);
      } else if (code === 'o') {
        text += data;
        if (text.length >= BATCH) flush();
      } else if (code === 'i') typed += data;
    }
    flush();
    if (typed !== '') screen.typed?.(typed);
  }
}

function withoutPauses(events: readonly CastEvent[], limit: number | undefined): readonly Timed[] {
  let cut = 0;
  let last = 0;
  return events.map((event) => {
    if (limit !== undefined) cut += Math.max(0, event.at - last - limit);
    last = event.at;
    return { at: event.at - cut, event };
  });
}
