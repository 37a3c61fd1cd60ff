import type { TerminalError } from '#shared/terminal/index.ts';

/** Facts about a terminal that the agent stores with its PTY, so that the next agent knows them too. */
export type TerminalLabel = Readonly<{
  /** ID of the terminal, 32 hexadecimal digits. */
  terminal: string;
  /** Device that opened it. */
  opener: LabelledDevice;
  /** Device that holds it now. */
  owner: LabelledDevice;
  title: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  /** True if the holder's right was `allow` when it opened or took over the terminal, false after a one-time approval. */
  granted: boolean;
  /** True if a person has left the terminal, so that it runs until its program ends. */
  left: boolean;
}>;

/** Device named in the label of a terminal. */
export type LabelledDevice = Readonly<{
  /** Peer ID of the device. */
  peerId: string;
  name: string;
}>;

/** Program to run on a terminal. */
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

/** Exit of a program: its exit code, 0–255, or the name of the signal that ended it; the other one is null. */
export type PtyExit = Readonly<{ exitCode: number | null; signal: string | null }>;

/** Callbacks for the events of one terminal, in the order in which they happen. Exactly one of `exited` and `lost` is called, last. */
export interface PtyEvents {
  /**
   * Receives output, at most 64 KiB; the callee owns the array. It must acknowledge every byte once, even those that it drops; that renews the
   * credit.
   */
  data(bytes: Uint8Array): void;
  /** Begins a snapshot: the `data` until `snapshotEnd` redraws screen and scrollback; live output follows without gap or overlap. */
  snapshotBegin(request: number, cols: number, rows: number): void;
  snapshotEnd(): void;
  /**
   * Begins a peek: `peekData` until `peekEnd` draws the current screen onto an empty one. Peeks come in order with the output but don't count as
   * output.
   */
  peekBegin(request: number, cols: number, rows: number): void;
  peekData(bytes: Uint8Array): void;
  peekEnd(): void;
  /** Reports a new title, sanitized and shortened. */
  title(title: string): void;
  /** Reports the number of written bytes that the PTY has accepted. */
  inputTaken(bytes: number): void;
  /** Reports the exit of the program, after the last byte of output. */
  exited(exit: PtyExit): void;
  lost(error: TerminalError): void;
}

/** Extent of a snapshot: screen and scrollback, or the screen alone. */
export type SnapshotPart = 'all' | 'screen';

/** Running terminal in a backend. After its end, every method does nothing. */
export interface Pty {
  readonly pid: number;
  write(bytes: Uint8Array): void;
  resize(cols: number, rows: number): void;
  /** Returns credit for this many bytes of `data`. */
  acknowledge(bytes: number): void;
  /** Stops output until the next snapshot or peek; the backend keeps the screen up to date. */
  mute(): void;
  /** Records another device as holder in the label. */
  setOwner(owner: LabelledDevice, granted: boolean): void;
  /** Records in the label whether a person has left the terminal. */
  setLeft(left: boolean): void;
  /** Requests a snapshot; output before it may be dropped. Only the latest request is answered. */
  snapshot(request: number, part: SnapshotPart): void;
  /** Requests the screen without losing output; also resumes muted output. A later `mute` or `snapshot` cancels the request. */
  peek(request: number): void;
  /** Sends SIGHUP to the process group, and SIGKILL after a grace period. `exited` follows. */
  hangUp(): void;
}

/** Terminal that the previous agent left running, with its current title and size. */
export type DetachedTerminal = TerminalLabel & Readonly<{ cols: number; rows: number }>;

/**
 * Callback that takes over a detached terminal and returns its event callbacks; undefined hangs the terminal up. Called before any event of the
 * terminal.
 */
export type TakeTerminal = (terminal: DetachedTerminal, pty: Pty) => PtyEvents | undefined;

/** Fate of terminals when the agent closes: `end` hangs them up; `keep` leaves those that can outlive this agent to the next one. */
export type ClosingMode = 'end' | 'keep';

/** Backend that runs PTYs: the PTY host process, or a double in tests. Used by `TerminalService`. */
export interface PtyBackend {
  /**
   * Starts a program on a new terminal.
   * @throws {TerminalError} `terminal.spawn`, `terminal.command-not-found`, `terminal.host-lost`, `terminal.host-failed`
   */
  open(request: PtyRequest, events: PtyEvents): Promise<Pty>;
  /** Offers all terminals that the previous agent left: now, or later if their host doesn't answer yet. */
  takeOver(take: TakeTerminal): Promise<void>;
  /** True if all running terminals can outlive this agent. */
  readonly lasts: boolean;
  /** Ends all terminals and waits until they are gone, or leaves them to the next agent. Idempotent. */
  close(mode?: ClosingMode): Promise<void>;
}
