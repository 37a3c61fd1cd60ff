import type { Clock, Timer } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { LinkStream } from '#shared/link/index.ts';
import { CATCH_UP_BYTES } from '#shared/terminal/index.ts';
import type { TerminalEnd, TerminalError, TerminalErrorCode, TerminalListing } from '#shared/terminal/index.ts';
import type { Pty, PtyEvents, PtyExit, SnapshotPart } from './pty-host/backend.ts';
import { Audience } from './viewers/audience.ts';
import { ProgramInput } from './process/program-input.ts';
import { Viewer } from './viewers/viewer.ts';

/** Time for which a detached terminal goes on running, ms. */
const DETACHED_LIFETIME = 600_000;
/** Sizes of a viewer that come within this time count as one change, ms: a program and its screen see the last one only. */
const RESIZE_WINDOW = 40;

/** The size that a viewer wants, until the window is over. `strayed`: its own screen had another size than the program meanwhile. */
type WantedSize = Readonly<{ viewer: Viewer; cols: number; rows: number; strayed: boolean; timer: Timer }>;

export type TerminalDevice = Readonly<{ peerId: PeerId; name: string }>;

export type TerminalOptions = Readonly<{
  terminal: string;
  opener: TerminalDevice;
  owner: TerminalDevice;
  title: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  /** True if it was opened for a command instead of the shell, as far as this agent knows. */
  isCommand?: boolean;
  cols: number;
  rows: number;
  clock: Clock;
  /** Called once when its program has gone or it was ended. */
  onEnd(end: TerminalEnd): void;
  /** Everything that it shows is written down as well. */
  record?(cols: number, rows: number): TerminalRecorder | undefined;
}>;

/** Writes down what a terminal shows. */
export interface TerminalRecorder {
  output(bytes: Uint8Array): void;
  resize(cols: number, rows: number): void;
  redraw(): void;
  stop(): Promise<void>;
}

/** One terminal of the target side: its program, and at most one viewer. */
export class Terminal implements PtyEvents {
  readonly terminal: string;
  readonly opener: TerminalDevice;
  /** Viewers that watch it. */
  readonly audience: Audience;
  /** Input of its holder. */
  readonly input: ProgramInput;
  readonly #clock: Clock;
  readonly #onEnd: (end: TerminalEnd) => void;
  readonly startedAt: number;
  readonly isCommand: boolean;
  #owner: TerminalDevice;
  #title: string;
  /** By the program itself. */
  #isTitled = false;
  #cols: number;
  #rows: number;
  #pty: Pty | undefined;
  /** Events before `start`: the host's answer and the first output may come in one chunk. */
  readonly #early: (() => void)[] = [];
  #viewer: Viewer | undefined;
  /** Number of the snapshot that has to come before output counts again. */
  #awaited: number | undefined;
  #snapshots = 0;
  /** Output redraws what was there. */
  #isDrawing = false;
  #wantedSize: WantedSize | undefined;
  /** The size changed after the last snapshot was asked for. */
  #isResizedSince = false;
  #detached: Timer | undefined;
  #hungUp = false;
  #over = false;
  readonly #recorder: TerminalRecorder | undefined;
  /** State of viewers and recording that the holder was told last. */
  #toldState = '';

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

  /** Device that holds it now. */
  get owner(): TerminalDevice {
    return this.#owner;
  }

  get listing(): Omit<TerminalListing, 'openedBy' | 'heldBy' | 'program'> {
    return {
      terminal: this.terminal,
      title: this.#title,
      startedAt: this.startedAt,
      attached: this.#viewer !== undefined,
      cols: this.#cols,
      rows: this.#rows,
    };
  }

  /** The process that it was opened with; undefined before that has started. */
  get pid(): number | undefined {
    return this.#pty?.pid;
  }

  /** True once it is to end: no viewer can attach any more. */
  get hungUp(): boolean {
    return this.#hungUp;
  }

  isWatchedBy(viewer: Viewer): boolean {
    return this.#viewer === viewer;
  }

  /** The program has started; its first viewer sees everything from the beginning. */
  start(pty: Pty, stream: LinkStream): Viewer {
    this.#pty = pty;
    const viewer = this.#watch(stream);
    for (const event of this.#early.splice(0)) event();
    return viewer;
  }

  /** Takes over a terminal that runs detached. */
  resume(pty: Pty): void {
    this.#pty = pty;
    this.#waitForViewer();
  }

  /** Another device has it from now on; whoever watches it is sent away by the `attach` that follows. */
  handOver(owner: TerminalDevice, granted: boolean): void {
    this.#owner = owner;
    this.#pty?.handOver(owner, granted);
  }

  /** Shows the terminal to a viewer that comes later; the one before it is told and sent away. */
  attach(stream: LinkStream, cols: number, rows: number): Viewer {
    this.#dismiss('terminal.taken-over');
    this.#forgetWantedSize();
    this.#detached?.cancel();
    const viewer = this.#watch(stream);
    if (this.#title !== '') viewer.message({ type: 'title', title: this.#title });
    this.resize(cols, rows);
    this.#askSnapshot('all');
    return viewer;
  }

  /**
   * Skips output that the viewer no longer needs. If that is much, or it asks to skip `anyway`, all of it is dropped and the current screen follows:
   * a terminal's state depends on each byte, so nothing less can replace what was left out.
   */
  catchUp(viewer: Viewer, anyway: boolean): void {
    if (this.#viewer !== viewer || this.#over || this.#hungUp) return;
    this.settleSize();
    if (this.#awaited !== undefined && !this.#isResizedSince) return;
    if (!anyway && viewer.waiting < CATCH_UP_BYTES) return;
    viewer.skip();
    if (this.#isTitled) viewer.message({ type: 'title', title: this.#title });
    this.#askSnapshot('screen');
  }

  /** Detaches a viewer whose stream has ended. The terminal goes on for a while; nothing happens if another viewer has come. */
  detach(viewer: Viewer): void {
    if (this.#viewer !== viewer) return;
    this.#forgetWantedSize();
    this.#viewer = undefined;
    this.input.changesHands();
    viewer.silence();
    if (this.#over || this.#hungUp) return;
    if (!this.audience.isWatched) this.#pty?.mute();
    this.#waitForViewer();
  }

  /**
   * The size of the viewer's screen. Sizes that come together, as after an outage, are taken as one: a program that is told there and back sees no
   * change and draws nothing, while its screen has lost what did not fit.
   */
  wantSize(viewer: Viewer, cols: number, rows: number): void {
    if (this.#viewer !== viewer || this.#over || this.#hungUp) return;
    const before = this.#wantedSize;
    const strayed = before?.strayed === true || cols !== this.#cols || rows !== this.#rows;
    const timer = before?.timer ?? this.#clock.setTimer(RESIZE_WINDOW, () => this.settleSize());
    this.#wantedSize = { viewer, cols, rows, strayed, timer };
  }

  /** Takes the size that is wanted now: before input, which is meant for it, and before a snapshot. */
  settleSize(): void {
    const wanted = this.#wantedSize;
    if (wanted === undefined) return;
    this.#forgetWantedSize();
    const isBack = wanted.cols === this.#cols && wanted.rows === this.#rows;
    if (!isBack) this.resize(wanted.cols, wanted.rows);
    // The screen here is whole; that of the viewer was smaller for a while.
    else if (wanted.strayed) this.catchUp(wanted.viewer, true);
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

  /** SIGHUP; its end follows as `exited`. Output from here on is dropped, the exit is still told. */
  hangUp(): void {
    this.input.hungUp();
    this.#forgetWantedSize();
    this.#detached?.cancel();
    if (this.#hungUp) return;
    this.#hungUp = true;
    this.#pty?.mute();
    this.#pty?.hangUp();
    this.#viewer?.silence();
  }

  /** Nothing is to come of it here: its agent goes and it stays, so that whoever watches it loses the link, not the terminal; or it was never served. */
  leave(): void {
    this.#over = true;
    void this.#recorder?.stop();
    this.input.close();
    this.#forgetWantedSize();
    this.#detached?.cancel();
  }

  /** At once, whatever its program does: for a right taken back, or at shutdown. */
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
    // For a snapshot that is on its way it is too late, and for who looks on it would come twice.
    if (this.#awaited === undefined && !this.#hungUp) {
      this.#recorder?.output(bytes);
      if (!this.#isDrawing) this.audience.output(bytes);
    }
    if (this.#viewer === undefined || this.#awaited !== undefined || this.#hungUp) this.#pty.acknowledge(bytes.length);
    else this.#viewer.output(bytes);
  }

  snapshotBegin(request: number, cols: number, rows: number): void {
    if (request !== this.#awaited) return;
    this.#awaited = undefined;
    this.#isDrawing = true;
    this.#recorder?.redraw();
    this.#viewer?.message({ type: 'snapshot-begin', cols, rows });
  }

  snapshotEnd(): void {
    if (this.#awaited !== undefined) return;
    this.#isDrawing = false;
    this.#viewer?.message({ type: 'snapshot-end' });
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

  /** Output counts again from its beginning on. */
  #askSnapshot(part: SnapshotPart): void {
    this.#snapshots += 1;
    this.#awaited = this.#snapshots;
    this.#isResizedSince = false;
    this.#isDrawing = false;
    this.audience.interrupted();
    this.#pty?.snapshot(this.#awaited, part);
  }

  #forgetWantedSize(): void {
    this.#wantedSize?.timer.cancel();
    this.#wantedSize = undefined;
  }

  #waitForViewer(): void {
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
    this.#viewer?.finish(end);
    this.#finish(end);
  }

  #watch(stream: LinkStream): Viewer {
    const viewer = new Viewer(stream, this.#clock, (bytes) => this.#pty?.acknowledge(bytes));
    this.#viewer = viewer;
    this.input.changesHands();
    this.#toldState = '';
    this.#tellState();
    return viewer;
  }

  #audienceChanged(): void {
    if (this.#over) return;
    if (!this.audience.isWatched && this.#viewer === undefined && !this.#hungUp) this.#pty?.mute();
    this.#tellState();
  }

  /** Tells the holder who views the terminal and that it is recorded; nothing while no one does and it isn't. */
  #tellState(): void {
    const state = { recorded: this.#recorder !== undefined, viewers: this.audience.state };
    const text = JSON.stringify(state);
    const isPlain = !state.recorded && state.viewers.length === 0;
    if (text === this.#toldState || (isPlain && this.#toldState === '')) return;
    this.#toldState = text;
    this.#viewer?.message({ type: 'state', state });
  }

  #dismiss(code: TerminalErrorCode): void {
    const viewer = this.#viewer;
    this.#viewer = undefined;
    viewer?.abort({ exitCode: null, signal: null, code });
  }

  #finish(end: TerminalEnd): void {
    this.#over = true;
    this.audience.finish(end);
    void this.#recorder?.stop();
    this.#viewer = undefined;
    this.input.close();
    this.#forgetWantedSize();
    this.#detached?.cancel();
    this.#onEnd(end);
  }
}
