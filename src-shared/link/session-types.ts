import type { Clock } from '../clock.ts';
import type { ClawReachError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { ByteChannel } from './channel.ts';
import type { LinkLimits } from './limits.ts';
import type { PathKind, Session, SessionRole } from './types.ts';

/**
 * One direction's cipher of a path; nonces are implicit, so every record passes once and in order.
 * The plaintext given to `seal` is lent: it is used again after the call, so no piece may be a view of it. The pieces go to the channel.
 * The ciphertext given to `open` is lent too; the result belongs to the caller. `open` throws when the record is not authentic, and for
 * every later one.
 */
export interface RecordCipher {
  seal(plaintext: Uint8Array): readonly Uint8Array[];
  open(ciphertext: Uint8Array): Uint8Array;
}

/** A path whose handshake is done. The session owns the channel from here. */
export type LinkPath = Readonly<{
  kind: PathKind;
  channel: ByteChannel;
  send: RecordCipher;
  receive: RecordCipher;
  /** This side sent message 1. */
  dialled: boolean;
  /**
   * Initiator, for a path it dialled: decides, once both are measured, whether this one replaces a working one. Not
   * called if the latter is lost or doubtful. Without it, the path is used as soon as it answers.
   */
  prefers?(times: RoundTrips): boolean;
  /** Called once: true when the session has taken the path into use, false when it was refused, lost or given up before. */
  settled?(used: boolean): void;
}>;

/** Least round trips of a path that is tried and of the one in use, measured beside each other, ms; Infinity for one in use that gave no answer. */
export type RoundTrips = Readonly<{ tried: number; used: number }>;

/** Event of the path in use. The end of the session is reported by `closed`. */
export type PathEvent =
  /** A confirmed path is in use, the first one or a replacement. */
  | Readonly<{ type: 'up'; kind: PathKind }>
  /** With a stream open, there was no answer for `limits.doubtfulAfter`, or never on a new path; the path stays in use. */
  | Readonly<{ type: 'doubtful' }>
  /** The doubtful path answers again. */
  | Readonly<{ type: 'clear' }>
  /** The path is lost, and the session waits for another. */
  | Readonly<{ type: 'lost'; error: ClawReachError }>;

/** `up`: the path in use answers. `doubtful`: it has not answered yet, or not for a while. `lost`: there is none. */
export type PathState = 'up' | 'doubtful' | 'lost';

export type SessionOptions = Readonly<{
  role: SessionRole;
  /** 16 bytes, hexadecimal. */
  id: string;
  clock: Clock;
  logger?: Logger;
  limits?: Partial<LinkLimits>;
}>;

/** A session with the side that faces the network. */
export interface LinkSession extends Session {
  /**
   * Offers a path to the session (PROTOCOL section 5.1). The initiator uses its own path at once when it has no
   * other, else when the other side has answered on it; for one dialled by the responder it calls `acceptOffer`. Until
   * then the path in use stays. The side that did not dial sends nothing before a record of the other side has
   * authenticated.
   * @returns ends the path before it returns, in use or not: nothing is written to it any more. Idempotent.
   */
  attachPath(path: LinkPath): (reason: string) => void;
  /** Kind of the path in use. */
  readonly path: PathKind | undefined;
  readonly pathState: PathState;
  onPath: ((event: PathEvent) => void) | undefined;
  /**
   * Initiator: decides whether a confirmed path dialled by the responder replaces a working one; without it, never. Not
   * called if the path in use is lost or doubtful.
   */
  acceptOffer: ((offer: Readonly<{ kind: PathKind }>) => boolean) | undefined;
  /** Asks the path in use now. Without an answer within `timeout` ms it is lost: false. */
  probe(timeout: number): Promise<boolean>;
  /** Announces where this side can be dialled: at most 16 texts of 80 characters; the newest list counts. */
  sendCandidates(addresses: readonly string[]): void;
  /** Texts of the other side, of printable ASCII; whether they are addresses is for the receiver to find out. */
  onCandidates: ((addresses: readonly string[]) => void) | undefined;
}
