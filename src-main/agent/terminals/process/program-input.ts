import type { Clock, Timer } from '#shared/clock.ts';

/** Unread input above which `write` waits, bytes. */
export const MAX_INPUT_BACKLOG = 262_144;

const END_OF_FILE = 0x04;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
/** First and longest delay before the end of input is sent again, ms. */
const FIRST_REPEAT = 250;
const LONGEST_REPEAT = 5000;

/**
 * Sends typed input to the program of a terminal: limits the unread backlog, and repeats the end of input until it works. When the terminal passes to
 * another device, pending writes resolve and the end of input is no longer repeated. Each `Terminal` has one.
 */
export class ProgramInput {
  readonly #clock: Clock;
  readonly #send: (bytes: Uint8Array) => void;
  /** Counts changes of the typing device. */
  #turn = 0;
  #isHungUp = false;
  #isOver = false;
  #backlog = 0;
  #wake: (() => void) | undefined;
  #isLineOpen = false;
  #repeat: Timer | undefined;

  /** @param send sends bytes to the program; `taken` reports how many it has read */
  constructor(clock: Clock, send: (bytes: Uint8Array) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  /** Sends input. Resolves when the backlog is below the limit. */
  async write(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0 || this.#isOver) return;
    const turn = this.#turn;
    const last = bytes.at(-1);
    this.#isLineOpen = last !== NEWLINE && last !== RETURN;
    this.#backlog += bytes.length;
    this.#send(bytes);
    while (this.#backlog > MAX_INPUT_BACKLOG && !this.#isOver && turn === this.#turn) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /**
   * Ends the input with VEOF (after an unfinished line twice, since the first one only sends that line). Repeats it until the
   * program exits: a program that changes the terminal's mode, as shells do when they start, loses the character, and one that
   * reads on must find the end again. A shell with its own line editor ignores VEOF after an unfinished line; if nothing
   * helps, the line is ended first.
   */
  async end(): Promise<void> {
    const isLineOpen = this.#isLineOpen;
    const turn = this.#turn;
    await this.write(isLineOpen ? Uint8Array.of(END_OF_FILE, END_OF_FILE) : Uint8Array.of(END_OF_FILE));
    // Another device may have attached meanwhile: its input isn't over.
    if (turn === this.#turn) this.#repeatEnd(FIRST_REPEAT, isLineOpen);
  }

  /** Reports that the program has read this many bytes. */
  taken(bytes: number): void {
    this.#backlog = Math.max(0, this.#backlog - bytes);
    if (this.#backlog <= MAX_INPUT_BACKLOG) this.#goOn();
  }

  /** Reports that the typing device has gone or changed: resolves pending writes and stops repeating the end of input. */
  changesHands(): void {
    this.#turn += 1;
    this.#repeat?.cancel();
    this.#goOn();
  }

  /** Reports that the program was hung up: stops repeating the end of input. */
  hungUp(): void {
    this.#isHungUp = true;
    this.#repeat?.cancel();
  }

  /** Stops everything: the program has exited, or another agent has taken the terminal over. */
  close(): void {
    this.#isOver = true;
    this.#repeat?.cancel();
    this.#goOn();
  }

  #repeatEnd(delay: number, isLineOpen: boolean): void {
    this.#repeat?.cancel();
    if (this.#isOver || this.#isHungUp) return;
    this.#repeat = this.#clock.setTimer(delay, () => {
      const isTaken = this.#backlog === 0;
      const endsLine = isTaken && isLineOpen && delay > FIRST_REPEAT;
      if (isTaken) void this.write(endsLine ? Uint8Array.of(RETURN, END_OF_FILE) : Uint8Array.of(END_OF_FILE));
      this.#repeatEnd(Math.min(delay * 2, LONGEST_REPEAT), isLineOpen && !endsLine);
    });
  }

  #goOn(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
