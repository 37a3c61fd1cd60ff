import { assertNever } from '#shared/assert-never.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { LinkStream } from '#shared/link/index.ts';
import {
  CATCH_UP_BYTES,
  encodeViewerMessage,
  PTY_RESET_CANCELLED,
  RESET_HANG_UP,
  PTY_RESET_PROTOCOL,
  TargetMessageParser,
  TerminalError,
} from '#shared/terminal/index.ts';
import type { TargetMessage, TerminalEnd, TerminalState, ViewerMessage } from '#shared/terminal/index.ts';
import { DroppedOutput } from '../screen/dropped-output.ts';

/** A terminal on another device, as its viewer has it. */
export interface TerminalConnection {
  /** ID of the terminal at the peer. */
  readonly terminal: string;
  /** Input, in order, also without waiting; the bytes are the connection's afterwards. Resolves when there is room for more. */
  write(bytes: Uint8Array): Promise<void>;
  /**
   * The next output, in an array of the reader's own, or null at the end. A reader that does not come back makes the program wait. After
   * a re-attach the first bytes redraw screen and scrollback.
   */
  read(): Promise<Uint8Array | null>;
  resize(cols: number, rows: number): void;
  /**
   * Asks to skip output that is on its way, as after an interrupt. A large amount is dropped, and `onRedraw` tells the reader. Undefined if the peer
   * can't do that.
   * @param waiting bytes that were read and wait with the reader
   */
  catchUp?(waiting: number): void;
  /**
   * Called by `read` before it gives the first bytes that draw the screen as it is now, on an empty one, in place of output that was dropped. The
   * scrollback is not in it. Not for what an attached terminal begins with.
   */
  onRedraw?: (() => void) | undefined;
  /** Viewers and recording state; undefined before the first notification. */
  readonly state?: TerminalState | undefined;
  onState?: ((state: TerminalState) => void) | undefined;
  /** No more input follows: the program reads end-of-file. */
  endInput(): void;
  /** Hangs up; input that the other side has not taken yet is dropped. Idempotent, as `detach`. */
  close(): void;
  /** Leaves the terminal running for a while. */
  detach(): void;
  /** Resolves to the end of the terminal after the last output was read, or at once after `close` or `detach`. Never rejects. */
  readonly ended: Promise<TerminalEnd>;
  /** `close` came before anything else ended it. */
  readonly isHungUp?: boolean;
}

/** Resolves once the other side has answered, across outages; `wasAway`: it could not for a while. Rejects when the session is over. */
export type Answered = () => Promise<Readonly<{ wasAway: boolean }>>;

/** The side of the viewer, over the stream that the target has accepted. */
export class StreamConnection implements TerminalConnection {
  readonly terminal: string;
  readonly ended: Promise<TerminalEnd>;
  readonly #stream: LinkStream;
  readonly #parser = new TargetMessageParser();
  /** Output, and the places where a snapshot begins. */
  #output: (Uint8Array | 'redraw')[] = [];
  /** A snapshot comes first, which redraws nothing. */
  #isAttaching: boolean;
  /** Output is dropped until the next snapshot. */
  #isSkipping = false;
  /** The last of what was dropped, should the terminal end before the snapshot. */
  readonly #skipped = new DroppedOutput();
  /** Title that the program has set, for the next snapshot; undefined before it has. */
  #title: string | undefined;
  onRedraw: (() => void) | undefined;
  readonly #settle: (end: TerminalEnd) => void;
  /** Known, but not told while output waits to be read. */
  #end: TerminalEnd | undefined;
  #reading: Promise<void> | undefined;
  /** Nothing more comes. */
  #over = false;
  #left = false;
  #isHungUp = false;
  /** Writes that have not found room yet. */
  #writing = 0;
  #inputEnded = false;
  /** Nothing is said but that it goes. */
  readonly #isView: boolean;
  readonly #answered: Answered | undefined;
  /** A size was told, and the other side has not answered since. */
  #isAwaitingAnswer = false;
  /** Another size was told meanwhile. */
  #isSizeNewer = false;
  #state: TerminalState | undefined;
  onState: ((state: TerminalState) => void) | undefined;

  /** @param options.answered asked after each change of size; without it the screen is not drawn again after an outage */
  constructor(
    stream: LinkStream,
    terminal: string,
    { isAttaching, isView, answered }: Readonly<{ isAttaching: boolean; isView: boolean; answered?: Answered }>,
  ) {
    this.#isView = isView;
    this.#answered = answered;
    this.#stream = stream;
    this.#isAttaching = isAttaching;
    this.terminal = terminal;
    let settle: (end: TerminalEnd) => void = () => undefined;
    this.ended = new Promise((resolve) => {
      settle = resolve;
    });
    this.#settle = settle;
    void stream.closed.then(() => this.#collectRest());
    this.#readAhead();
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#end !== undefined || this.#left) throw new TerminalError('terminal.ended', 'the terminal has ended');
    if (bytes.length === 0 || this.#isView) return;
    this.#writing += 1;
    try {
      await this.#stream.write(encodeViewerMessage({ type: 'input', bytes }));
    } finally {
      this.#writing -= 1;
    }
  }

  async read(): Promise<Uint8Array | null> {
    for (;;) {
      if (this.#left) return null;
      const next = this.#output.shift();
      if (next === 'redraw') {
        this.onRedraw?.();
        continue;
      }
      if (next !== undefined) {
        this.#readAhead();
        return next;
      }
      if (this.#end !== undefined) {
        this.#settle(this.#end);
        return null;
      }
      await this.#receive();
    }
  }

  resize(cols: number, rows: number): void {
    this.#say({ type: 'resize', cols, rows });
    if (!this.#isView) void this.#keepInStep();
  }

  /**
   * Output that was written for one size and drawn in another leaves a screen that is not the program's. Where the other side could not answer for a
   * while, the screen of now is asked for, behind all sizes that were told.
   */
  async #keepInStep(): Promise<void> {
    if (this.#answered === undefined) return;
    this.#isSizeNewer = true;
    if (this.#isAwaitingAnswer) return;
    this.#isAwaitingAnswer = true;
    try {
      while (this.#isSizeNewer) {
        this.#isSizeNewer = false;
        const { wasAway } = await this.#answered();
        if (!wasAway) continue;
        this.#isSizeNewer = false;
        this.#say({ type: 'catch-up', anyway: true });
      }
    } catch {
      // The session is over, and the terminal with it or attached again, which draws its screen.
    } finally {
      this.#isAwaitingAnswer = false;
    }
  }

  get state(): TerminalState | undefined {
    return this.#state;
  }

  get isHungUp(): boolean {
    return this.#isHungUp;
  }

  catchUp(waiting: number): void {
    if (this.#isView) return;
    let behind = waiting;
    for (const item of this.#output) if (item !== 'redraw') behind += item.length;
    const anyway = behind >= CATCH_UP_BYTES;
    this.#say({ type: 'catch-up', anyway });
    // What is not read here is dropped with it.
    if (anyway && !this.#isAttaching && !this.#isSkipping && this.#end === undefined && !this.#left) void this.#skip();
  }

  endInput(): void {
    if (this.#inputEnded) return;
    this.#inputEnded = true;
    this.#say({ type: 'end-of-input' });
  }

  close(): void {
    this.#leave({ type: this.#isView ? 'detach' : 'close' });
  }

  detach(): void {
    this.#leave({ type: 'detach' });
  }

  #leave(message: ViewerMessage): void {
    if (this.#left) return;
    if (this.#writing > 0) {
      // A program that does not take its input must not keep us from hanging up: what waits is in the way of any message.
      this.#stream.reset(message.type === 'close' ? RESET_HANG_UP : PTY_RESET_CANCELLED);
    } else {
      this.#say(message);
      this.#stream.end().catch(() => undefined);
    }
    this.#left = true;
    this.#isHungUp = message.type === 'close' && this.#end === undefined;
    this.#settle(this.#end ?? { exitCode: null, signal: null, code: null });
    void this.#collectRest();
  }

  async #skip(): Promise<void> {
    this.#isSkipping = true;
    for (const item of this.#output.splice(0)) if (item !== 'redraw') this.#skipped.add(item);
    while (this.#isSkipping && !this.#over) await this.#receive();
  }

  /** A snapshot begins: what was not read before it is on it. */
  #redraw({ cols, rows }: Readonly<{ cols: number; rows: number }>): void {
    this.#isSkipping = false;
    this.#skipped.clear();
    if (this.#isAttaching) {
      this.#isAttaching = false;
      return;
    }
    this.#output = ['redraw'];
    // Its size is the holder's: told in its place, as a program would.
    if (this.#isView) this.#output.push(toUtf8(`\u001bc\u001b[8;${rows};${cols}t`));
    // The program's last word on it may have been dropped as well.
    if (this.#title !== undefined) this.#output.push(toUtf8(`\u001b]2;${this.#title}\u0007`));
  }

  /** Input that the program does not take may hold this back as well; the stream keeps the order. */
  #say(message: ViewerMessage): void {
    if (this.#end !== undefined || this.#left || (this.#isView && message.type !== 'detach')) return;
    this.#stream.write(encodeViewerMessage(message)).catch(() => undefined);
  }

  /** By one chunk, so that the end is known as soon as the last output has been read. */
  #readAhead(): void {
    if (this.#output.length === 0 && !this.#over) void this.#receive();
  }

  /** One read of the stream at a time, shared by all who wait for it. */
  #receive(): Promise<void> {
    this.#reading ??= this.#receiveOnce().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #receiveOnce(): Promise<void> {
    try {
      const bytes = await this.#stream.read();
      this.#over = bytes === null;
      if (bytes === null) this.#finish({ exitCode: null, signal: null, code: 'terminal.protocol' });
      else for (const message of this.#parser.push(bytes)) this.#take(message);
    } catch (error) {
      this.#over = true;
      const code = errorCode(error);
      const broken = code.startsWith('format.');
      if (broken) this.#stream.reset(PTY_RESET_PROTOCOL);
      this.#finish({ exitCode: null, signal: null, code: broken ? 'terminal.protocol' : code });
    }
  }

  #take(message: TargetMessage): void {
    switch (message.type) {
      case 'output':
        if (this.#isSkipping) this.#skipped.add(message.bytes);
        else if (!this.#left) this.#output.push(message.bytes);
        return;
      case 'ended':
        this.#finish(message.end);
        return;
      case 'snapshot-begin':
        if (!this.#left) this.#redraw(message);
        return;
      case 'snapshot-end':
        return;
      case 'title':
        this.#title = message.title;
        return;
      case 'state':
        this.#state = message.state;
        this.onState?.(message.state);
        return;
      case 'listing':
        this.#stream.reset(PTY_RESET_PROTOCOL);
        this.#finish({ exitCode: null, signal: null, code: 'terminal.protocol' });
        return;
      default:
        assertNever(message);
    }
  }

  #finish(end: TerminalEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    // No snapshot comes any more: its last words, on an empty screen.
    if (this.#isSkipping) this.#output = ['redraw', ...this.#skipped.take()];
    this.#isSkipping = false;
    if (this.#output.length === 0) this.#settle(end);
    this.#stream.end().catch(() => undefined);
    void this.#collectRest();
  }

  /** After the end, after we left, or when the stream is over without a reader: what is still there, so that the stream finishes. */
  async #collectRest(): Promise<void> {
    while (!this.#over) await this.#receive();
  }
}
