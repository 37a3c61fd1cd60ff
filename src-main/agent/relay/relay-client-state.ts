import type { Timer } from '#shared/clock.ts';
import type { ClawReachError } from '#shared/errors.ts';
import type { ControlLink } from './control-link.ts';

/** How a relay client stands with its control connection; times in ms, `since` monotonic, `retryAt` since 1970. */
export type RelayClientState =
  | Readonly<{ kind: 'stopped' }>
  | Readonly<{ kind: 'connecting'; link: ControlLink }>
  | Readonly<{ kind: 'online'; link: ControlLink; since: number }>
  /** `asked`: the relay has said how long, since it was asked too often. */
  | Readonly<{
      kind: 'waiting';
      timer: Timer;
      retryAt: number;
      problem: string;
      error: ClawReachError;
      asked: boolean;
    }>
  | Readonly<{ kind: 'failed'; error: ClawReachError }>;
