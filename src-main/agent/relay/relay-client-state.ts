import type { Timer } from '#shared/clock.ts';
import type { ClawReachError } from '#shared/errors.ts';
import type { ControlClient } from './control-client.ts';

/** State of a `RelayClient`'s control connection. `since`: monotonic, ms. `retryAt`: ms since 1970. */
export type RelayClientState =
  | Readonly<{ kind: 'stopped' }>
  | Readonly<{ kind: 'connecting'; control: ControlClient }>
  | Readonly<{ kind: 'online'; control: ControlClient; since: number }>
  /** `problem`: code that people are shown. `asked`: true if the relay named the pause because of too many requests. */
  | Readonly<{
      kind: 'waiting';
      timer: Timer;
      retryAt: number;
      problem: string;
      error: ClawReachError;
      asked: boolean;
    }>
  | Readonly<{ kind: 'failed'; error: ClawReachError }>;
