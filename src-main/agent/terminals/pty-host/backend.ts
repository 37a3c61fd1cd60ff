import type { TerminalError } from '#shared/terminal/index.ts';

/** Facts that the agent attaches to a terminal; stored with the PTY, so that the next agent knows them too. */
export type TerminalLabel = Readonly<{
  /** 32 hexadecimal digits. */
  terminal: string;
  /** Device that opened it. */
  opener: LabelledDevice;
  /** Device that holds it now. */
  owner: LabelledDevice;
  title: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  /** True if the owner had the right when it opened or took over the terminal, rather than a one-time approval. */
  granted: boolean;
}>;

/** Device named in the label of a terminal. */
export type LabelledDevice = Readonly<{
  /** Peer id. */
  peerId: string;
  name: string;
}>;

/** A program to run on a terminal of its own. */
export type PtyProgram = Readonly<{
  /** Path, or a name looked up in PATH of `environment`. */
  file: string;
  args: readonly string[];
  cwd: string;
  environment: Readonly<Record<string, string>>;
  cols: number;
  rows: number;
}>;

export type PtyRequest = PtyProgram & Readonly<{ label: TerminalLabel }>;

/** One of both: the exit code, 0–255, or the name of the signal that ended it. */
export type PtyExit = Readonly<{ exitCode: number | null; signal: string | null }>;

/** Events of a terminal, in the order in which they happened. Exactly one of `exited` and `lost` is called, last. */
export interface PtyEvents {
  /** Passes output, at most 64 KiB; the receiver owns the array. It acknowledges each byte once, even if it drops it, which renews the credit. */
  data(bytes: Uint8Array): void;
  /** Begins a snapshot: `data` until `snapshotEnd` redraws screen and scrollback; then output is live again, without gap or overlap. */
  snapshotBegin(request: number, cols: number, rows: number): void;
  snapshotEnd(): void;
  /**
   * Begins a peek: `peekData` until `peekEnd` draws the screen onto an empty one, at its place in the output; later output continues from it. It
   * doesn't count as output.
   */
  peekBegin(request: number, cols: number, rows: number): void;
  peekData(bytes: Uint8Array): void;
  peekEnd(): void;
  /** Passes a new title, sanitized and shortened. */
  title(title: string): void;
  /** Reports how many of the written bytes the PTY has accepted. */
  inputTaken(bytes: number): void;
  /** Reports the end of the program, after the last byte of output. */
  exited(exit: PtyExit): void;
  lost(error: TerminalError): void;
}

/** Extent of a snapshot: screen and scrollback, or the screen alone. */
export type SnapshotPart = 'all' | 'screen';

/** A running terminal. Every method is harmless after its end. */
export interface Pty {
  readonly pid: number;
  write(bytes: Uint8Array): void;
  resize(cols: number, rows: number): void;
  /** Gives back credit for so many bytes of `data`. */
  acknowledge(bytes: number): void;
  /** Sends no output until the next snapshot; the screen is kept up to date. */
  mute(): void;
  /** Changes its label: another device has it from now on. */
  handOver(owner: LabelledDevice, granted: boolean): void;
  /**
   * Asks for a snapshot, with scrollback or of the screen alone; output before it may be dropped. Only the latest request is answered.
   */
  snapshot(request: number, part: SnapshotPart): void;
  /** Asks for the screen beside the output, which loses nothing; output begins to come where it was muted. None comes if it is muted or a snapshot is asked for meanwhile. */
  peek(request: number): void;
  /** SIGHUP to the process group, after a grace SIGKILL. `exited` follows. */
  hangUp(): void;
}

/** A terminal that the agent before has left. Its title and size are those of now. */
export type DetachedTerminal = TerminalLabel & Readonly<{ cols: number; rows: number }>;

/** Takes over a detached terminal; undefined hangs it up. Called before anyone else learns of the terminal. */
export type TakeTerminal = (kept: DetachedTerminal, pty: Pty) => PtyEvents | undefined;

/** `end` hangs every terminal up; `keep` leaves them to the next agent, where they can outlive this one. */
export type ClosingMode = 'end' | 'keep';

/** Home of terminals: the PTY host process, or a double in tests. */
export interface PtyBackend {
  /** @throws {TerminalError} `terminal.spawn`, `terminal.command-not-found`, `terminal.host-lost`, `terminal.host-failed` */
  open(request: PtyRequest, events: PtyEvents): Promise<Pty>;
  /** Offers all terminals that are still there from an agent before, now or, where their process does not answer yet, later. */
  takeOver(take: TakeTerminal): Promise<void>;
  /** All terminals that run now can outlive this agent. */
  readonly lasts: boolean;
  /** Ends all terminals and waits until they are gone, or lets go of them. Idempotent. */
  close(mode?: ClosingMode): Promise<void>;
}
