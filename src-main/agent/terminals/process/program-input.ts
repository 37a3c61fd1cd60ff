import type { Clock, Timer } from '#shared/clock.ts';

/** Input that the program has not taken above which who types has to wait, bytes. */
export const MAX_INPUT_BACKLOG = 262_144;

const END_OF_FILE = 0x04;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
/** First and longest time after which the end of input is said again, ms. */
const FIRST_REPEAT = 250;
const LONGEST_REPEAT = 5000;

/**
 * The way from who types at a terminal to its program: so much on the way at most, and an end of input that arrives. Both are of the one who
 * types: when that one goes, or somebody else comes, nothing of it waits for room and no end is said again.
 */
export class ProgramInput {
  readonly #clock: Clock;
  readonly #send: (bytes: Uint8Array) => void;
  /** Counts changes of the typing viewer. */
  #turn = 0;
  #isHungUp = false;
  #isOver = false;
  #backlog = 0;
  #wake: (() => void) | undefined;
  #isLineOpen = false;
  #repeat: Timer | undefined;

  /** @param send to the program, which tells by `taken` how much of it has arrived */
  constructor(clock: Clock, send: (bytes: Uint8Array) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  /** Resolves when there is room for more. */
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
   * Ends the input with VEOF, which after half a line only sends that half. Repeats it until the program has gone: the character is lost if the
   * program changes the terminal's mode meanwhile, as every shell does when it starts, and a program that reads on must find the end again. A shell
   * with its own line editor ignores VEOF after half a line, so such a line is ended if the character alone doesn't help.
   */
  async end(): Promise<void> {
    const isLineOpen = this.#isLineOpen;
    const turn = this.#turn;
    await this.write(isLineOpen ? Uint8Array.of(END_OF_FILE, END_OF_FILE) : Uint8Array.of(END_OF_FILE));
    // The input of who has come meanwhile is not over.
    if (turn === this.#turn) this.#repeatEnd(FIRST_REPEAT, isLineOpen);
  }

  /** The program has read so many bytes. */
  taken(bytes: number): void {
    this.#backlog = Math.max(0, this.#backlog - bytes);
    if (this.#backlog <= MAX_INPUT_BACKLOG) this.#goOn();
  }

  /** Discards what the previous viewer has typed and not yet sent: it has gone, or another one types from now on. */
  changesHands(): void {
    this.#turn += 1;
    this.#repeat?.cancel();
    this.#goOn();
  }

  /** The program is to go: it needs to be told of no end. */
  hungUp(): void {
    this.#isHungUp = true;
    this.#repeat?.cancel();
  }

  /** The program has gone, or is another agent's. */
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
