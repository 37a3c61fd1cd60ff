import type { Clock } from '../clock.ts';
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
export type LinkPath = Readonly<{ kind: PathKind; channel: ByteChannel; send: RecordCipher; receive: RecordCipher }>;

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
   * Goes on over this path; an earlier one is abandoned. The initiator sends its first record before this returns; the responder sends
   * nothing until a record of the other side has authenticated (PROTOCOL section 3).
   */
  attachPath(path: LinkPath): void;
  /** Kind of the path in use. */
  readonly path: PathKind | undefined;
  /** Called when a path was lost and the session waits for the next (`limits.pathLossGrace`). */
  onPathLost: ((error: Error) => void) | undefined;
  /** Unreliable and unordered (RFC 9221): at most 1200 bytes. False when there is no path or the queue is full. */
  sendDatagram(flow: number, bytes: Uint8Array): boolean;
  onDatagram: ((flow: number, bytes: Uint8Array) => void) | undefined;
}
