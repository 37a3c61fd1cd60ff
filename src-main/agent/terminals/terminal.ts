import type { Clock, Timer } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { LinkStream } from '#shared/link/index.ts';
import { CATCH_UP_BYTES, DETACHED_LIFETIME } from '#shared/terminal/index.ts';
import type { TerminalEnd, TerminalError, TerminalErrorCode, TerminalListing } from '#shared/terminal/index.ts';
import type { Pty, PtyEvents, PtyExit, SnapshotPart } from './pty-host/backend.ts';
import { Audience } from './viewers/audience.ts';
import { ProgramInput } from './process/program-input.ts';
import { HolderStream } from './viewers/holder-stream.ts';

/** Time within which sizes from the holder count as one change, ms: the program and its screen see only the last one. */
const RESIZE_WINDOW = 40;

/** Size that the holder requested, until `RESIZE_WINDOW` is over. `strayed`: the holder's screen had another size than the program's meanwhile. */
type RequestedSize = Readonly<{ holder: HolderStream; cols: number; rows: number; strayed: boolean; timer: Timer }>;

export type TerminalDevice = Readonly<{ peerId: PeerId; name: string }>;

export type TerminalOptions = Readonly<{
  terminal: string;
  opener: TerminalDevice;
  owner: TerminalDevice;
  title: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  /** True if the terminal was opened for a command instead of the shell, as far as this agent knows. */
  isCommand?: boolean;
  cols: number;
  rows: number;
  clock: Clock;
  /** Called once, when the program has exited or the terminal was ended. */
  onEnd(end: TerminalEnd): void;
  /** Creates a recorder of everything that the terminal shows; undefined if it isn't recorded. */
  record?(cols: number, rows: number): TerminalRecorder | undefined;
}>;

/** Recorder of everything that a terminal shows. */
export interface TerminalRecorder {
  output(bytes: Uint8Array): void;
  resize(cols: number, rows: number): void;
  redraw(): void;
  stop(): Promise<void>;
}

/**
 * Terminal that runs on this device for a peer: passes the PTY's output to the holder, while one is attached, and to the viewers, and the holder's
 * input to the program. A terminal whose holder was lost is hung up after ten minutes; one that a person has left runs until its program ends. Created
 * by `TerminalService`.
 */
export class Terminal implements PtyEvents {
  readonly terminal: string;
  readonly opener: TerminalDevice;
  /** Viewers of this terminal. */
  readonly audience: Audience;
  /** Input from the holder. */
  readonly input: ProgramInput;
  readonly #clock: Clock;
  readonly #onEnd: (end: TerminalEnd) => void;
  readonly startedAt: number;
  readonly isCommand: boolean;
  #owner: TerminalDevice;
  #title: string;
  /** True if the program itself set the title. */
  #isTitled = false;
  #cols: number;
  #rows: number;
  #pty: Pty | undefined;
  /** Events that came before `start`: the host's answer and the first output may come in one chunk. */
  readonly #early: (() => void)[] = [];
  #holder: HolderStream | undefined;
  /** Number of the requested snapshot, before which output is dropped; undefined if none is awaited. */
  #awaited: number | undefined;
  #snapshots = 0;
  /** True while output belongs to a snapshot. */
  #isDrawing = false;
  #requestedSize: RequestedSize | undefined;
  /** True if the size changed after the last snapshot was requested. */
  #isResizedSince = false;
  #detached: Timer | undefined;
  /** Time at which `#detached` ends the terminal, ms since 1970. */
  #endsAt = 0;
  /** True after a person has left the terminal, until a device attaches. */
  #isLeft = false;
  #hungUp = false;
  #over = false;
  readonly #recorder: TerminalRecorder | undefined;
  /** State of viewers and recording last sent to the holder, as JSON; empty before the first. */
  #sentState = '';

  constructor(options: TerminalOptions) {
    this.terminal = options.terminal;
    this.opener = options.opener;
    this.#owner = options.owner;
    this.#clock = options.clock;
    this.input = new ProgramInput(options.clock, (bytes) => this.#pty?.write(bytes));
    this.#onEnd = options.onEnd;
    this.startedAt = options.startedAt;
    this.isCommand = options.isCommand ?? false;
    this.#title = options.title;
    this.#cols = options.cols;
    this.#rows = options.rows;
    this.audience = new Audience(
      options.clock,
      (request) => this.#pty?.peek(request),
      () => this.#audienceChanged(),
    );
    this.#recorder = options.record?.(options.cols, options.rows);
  }

  /** Device that holds the terminal now. */
  get owner(): TerminalDevice {
    return this.#owner;
  }

  get listing(): Omit<TerminalListing, 'openedBy' | 'heldBy' | 'program'> {
    return {
      terminal: this.terminal,
      title: this.#title,
      startedAt: this.startedAt,
      attached: this.#holder !== undefined,
      cols: this.#cols,
      rows: this.#rows,
    };
  }

  /** Time at which the terminal ends unless a device attaches, ms since 1970; undefined while one is attached, and after a person has left it. */
  get endsAt(): number | undefined {
    return this.#holder !== undefined || this.#isLeft ? undefined : this.#endsAt;
  }

  /** Process ID of the program that the terminal was opened with; undefined before it has started. */
  get pid(): number | undefined {
    return this.#pty?.pid;
  }

  /** True once the terminal is being ended; no device can attach any more. */
  get hungUp(): boolean {
    return this.#hungUp;
  }

  isAttachedBy(holder: HolderStream): boolean {
    return this.#holder === holder;
  }

  /** Starts to serve the first holder, once the program has started; it gets all output from the beginning. */
  start(pty: Pty, stream: LinkStream): HolderStream {
    this.#pty = pty;
    const holder = this.#attachStream(stream);
    for (const event of this.#early.splice(0)) event();
    return holder;
  }

  /** Takes over a detached terminal from the previous agent. @param isLeft a person has left it, so it has no time limit */
  resume(pty: Pty, isLeft: boolean): void {
    this.#pty = pty;
    this.#isLeft = isLeft;
    if (!isLeft) this.#waitForHolder();
  }

  /** Makes another device the holder; the `attach` that follows disconnects the previous one. */
  setOwner(owner: TerminalDevice, granted: boolean): void {
    this.#owner = owner;
    this.#pty?.setOwner(owner, granted);
  }

  /** Attaches the holder by a new stream, and redraws the screen there. A previous stream is notified and ended. */
  attach(stream: LinkStream, cols: number, rows: number): HolderStream {
    this.#dismiss('terminal.taken-over');
    this.#forgetRequestedSize();
    this.#detached?.cancel();
    this.#setLeft(false);
    const holder = this.#attachStream(stream);
    if (this.#title !== '') holder.message({ type: 'title', title: this.#title });
    this.resize(cols, rows);
    this.#requestSnapshot('all');
    return holder;
  }

  /**
   * Skips output that the holder no longer needs. If that is much, or the holder asks to skip `anyway`, all of it is dropped and the current screen
   * follows: a terminal's state depends on each byte, so nothing less can replace dropped output.
   */
  catchUp(holder: HolderStream, anyway: boolean): void {
    if (this.#holder !== holder || this.#over || this.#hungUp) return;
    this.applyRequestedSize();
    if (this.#awaited !== undefined && !this.#isResizedSince) return;
    if (!anyway && holder.waiting < CATCH_UP_BYTES) return;
    holder.skip();
    if (this.#isTitled) holder.message({ type: 'title', title: this.#title });
    this.#requestSnapshot('screen');
  }

  /**
   * Detaches a holder whose stream has ended. Does nothing if another stream is attached.
   * @param isWanted a person has left the terminal: it runs on without a time limit, else for ten minutes
   */
  detach(holder: HolderStream, isWanted: boolean): void {
    if (this.#holder !== holder) return;
    this.#forgetRequestedSize();
    this.#holder = undefined;
    this.input.changesHands();
    holder.silence();
    if (this.#over || this.#hungUp) return;
    if (!this.audience.isWatched) this.#pty?.mute();
    this.#setLeft(isWanted);
    if (!isWanted) this.#waitForHolder();
  }

  /**
   * Requests the size of the holder's screen. Sizes that come together, as after an outage, count as one: a program that is resized there and back
   * sees no change and draws nothing, while the holder's screen has lost what didn't fit.
   */
  requestSize(holder: HolderStream, cols: number, rows: number): void {
    if (this.#holder !== holder || this.#over || this.#hungUp) return;
    const before = this.#requestedSize;
    const strayed = before?.strayed === true || cols !== this.#cols || rows !== this.#rows;
    const timer = before?.timer ?? this.#clock.setTimer(RESIZE_WINDOW, () => this.applyRequestedSize());
    this.#requestedSize = { holder, cols, rows, strayed, timer };
  }

  /** Applies the requested size at once: before input, which is meant for it, and before a snapshot. */
  applyRequestedSize(): void {
    const requested = this.#requestedSize;
    if (requested === undefined) return;
    this.#forgetRequestedSize();
    const isBack = requested.cols === this.#cols && requested.rows === this.#rows;
    if (!isBack) this.resize(requested.cols, requested.rows);
    // The screen here is complete; the holder's was smaller for a while.
    else if (requested.strayed) this.catchUp(requested.holder, true);
  }

  resize(cols: number, rows: number): void {
    if (cols === this.#cols && rows === this.#rows) return;
    this.#isResizedSince = true;
    this.#cols = cols;
    this.#rows = rows;
    this.#pty?.resize(cols, rows);
    this.#recorder?.resize(cols, rows);
    this.audience.interrupted();
  }

  /** Sends SIGHUP to the program; `exited` follows. Output is dropped from now on, but the exit is still reported. */
  hangUp(): void {
    this.input.hungUp();
    this.#forgetRequestedSize();
    this.#detached?.cancel();
    if (this.#hungUp) return;
    this.#hungUp = true;
    this.#pty?.mute();
    this.#pty?.hangUp();
    this.#holder?.silence();
  }

  /**
   * Stops serving without ending the program: when the terminal outlives its agent, so that the holder sees a lost link instead of an end, or when
   * the terminal was never served.
   */
  leave(): void {
    this.#over = true;
    void this.#recorder?.stop();
    this.input.close();
    this.#forgetRequestedSize();
    this.#detached?.cancel();
  }

  /** Ends the terminal at once, whatever its program does: after a revoked right, or at shutdown. */
  end(code: TerminalErrorCode): void {
    if (this.#over) return;
    this.hangUp();
    this.#dismiss(code);
    this.#finish({ exitCode: null, signal: null, code });
  }

  data(bytes: Uint8Array): void {
    if (this.#pty === undefined) {
      this.#early.push(() => {
        this.data(bytes);
      });
      return;
    }
    // Output before an awaited snapshot is dropped, and viewers already have what a snapshot redraws.
    if (this.#awaited === undefined && !this.#hungUp) {
      this.#recorder?.output(bytes);
      if (!this.#isDrawing) this.audience.output(bytes);
    }
    if (this.#holder === undefined || this.#awaited !== undefined || this.#hungUp) this.#pty.acknowledge(bytes.length);
    else this.#holder.output(bytes);
  }

  snapshotBegin(request: number, cols: number, rows: number): void {
    if (request !== this.#awaited) return;
    this.#awaited = undefined;
    this.#isDrawing = true;
    this.#recorder?.redraw();
    this.#holder?.message({ type: 'snapshot-begin', cols, rows });
  }

  snapshotEnd(): void {
    if (this.#awaited !== undefined) return;
    this.#isDrawing = false;
    this.#holder?.message({ type: 'snapshot-end' });
    this.audience.interrupted();
  }

  peekBegin(request: number, cols: number, rows: number): void {
    this.audience.peekBegin(request, cols, rows);
  }

  peekData(bytes: Uint8Array): void {
    this.audience.peekData(bytes);
  }

  peekEnd(): void {
    this.audience.peekEnd();
  }

  title(title: string): void {
    this.#title = title;
    this.#isTitled = true;
    this.audience.title(title);
  }

  inputTaken(bytes: number): void {
    this.input.taken(bytes);
  }

  exited(exit: PtyExit): void {
    this.#ended({ ...exit, code: null });
  }

  lost(error: TerminalError): void {
    this.#ended({ exitCode: null, signal: null, code: error.code });
  }

  /** Requests a snapshot; output is dropped until it begins. */
  #requestSnapshot(part: SnapshotPart): void {
    this.#snapshots += 1;
    this.#awaited = this.#snapshots;
    this.#isResizedSince = false;
    this.#isDrawing = false;
    this.audience.interrupted();
    this.#pty?.snapshot(this.#awaited, part);
  }

  #forgetRequestedSize(): void {
    this.#requestedSize?.timer.cancel();
    this.#requestedSize = undefined;
  }

  /** Notes whether a person has left the terminal, also in its host, for the next agent. */
  #setLeft(isLeft: boolean): void {
    if (isLeft === this.#isLeft) return;
    this.#isLeft = isLeft;
    this.#pty?.setLeft(isLeft);
  }

  #waitForHolder(): void {
    this.#endsAt = Math.floor(this.#clock.now()) + DETACHED_LIFETIME;
    this.#detached = this.#clock.setTimer(DETACHED_LIFETIME, () => {
      this.hangUp();
    });
  }

  #ended(end: TerminalEnd): void {
    if (this.#over) return;
    if (this.#pty === undefined) {
      this.#early.push(() => {
        this.#ended(end);
      });
      return;
    }
    this.#holder?.finish(end);
    this.#finish(end);
  }

  #attachStream(stream: LinkStream): HolderStream {
    const holder = new HolderStream(stream, this.#clock, (bytes) => this.#pty?.acknowledge(bytes));
    this.#holder = holder;
    this.input.changesHands();
    this.#sentState = '';
    this.#sendState();
    return holder;
  }

  #audienceChanged(): void {
    if (this.#over) return;
    if (!this.audience.isWatched && this.#holder === undefined && !this.#hungUp) this.#pty?.mute();
    this.#sendState();
  }

  /** Sends the holder the list of viewers and whether the terminal is recorded; nothing while there are no viewers and no recording. */
  #sendState(): void {
    const state = { recorded: this.#recorder !== undefined, viewers: this.audience.state };
    const text = JSON.stringify(state);
    const isPlain = !state.recorded && state.viewers.length === 0;
    if (text === this.#sentState || (isPlain && this.#sentState === '')) return;
    this.#sentState = text;
    this.#holder?.message({ type: 'state', state });
  }

  #dismiss(code: TerminalErrorCode): void {
    const holder = this.#holder;
    this.#holder = undefined;
    holder?.abort({ exitCode: null, signal: null, code });
  }

  #finish(end: TerminalEnd): void {
    this.#over = true;
    this.audience.finish(end);
    void this.#recorder?.stop();
    this.#holder = undefined;
    this.input.close();
    this.#forgetRequestedSize();
    this.#detached?.cancel();
    this.#onEnd(end);
  }
}
