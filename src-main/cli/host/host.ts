import type { Readable } from 'node:stream';
import type { AppApiClient } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { RunTool } from '#node/service/index.ts';
import type { EndingSignal } from '../errors.ts';
import type { RunHeadless } from '../headless-options.ts';
import type { TerminalOutput } from '../output/index.ts';
import type { ServeWindow } from '../window-options.ts';

/** Keyboard or pipe. */
export type TerminalInput = Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };

export type Variables = Readonly<Record<string, string | undefined>>;

/** An agent that was started in the background. */
export type BackgroundAgent = Readonly<{
  pid: number;
  logFile: string;
  /** Resolves when the process is over; its exit code, or null. */
  exited: Promise<number | null>;
}>;

export type BackgroundOptions = Readonly<{
  profile: string;
  name?: string | undefined;
  shell?: string | undefined;
}>;

/** Everything a command touches of its machine, so that commands run in memory in tests. */
export interface Host {
  readonly version: string;
  readonly platform: NodeJS.Platform;
  readonly variables: Variables;
  readonly home: string;
  readonly workingDirectory: string;
  readonly stdin: TerminalInput;
  /** Takes no more of it: who writes to a pipe is told so by the system. */
  closeInput(): void;
  readonly stdout: TerminalOutput;
  readonly stderr: TerminalOutput;
  readonly clock: Clock;
  /** Aborted by Ctrl-C (SIGINT), SIGTERM and SIGHUP; the reason is an InterruptedError. */
  readonly interrupted: AbortSignal;
  /** Gives Ctrl-C, SIGTERM and SIGHUP to `listener` instead, each time one comes; returns what ends that. */
  takeSignals(listener: (signal: EndingSignal) => void): () => void;
  /** How this program is started: the executable, what comes before a command's own words, and variables it needs besides the session's. */
  readonly own: Readonly<{
    program: string;
    arguments: readonly string[];
    environment: Readonly<Record<string, string>>;
  }>;
  /** Who runs this: the account, and its number where it has one. */
  readonly account: Readonly<{ user: string; uid: number | undefined }>;
  /** Runs a program of the system. */
  runTool: RunTool;
  /** Runs this program again with these words, until it ends; its exit code. Ended with `signal`. */
  runAgain(words: readonly string[], signal: AbortSignal): Promise<number>;
  /** A connection to the agent of the profile, or undefined when none runs. */
  connect(profile: string): Promise<AppApiClient | undefined>;
  startAgent(options: BackgroundOptions): Promise<BackgroundAgent>;
  /** True where a device has been set up in that directory: its keys are there. */
  hasProfile(profile: string): Promise<boolean>;
  /** Makes the directory with mode 0700 where it is missing. */
  prepareProfile(profile: string): Promise<void>;
  /** Text of a file in UTF-8. @throws {UsageError} `usage.file` */
  readText(path: string): Promise<string>;
  /** Writes a new file, for its owner only. @throws {UsageError} `usage.file`, `usage.file-exists` */
  writeText(path: string, text: string): Promise<void>;
  /** True when the path is a file. */
  isFile(path: string): Promise<boolean>;
  runHeadless: RunHeadless;
  /** Ends terminals that an agent of the profile has left, while none runs; how many there were. */
  endTerminals(profile: string): Promise<number>;
  serveWindow: ServeWindow;
  /** Opens the person's browser; false where there is none, or no display. */
  openBrowser(url: string): Promise<boolean>;
  /** Stops the terminal's own changes to output (OPOST), which Node's raw mode leaves on; leaving raw mode puts them back. */
  passOutputThrough(): void;
  /** Runs at the end of the process however it ends; returns what takes it off again. */
  onExit(listener: () => void): () => void;
  /** SIGCONT: after a stop, the terminal has the modes of the shell. */
  onContinue(listener: () => void): () => void;
}
