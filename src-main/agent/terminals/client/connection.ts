import { assertNever } from '#shared/assert-never.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { LinkStream } from '#shared/link/index.ts';
import {
  CATCH_UP_BYTES,
  encodeViewerMessage,
  PTY_RESET_CANCELLED,
  RESET_DETACH,
  RESET_HANG_UP,
  PTY_RESET_PROTOCOL,
  TargetMessageParser,
  TerminalError,
} from '#shared/terminal/index.ts';
import type { TargetMessage, TerminalEnd, TerminalState, ViewerMessage } from '#shared/terminal/index.ts';
import { DroppedOutput } from '../screen/dropped-output.ts';

/** Reset codes in place of messages that can't be sent, because input is stuck before them. */
const RESETS = { close: RESET_HANG_UP, detach: RESET_DETACH } as const;

/** Terminal on a peer, as used by the device that shows it. */
export interface TerminalConnection {
  /** ID of the terminal at the peer. */
  readonly terminal: string;
  /** The requested folder doesn't exist at the peer; the shell has started in the home folder. */
  readonly hasNoFolder?: boolean;
  /** True if this device only views the terminal, which its holder shares. */
  readonly isView?: boolean;
  /** Sends input in order; earlier writes needn't be awaited. The connection owns `bytes` afterwards. Resolves when there is room for more. */
  write(bytes: Uint8Array): Promise<void>;
  /**
   * Returns the next output, in an array that the caller owns, or null at the end. The program waits while the caller doesn't read. After attaching,
   * the first bytes redraw screen and scrollback.
   */
  read(): Promise<Uint8Array | null>;
  resize(cols: number, rows: number): void;
  /**
   * Asks the peer to skip output that is on its way, for example after an interrupt. If much is dropped, `read` calls `onRedraw`. Undefined if the
   * peer can't skip output.
   * @param waiting bytes that were read but not drawn yet
   */
  catchUp?(waiting: number): void;
  /**
   * Called by `read` before it returns bytes that draw the current screen, without scrollback, onto an empty one. They replace dropped output. Not
   * called for the first bytes after attaching.
   */
  onRedraw?: (() => void) | undefined;
  /** Called by `read` once it has returned the last byte of a screen that `onRedraw` announced. */
  onRedrawn?: (() => void) | undefined;
  /** Viewers and recording state; undefined before the first notification. */
  readonly state?: TerminalState | undefined;
  onState?: ((state: TerminalState) => void) | undefined;
  /** Ends the input: the program reads end-of-file. */
  endInput(): void;
  /** Hangs the program up; drops input that the peer hasn't taken yet. Idempotent, like `detach`. */
  close(): void;
  /** Leaves the terminal running at the peer for a while, to be attached again. */
  detach(): void;
  /** Leaves the terminal as a lost link does: it ends after ten minutes if no device attaches. Idempotent, like `detach`. */
  abandon(): void;
  /** Resolves to the end of the terminal once the last output was read, or at once after `close` or `detach`. Never rejects. */
  readonly ended: Promise<TerminalEnd>;
  /** True if `close` was called before the terminal ended otherwise. */
  readonly isHungUp?: boolean;
}

/**
 * Function that resolves once the peer has answered a ping, even across outages. `wasAway` is true if the first ping got no answer. Rejects when the
 * session has ended.
 */
export type Answered = () => Promise<Readonly<{ wasAway: boolean }>>;

/** Terminal connection over a stream that the peer has accepted. Created by `openTerminal`. */
export class StreamConnection implements TerminalConnection {
  readonly terminal: string;
  readonly hasNoFolder: boolean;
  /** True for a viewer, which sends nothing but `detach`. */
  readonly isView: boolean;
  readonly ended: Promise<TerminalEnd>;
  readonly #stream: LinkStream;
  readonly #parser = new TargetMessageParser();
  /** Output that wasn't read yet; `redraw` and `redrawn` mark the start and the end of a snapshot. */
  #output: (Uint8Array | 'redraw' | 'redrawn')[] = [];
  /** True until the first snapshot after attaching, which doesn't call `onRedraw`. */
  #isAttaching: boolean;
  /** True while output is dropped until the next snapshot. */
  #isSkipping = false;
  /** The last of the dropped output, shown if the terminal ends before the snapshot. */
  readonly #skipped = new DroppedOutput();
  /** Title that the program set, repeated after each snapshot; undefined before the program sets one. */
  #title: string | undefined;
  onRedraw: (() => void) | undefined;
  onRedrawn: (() => void) | undefined;
  /** True from the start of a snapshot that is announced until its end. */
  #isRedrawing = false;
  readonly #settle: (end: TerminalEnd) => void;
  /** End of the terminal, reported only after all output was read; undefined while the terminal runs. */
  #end: TerminalEnd | undefined;
  #reading: Promise<void> | undefined;
  /** True once the stream brings nothing more. */
  #over = false;
  #left = false;
  #isHungUp = false;
  /** Number of writes that wait for room. */
  #writing = 0;
  #inputEnded = false;
  readonly #answered: Answered | undefined;
  /** True from a resize until the peer answers. */
  #isAwaitingAnswer = false;
  /** True if the size changed again meanwhile. */
  #isSizeNewer = false;
  #state: TerminalState | undefined;
  onState: ((state: TerminalState) => void) | undefined;

  /** @param options.answered called after each resize; without it the screen isn't redrawn after an outage */
  constructor(
    stream: LinkStream,
    terminal: string,
    {
      isAttaching,
      isView,
      hasNoFolder = false,
      answered,
    }: Readonly<{ isAttaching: boolean; isView: boolean; hasNoFolder?: boolean; answered?: Answered }>,
  ) {
    this.hasNoFolder = hasNoFolder;
    this.isView = isView;
    this.#answered = answered;
    this.#stream = stream;
    this.#isAttaching = isAttaching;
    this.terminal = terminal;
    ({ promise: this.ended, resolve: this.#settle } = Promise.withResolvers<TerminalEnd>());
    void stream.closed.then(() => this.#collectRest());
    this.#readAhead();
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#end !== undefined || this.#left) throw new TerminalError('terminal.ended', 'the terminal has ended');
    if (bytes.length === 0 || this.isView) return;
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
      if (next === 'redrawn') {
        this.onRedrawn?.();
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
    this.#send({ type: 'resize', cols, rows });
    if (!this.isView) void this.#redrawAfterOutage();
  }

  /**
   * Requests a redraw if the peer didn't answer a resize for a while: output written for one size and drawn at another leaves a wrong screen. The
   * request follows all sizes sent.
   */
  async #redrawAfterOutage(): Promise<void> {
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
        this.#send({ type: 'catch-up', anyway: true });
      }
    } catch {
      // The session is over. The terminal ends with it or is attached again, which redraws the screen.
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
    if (this.isView) return;
    let behind = waiting;
    for (const item of this.#output) if (typeof item !== 'string') behind += item.length;
    const anyway = behind >= CATCH_UP_BYTES;
    this.#send({ type: 'catch-up', anyway });
    // Drops output that wasn't read here either.
    if (anyway && !this.#isAttaching && !this.#isSkipping && this.#end === undefined && !this.#left) void this.#skip();
  }

  endInput(): void {
    if (this.#inputEnded) return;
    this.#inputEnded = true;
    this.#send({ type: 'end-of-input' });
  }

  close(): void {
    this.#leave({ type: this.isView ? 'detach' : 'close' });
  }

  detach(): void {
    this.#leave({ type: 'detach' });
  }

  abandon(): void {
    this.#leave(undefined);
  }

  /** @param message undefined: none, as after a lost link */
  #leave(message: Extract<ViewerMessage, { type: 'close' | 'detach' }> | undefined): void {
    if (this.#left) return;
    if (this.#writing > 0) {
      // A program that doesn't take its input must not prevent the hang-up: waiting input blocks every message.
      this.#stream.reset(message === undefined ? PTY_RESET_CANCELLED : RESETS[message.type]);
    } else {
      if (message !== undefined) this.#send(message);
      this.#stream.end().catch(() => undefined);
    }
    this.#left = true;
    this.#isHungUp = message?.type === 'close' && this.#end === undefined;
    this.#settle(this.#end ?? { exitCode: null, signal: null, code: null });
    void this.#collectRest();
  }

  async #skip(): Promise<void> {
    this.#isSkipping = true;
    for (const item of this.#output.splice(0)) if (typeof item !== 'string') this.#skipped.add(item);
    while (this.#isSkipping && !this.#over) await this.#receive();
  }

  /** Handles the start of a snapshot, which replaces all output not read yet. */
  #redraw({ cols, rows }: Readonly<{ cols: number; rows: number }>): void {
    this.#isSkipping = false;
    this.#skipped.clear();
    if (this.#isAttaching) {
      this.#isAttaching = false;
      return;
    }
    this.#output = ['redraw'];
    this.#isRedrawing = true;
    // The screen has the holder's size, sent within the output as a program would.
    if (this.isView) this.#output.push(toUtf8(`\u001bc\u001b[8;${rows};${cols}t`));
    // The program's last title may have been dropped too.
    if (this.#title !== undefined) this.#output.push(toUtf8(`\u001b]2;${this.#title}\u0007`));
  }

  /** Queues a message to the peer. Input that the program hasn't taken may delay it; the stream keeps the order. */
  #send(message: ViewerMessage): void {
    if (this.#end !== undefined || this.#left || (this.isView && message.type !== 'detach')) return;
    this.#stream.write(encodeViewerMessage(message)).catch(() => undefined);
  }

  /** Reads one chunk ahead, so that the end is known as soon as the last output was read. */
  #readAhead(): void {
    if (this.#output.length === 0 && !this.#over) void this.#receive();
  }

  /** Reads the stream once; concurrent callers share the read. */
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
        if (this.#isRedrawing && !this.#left) this.#output.push('redrawn');
        this.#isRedrawing = false;
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
    // No snapshot follows: the last output is drawn onto an empty screen.
    if (this.#isSkipping) this.#output = ['redraw', ...this.#skipped.take()];
    this.#isSkipping = false;
    if (this.#output.length === 0) this.#settle(end);
    this.#stream.end().catch(() => undefined);
    void this.#collectRest();
  }

  /** Reads and discards the rest of the stream, so that the stream finishes. */
  async #collectRest(): Promise<void> {
    while (!this.#over) await this.#receive();
  }
}
