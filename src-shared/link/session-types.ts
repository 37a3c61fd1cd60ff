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
   * Initiator, of a path that it has dialled: asked once both have been measured, whether this one is to take the place of one that works.
   * Not asked where that is gone or doubtful. Without it, the path is used as soon as it answers.
   */
  prefers?(times: RoundTrips): boolean;
  /** Told once: whether the session has taken the path into use. False when it was refused, lost or given up before. */
  settled?(used: boolean): void;
}>;

/** Least round trips of a path that is tried and of the one in use, measured beside each other, ms; Infinity for one in use that gave no answer. */
export type RoundTrips = Readonly<{ tried: number; used: number }>;

/** What happens to the path in use. Nothing is told of the end of the session: that is `closed`. */
export type PathEvent =
  /** A path that has proved to work is in use, the first one or in the place of another. */
  | Readonly<{ type: 'up'; kind: PathKind }>
  /** With a stream open, nothing was answered for `limits.doubtfulAfter` (or never, on a new path); it goes on meanwhile. */
  | Readonly<{ type: 'doubtful' }>
  /** It answers again. */
  | Readonly<{ type: 'clear' }>
  /** It is gone, whether it had answered or not, and the session waits for another. */
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
   * Offers a path to the session (PROTOCOL section 5, Paths). The initiator uses its own at once when it has no other, else when the other
   * side has answered on it; one that the responder dialled as `acceptOffer` says. Until then the path in use goes on, whatever comes of this
   * one. Whoever did not dial sends nothing before a record of the other side has authenticated.
   * @returns ends the path before it returns, in use or not: nothing is written to it any more. Idempotent.
   */
  attachPath(path: LinkPath): (reason: string) => void;
  /** Kind of the path in use. */
  readonly path: PathKind | undefined;
  readonly pathState: PathState;
  onPath: ((event: PathEvent) => void) | undefined;
  /**
   * Initiator: whether to use a path that the responder dialled and proved, in the place of one that works; without it, no. Not asked when
   * the path in use is gone or doubtful.
   */
  acceptOffer: ((offer: Readonly<{ kind: PathKind }>) => boolean) | undefined;
  /** Asks the path in use now. Without an answer within `timeout` ms it is lost: false. */
  probe(timeout: number): Promise<boolean>;
  /** Tells the other side where this one can be dialled, at most 16 texts of 80 characters; the newest list counts. */
  sendCandidates(addresses: readonly string[]): void;
  /** Texts of the other side, of printable ASCII; whether they are addresses is for the receiver to find out. */
  onCandidates: ((addresses: readonly string[]) => void) | undefined;
}
