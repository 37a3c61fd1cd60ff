import type { Readable, Writable } from 'node:stream';
import type { ExecSignal } from '#shared/terminal/index.ts';

/** A program to run without a terminal. */
export type ExecRequest = Readonly<{
  /** Path, or a name looked up in PATH of `environment`. */
  file: string;
  args: readonly string[];
  cwd: string;
  environment: Readonly<Record<string, string>>;
}>;

/** One of both: the exit code, 0–255, or the name of the signal that ended it. */
export type ExecExit = Readonly<{ exitCode: number | null; signal: string | null }>;

/** A program that runs without a terminal. Its output is paused until it is taken. */
export interface ExecProcess {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: OutputPipe;
  readonly stderr: OutputPipe;
  /** Resolves when the process that was started is gone; others that it has left behind may still hold its pipes. */
  readonly exited: Promise<ExecExit>;
  /** True while its process group has members, as far as that can be told cheaply. Once false, it stays false and nothing is signalled any more. */
  readonly hasGroup: boolean;
  /** Like `hasGroup`, but ignores zombies; reads the process table of the system where possible. */
  readonly isGroupRunning: boolean;
  /**
   * Signals its process group, also after the program's own end, as long as it is the same group. On Windows, which has no such signals, each of them
   * ends the program and all it has started; after its end there is nothing left to find those by.
   */
  signal(signal: ExecSignal | 'SIGKILL'): void;
}

/** The end of an output pipe that is read. */
export interface OutputPipe {
  /**
   * Begins to read, once. `take` gets each chunk, lent until it returns; false pauses until `resume` of what this returns.
   * @returns the stream to resume or destroy; it emits `end` after the last byte, then `close`
   */
  start(take: (chunk: Uint8Array) => boolean): Readable;
  /** Closes the pipe unread: a program that writes on gets SIGPIPE. */
  destroy(): void;
}

/** @throws {TerminalError} `terminal.command-not-found`, `terminal.spawn` */
export type StartExec = (request: ExecRequest) => Promise<ExecProcess>;
