import type { Clock, Timer } from '#shared/clock.ts';
import type { ModeTracker } from './modes.ts';

/**
 * Resets modes, margins, attributes and cursor, and clears the screen, so that the terminal can be drawn again. The
 * scrollback stays.
 */
export const FRESH_SCREEN = '\u001b[!p\u001b[?7h\u001b[r\u001b[0m\u001b[H\u001b[2J';
/** The same without the soft reset (DECSTR), which may forget where the cursor of the screen below was. */
const FRESH_ALTERNATE_SCREEN =
  '\u001b[?1;6l\u001b[4l\u001b>\u001b[?7;25h\u001b[r\u001b(B\u000f\u001b[0m\u001b[H\u001b[2J';

/** Longest time for which a screen waits for its end, ms; an agent of an earlier version doesn't report the end. */
const LONGEST_WAIT = 1500;
/** Sequence with which a screen enters the alternate one, after the shell's below it. */
const ENTER_ALTERNATE = Buffer.from('\u001b[?1049h');
// oxlint would rather not see them, but these are the bytes that start and end a title (OSC 2).
const TITLE = new RegExp(
  `^${String.fromCharCode(0x1b)}\\]2;[^${String.fromCharCode(0x07)}]*${String.fromCharCode(0x07)}`,
);

/**
 * Passes a channel's output on, and prepares this terminal for the screens that the agent sends in place of dropped output: they draw on an empty
 * screen. A screen is held back until it is complete, so that it is drawn at once. Under a program that uses the whole screen before and after, the
 * shell's screen stays as it is, with the lines above those of the terminal there.
 */
export class RedrawnScreen {
  readonly #clock: Clock;
  readonly #modes: ModeTracker;
  #write: (bytes: Uint8Array) => void = () => undefined;
  /** Bytes taken so far. */
  #taken = 0;
  /** Offset at which the announced screen begins, and at which it ends; undefined until reported. */
  #begin: number | undefined;
  #end: number | undefined;
  #held: Uint8Array[] = [];
  #timer: Timer | undefined;

  /** @param options.modes modes of the output that was written */
  constructor(options: Readonly<{ clock: Clock; modes: ModeTracker }>) {
    this.#clock = options.clock;
    this.#modes = options.modes;
  }

  /** Starts with the first byte of the output. @param write writes output to this terminal */
  start(write: (bytes: Uint8Array) => void): void {
    this.#write = write;
  }

  /** Takes the offset at which a screen begins. The first bytes of a terminal are no such screen. */
  begins(at: number): void {
    if (at === 0) return;
    this.#held = [];
    this.#begin = Math.max(at, this.#taken);
    this.#end = undefined;
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(LONGEST_WAIT, () => {
      if (this.#begin !== undefined) this.#end = Math.max(this.#taken, this.#begin + 1);
      this.#drawIfComplete();
    });
  }

  /** Takes the offset at which the screen ends. */
  ends(at: number): void {
    if (this.#begin === undefined) return;
    this.#end = at;
    this.#drawIfComplete();
  }

  /** Takes output, and writes what needn't be held back. */
  take(bytes: Uint8Array): void {
    const start = this.#taken;
    this.#taken += bytes.length;
    if (this.#begin === undefined) return this.#write(bytes);
    const before = Math.min(bytes.length, Math.max(0, this.#begin - start));
    if (before > 0) this.#write(bytes.subarray(0, before));
    if (before < bytes.length) this.#held.push(bytes.subarray(before));
    this.#drawIfComplete();
  }

  /** Writes what is held back, at the end of the output. */
  finish(): void {
    if (this.#held.length > 0) this.#draw(Buffer.concat(this.#held));
    this.stop();
  }

  /** Drops what is held back. */
  stop(): void {
    this.#timer?.cancel();
    this.#begin = undefined;
    this.#held = [];
  }

  #drawIfComplete(): void {
    if (this.#begin === undefined || this.#end === undefined || this.#taken < this.#end) return;
    const bytes = Buffer.concat(this.#held);
    const length = this.#end - this.#begin;
    this.#timer?.cancel();
    this.#begin = undefined;
    this.#held = [];
    this.#draw(bytes.subarray(0, length));
    if (bytes.length > length) this.#write(bytes.subarray(length));
  }

  #draw(screen: Buffer): void {
    const enter = this.#modes.isFullScreen ? screen.indexOf(ENTER_ALTERNATE) : -1;
    const staysAlternate = enter >= 0;
    const reset = this.#modes.reset({ keepsScreen: staysAlternate });
    const fresh = Buffer.from(`${reset}${staysAlternate ? FRESH_ALTERNATE_SCREEN : FRESH_SCREEN}`);
    const title = staysAlternate ? (TITLE.exec(screen.toString('latin1', 0, 4096))?.[0] ?? '') : '';
    const shown = staysAlternate ? screen.subarray(enter + ENTER_ALTERNATE.length) : screen;
    this.#write(Buffer.concat([fresh, Buffer.from(title, 'latin1'), shown]));
  }
}
