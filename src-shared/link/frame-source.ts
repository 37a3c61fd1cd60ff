import type { Clock } from '../clock.ts';
import type { ClawReachError } from '../errors.ts';
import type { Frame } from './frames.ts';
import type { LinkLimits } from './limits.ts';
import type { Path } from './paths/path.ts';
import type { RecordBuffer } from './record-buffer.ts';
import type { Retained } from './sent-records.ts';
import type { Logger } from '../logger.ts';
import type { PathEvent } from './session-types.ts';
import type { PathKind, SessionRole } from './types.ts';

/** The session as one of its paths sees it. */
export interface PathEvents {
  readonly limits: LinkLimits;
  readonly clock: Clock;
  /** A stream is open, or something is left to settle: the path in use is watched closely. */
  readonly active: boolean;
  /** An interactive stream is open: writes are kept short. */
  readonly interactive: boolean;
  /** Bytes that wait to be sent. */
  readonly queuedBytes: number;
  /** Data waits that no record has taken yet. */
  readonly waiting: boolean;
  /** For a path in use: writes frames into the record; those to be sent again after a loss are added to `frames`. */
  fill(record: RecordBuffer, frames: Retained[]): void;
  /** For a path that is not in use yet: writes what the other side must know to decide about it. */
  fillKnock(record: RecordBuffer): void;
  /** Every frame but PING and PONG. @throws {LinkError} when it breaks the protocol */
  receive(frame: Frame, path: Path): void;
  /** The first record of the other side has authenticated; its frames have not been looked at. */
  pathConfirmed(path: Path): void;
  /** All frames of a record have been processed, on a path that is not in use yet. */
  pathKnocked(path: Path): void;
  /** Answers fail to come on a path in use, or come again. */
  pathDoubtful(path: Path, doubtful: boolean): void;
  /** The path is over; called once, not after `dispose`. */
  pathLost(path: Path, error: ClawReachError): void;
  /** The other side broke the protocol, or something of ours failed on its frame. */
  pathViolated(path: Path, error: ClawReachError): void;
}

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
