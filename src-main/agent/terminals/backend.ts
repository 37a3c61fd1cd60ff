import type { TerminalError } from '#shared/terminal/index.ts';

/** A program to run on a terminal of its own. */
export type PtyRequest = Readonly<{
  /** Path, or a name looked up in PATH of `environment`. */
  file: string;
  args: readonly string[];
  cwd: string;
  environment: Readonly<Record<string, string>>;
  cols: number;
  rows: number;
}>;

/** One of both: the exit code, 0–255, or the name of the signal that ended it. */
export type PtyExit = Readonly<{ exitCode: number | null; signal: string | null }>;

/** What a terminal tells its owner, in the order in which it happened. Exactly one of `exited` and `lost` is called, last. */
export interface PtyEvents {
  /** Output, at most 64 KiB, the receiver's own. Each byte is to be acknowledged once, read or not: that is the credit. */
  data(bytes: Uint8Array): void;
  /** What follows as `data` until `snapshotEnd` redraws screen and scrollback; then it is live again, without gap or overlap. */
  snapshotBegin(request: number, cols: number, rows: number): void;
  snapshotEnd(): void;
  /** Cleaned and cut. */
  title(title: string): void;
  /** So much of what was written has reached the program's side. */
  inputTaken(bytes: number): void;
  /** After the last byte of output. */
  exited(exit: PtyExit): void;
  lost(error: TerminalError): void;
}

/** A running terminal. Every method is harmless after its end. */
export interface Pty {
  readonly pid: number;
  write(bytes: Uint8Array): void;
  resize(cols: number, rows: number): void;
  /** Gives back credit for so many bytes of `data`. */
  acknowledge(bytes: number): void;
  /** Sends no output until the next snapshot; the screen is kept up to date. */
  mute(): void;
  /** Asks for a snapshot; output before it may be dropped. Only the latest request is answered. */
  snapshot(request: number): void;
  /** SIGHUP to the process group, after a grace SIGKILL. `exited` follows. */
  hangUp(): void;
}

/** Where terminals live: the PTY host process, or a double in tests. */
export interface PtyBackend {
  /** @throws {TerminalError} `terminal.spawn`, `terminal.command-not-found`, `terminal.host-lost`, `terminal.host-failed` */
  open(request: PtyRequest, events: PtyEvents): Promise<Pty>;
  /** Hangs up everything and waits until it is gone. Idempotent. */
  close(): Promise<void>;
}
