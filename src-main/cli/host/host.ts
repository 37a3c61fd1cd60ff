import type { Readable } from 'node:stream';
import type { AppApiClient } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { RunTool } from '#node/service/index.ts';
import type { EndingSignal } from '../errors.ts';
import type { RunHeadless } from '../headless-options.ts';
import type { TerminalOutput } from '../output/index.ts';
import type { ServeWindow } from '../window-options.ts';

/** Standard input: a terminal's keyboard, a pipe or a file. */
export type TerminalInput = Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };

/** Environment variables by name. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** An agent that was started in the background. */
export type BackgroundAgent = Readonly<{
  pid: number;
  logFile: string;
  /** Resolves with the process's exit code when it ends; null after a signal. */
  exited: Promise<number | null>;
}>;

/**
 * Options for an agent in the background: its profile directory, this device's name, and the program to run in
 * terminals.
 */
export type BackgroundOptions = Readonly<{
  profile: string;
  name?: string | undefined;
  shell?: string | undefined;
}>;

/** An agent in this process that connects to nothing. `close` ends it and removes what it wrote. */
export type IdleAgent = Readonly<{ client: AppApiClient; close(): Promise<void> }>;

/** Everything that commands use of this machine and process. `createSystemHost` creates the real one; tests pass a fake one. */
export interface Host {
  readonly version: string;
  readonly platform: NodeJS.Platform;
  readonly variables: EnvironmentVariables;
  readonly home: string;
  readonly workingDirectory: string;
  readonly stdin: TerminalInput;
  /** Stops reading standard input, so that a program that writes to the pipe gets an error. */
  closeInput(): void;
  readonly stdout: TerminalOutput;
  readonly stderr: TerminalOutput;
  readonly clock: Clock;
  /** Aborted by Ctrl-C (SIGINT), SIGTERM and SIGHUP; the reason is an InterruptedError. */
  readonly interrupted: AbortSignal;
  /**
   * Passes Ctrl-C, SIGTERM and SIGHUP to `listener` instead of aborting `interrupted`. Returns a function that ends
   * this.
   */
  takeSignals(listener: (signal: EndingSignal) => void): () => void;
  /** Command that starts this program again: executable, first arguments, and environment variables that it needs. */
  readonly startCommand: Readonly<{
    program: string;
    arguments: readonly string[];
    environment: Readonly<Record<string, string>>;
  }>;
  /** Name of the user that runs this process, and their ID where the system has one. */
  readonly account: Readonly<{ user: string; uid: number | undefined }>;
  /** Runs a tool of the system, such as systemctl. */
  runTool: RunTool;
  /** Runs this program with other arguments and returns its exit code. Aborting `signal` ends it. */
  runAgain(words: readonly string[], signal: AbortSignal): Promise<number>;
  /** Connects to the agent of the profile; undefined if none runs. */
  connect(profile: string): Promise<AppApiClient | undefined>;
  /** Starts an agent in the background. */
  startAgent(options: BackgroundOptions): Promise<BackgroundAgent>;
  /** Creates an agent in this process for a command that changes nothing; it works on copies of the profile's settings. */
  createIdleAgent(profile: string): Promise<IdleAgent>;
  /** Tells whether the directory contains a device's keys. */
  hasProfile(profile: string): Promise<boolean>;
  /** Creates the directory with mode 0700 if it doesn't exist. */
  prepareProfile(profile: string): Promise<void>;
  /** Checks that a profile can be written. @throws {StoreError} `store.disk-full`, `store.read-only`, `store.not-writable` */
  checkStorage(profile: string): Promise<void>;
  /** Reads a text file in UTF-8. @throws {UsageError} `usage.file` */
  readText(path: string): Promise<string>;
  /** Creates a file that only its owner can read. @throws {UsageError} `usage.file`, `usage.file-exists` */
  writeText(path: string, text: string): Promise<void>;
  /** Tells whether the path is a file. */
  isFile(path: string): Promise<boolean>;
  /** Runs the agent in this process. */
  runHeadless: RunHeadless;
  /** Ends terminals that an agent of the profile left running. Returns their number. */
  endTerminals(profile: string): Promise<number>;
  /** Serves the window for a browser. */
  serveWindow: ServeWindow;
  /** Opens a link in the browser; false if there is none, or no display. */
  openBrowser(url: string): Promise<boolean>;
  /** Disables the terminal's output processing (OPOST), which Node's raw mode leaves on; leaving raw mode restores it. */
  passOutputThrough(): void;
  /** Runs `listener` when the process ends, however it ends; returns a function that removes it. */
  onExit(listener: () => void): () => void;
  /** Runs `listener` after SIGCONT, since the shell has changed the terminal's modes meanwhile; returns a function that removes it. */
  onContinue(listener: () => void): () => void;
}
