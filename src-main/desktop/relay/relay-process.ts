import type { Readable } from 'node:stream';

/** Running relay process. `relayOnNode` and `relayInElectron` return functions that start one; `HostedRelayService` supervises it. */
export type RelayProcess = Readonly<{
  stdout: Readable;
  stderr: Readable;
  /** Resolves with a description of the end. Never rejects. */
  exited: Promise<string>;
  /** Asks the relay to end in an orderly way. */
  stop(): void;
  kill(): void;
}>;

/** Function that starts a relay. @param args arguments of `clawreach-relay` */
export type LaunchRelay = (args: readonly string[]) => RelayProcess;
