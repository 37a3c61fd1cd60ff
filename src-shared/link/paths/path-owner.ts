import type { Clock } from '../../clock.ts';
import type { ClawReachError } from '../../errors.ts';
import type { Frame } from '../frames.ts';
import type { LinkLimits } from '../limits.ts';
import type { Path } from './path.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import type { Retained } from '../sent-records.ts';

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
