import type { Clock } from '../../clock.ts';
import type { LinkLimits } from '../limits.ts';
import type { StreamPriority } from '../types.ts';
import type { CreditLedger } from './credit.ts';
import type { Stream } from './stream.ts';

/** Functions of the stream table that a `Stream` calls. */
export interface StreamHost {
  readonly limits: LinkLimits;
  readonly clock: Clock;
  readonly ledger: CreditLedger;
  /** Number of new bytes that the session's credit still allows. */
  readonly dataRoom: number;
  /** The stream has control frames to send. */
  touch(stream: Stream): void;
  /** The stream may have data to send; `added` bytes were just written. */
  ready(stream: Stream, added?: number): void;
  /** The stream's priority changed. */
  reorder(stream: Stream): void;
  /** Both directions of the stream are finished and acknowledged. */
  drop(stream: Stream): void;
  /** `bytes` more are in flight (negative: fewer); `fresh` of them were sent for the first time. */
  carried(bytes: number, fresh: number): void;
}

/** Facts about a stream that never change, except the priority. `local`: this side opened the stream. */
export type StreamFacts = Readonly<{
  id: number;
  kind: string;
  params: unknown;
  local: boolean;
  priority?: StreamPriority;
}>;
