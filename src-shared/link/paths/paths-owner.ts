import type { Clock } from '../../clock.ts';
import type { ClawReachError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Frame } from '../frames.ts';
import type { LinkLimits } from '../limits.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import type { Retained } from '../sent-records.ts';
import type { PathEvent } from '../session-types.ts';
import type { PathKind, SessionRole } from '../types.ts';

/** Frames that say nothing of paths. */
export type PathlessFrame = Exclude<Frame, { type: 'ping' | 'pong' | 'path' | 'ack' | 'abandon' }>;

/** The session as its paths see it. */
export interface PathSetEvents {
  readonly id: string;
  readonly role: SessionRole;
  readonly limits: LinkLimits;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A stream is open. */
  readonly active: boolean;
  readonly interactive: boolean;
  readonly queuedBytes: number;
  readonly waiting: boolean;
  /** CLOSE is on its way. */
  readonly closing: boolean;
  /** The session is being closed and sends nothing but that: writes it into the record. */
  fillLast(record: RecordBuffer, frames: Retained[]): boolean;
  /** What may come twice: written before the paths that are gone are settled. False when the record is full. */
  fillFacts(record: RecordBuffer, frames: Retained[]): boolean;
  /** Streams, their credit, and datagrams. */
  fillStreams(record: RecordBuffer, frames: Retained[]): void;
  /** @throws {LinkError} when the frame breaks the protocol */
  receive(frame: PathlessFrame): void;
  /** Initiator: whether a path that the responder offers is to take the place of one that works. */
  accepts(kind: PathKind): boolean;
  /** A record of the other side has authenticated. */
  proved(): void;
  tell(event: PathEvent): void;
  /** There is no path, and none is waited for any more. */
  pathless(error: ClawReachError): void;
  violated(error: ClawReachError): void;
}
