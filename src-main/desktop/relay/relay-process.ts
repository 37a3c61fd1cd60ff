import type { Readable } from 'node:stream';

/** A started relay, as its supervisor needs it. */
export type RelayProcess = Readonly<{
  stdout: Readable;
  stderr: Readable;
  /** Resolves when the process is gone, with how. Never rejects. */
  exited: Promise<string>;
  /** Asks it to end in its own order. */
  stop(): void;
  kill(): void;
}>;

/** @param args of the `clawreach-relay` command */
export type LaunchRelay = (args: readonly string[]) => RelayProcess;
