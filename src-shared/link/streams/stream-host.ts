import type { Clock } from '../../clock.ts';
import type { LinkLimits } from '../limits.ts';
import type { StreamPriority } from '../types.ts';
import type { CreditLedger } from './credit.ts';
import type { Stream } from './stream.ts';

/** The session, as a stream sees it. */
export interface StreamHost {
  readonly limits: LinkLimits;
  readonly clock: Clock;
  readonly ledger: CreditLedger;
  /** New bytes the session's credit still allows. */
  readonly dataRoom: number;
  /** The stream has control frames to send. */
  touch(stream: Stream): void;
  /** The stream may have data to send; `added` bytes were just written. */
  ready(stream: Stream, added?: number): void;
  /** The priority changed. */
  reorder(stream: Stream): void;
  /** Both directions are finished and acknowledged. */
  drop(stream: Stream): void;
  /** `bytes` are on their way, or no longer; `fresh` of them for the first time. */
  carried(bytes: number, fresh: number): void;
}

/** Facts of a stream fixed at its opening. */
export type StreamFacts = Readonly<{
  id: number;
  kind: string;
  params: unknown;
  local: boolean;
  priority?: StreamPriority;
}>;
