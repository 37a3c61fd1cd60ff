import type { Readable, Writable } from 'node:stream';
import type { ExecSignal } from '#shared/terminal/index.ts';

/** Program to start without a terminal. */
export type ExecRequest = Readonly<{
  /** Path, or a name looked up in PATH of `environment`. */
  file: string;
  args: readonly string[];
  cwd: string;
  environment: Readonly<Record<string, string>>;
}>;

/** Exit of a program: its exit code, 0–255, or the name of the signal that ended it; the other one is null. */
export type ExecExit = Readonly<{ exitCode: number | null; signal: string | null }>;

/** Running program without a terminal. Its output waits until `OutputPipe.start` is called. */
export interface ExecProcess {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: OutputPipe;
  readonly stderr: OutputPipe;
  /** Resolves when the started process has ended; processes that it left behind may still hold its pipes. */
  readonly exited: Promise<ExecExit>;
  /** True while its process group has members, including zombies. Once false, it stays false and no more signals are sent. */
  readonly hasGroup: boolean;
  /** Like `hasGroup`, but ignores zombies; reads the system's process table where possible. */
  readonly isGroupRunning: boolean;
  /**
   * Signals the process group, even after the program's own end, as long as the group is the same. Windows has no such signals: each one ends the
   * program and its descendants, and does nothing after the program's end.
   */
  signal(signal: ExecSignal | 'SIGKILL'): void;
}

/** Read end of an output pipe. */
export interface OutputPipe {
  /**
   * Starts reading; called once. `take` gets each chunk, valid until it returns; if it returns false, reading pauses until the returned stream is
   * resumed.
   * @returns the stream to resume or destroy; it emits `end` after the last byte, then `close`
   */
  start(take: (chunk: Uint8Array) => boolean): Readable;
  /** Closes the pipe without reading; a program that still writes gets SIGPIPE. */
  destroy(): void;
}

/**
 * Function that starts a program: `startExec`, or a double in tests.
 * @throws {TerminalError} `terminal.command-not-found`, `terminal.spawn`
 */
export type StartExec = (request: ExecRequest) => Promise<ExecProcess>;
