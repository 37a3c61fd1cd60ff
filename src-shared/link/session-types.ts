import type { Clock } from '../clock.ts';
import type { ClawReachError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { ByteChannel } from './channel.ts';
import type { LinkLimits } from './limits.ts';
import type { PathKind, Session, SessionRole } from './types.ts';

/**
 * Cipher of one direction of a path. Nonces are implicit, so every record passes once and in order.
 *
 * - `seal`: the caller reuses the plaintext's array, so the result must not contain a view of it. The result goes to the channel.
 * - `open`: the caller reuses the ciphertext's array, and owns the result. Throws if the record isn't authentic, and for every later record.
 * - `openLater`: the same, for a cipher that opens some records in another thread. The caller takes the results in order, and stops at a failure.
 */
export interface RecordCipher {
  seal(plaintext: Uint8Array): readonly Uint8Array[];
  open(ciphertext: Uint8Array): Uint8Array;
  openLater?(ciphertext: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** Path whose handshake is complete. From `attachPath` on, the session owns the channel. */
export type LinkPath = Readonly<{
  kind: PathKind;
  channel: ByteChannel;
  send: RecordCipher;
  receive: RecordCipher;
  /** True if this side sent message 1. */
  dialed: boolean;
  /**
   * Set by the initiator for a path that it dialed. Decides, after both paths are measured, if this one replaces the working path in use. Not called
   * if the path in use is lost or doubtful. If undefined, this path replaces the other as soon as it answers.
   */
  prefers?(times: RoundTrips): boolean;
  /** Called once: true if the session now uses the path; false if the path was refused, lost or closed before. */
  settled?(used: boolean): void;
}>;

/** Least round trips of the tried path and of the path in use, measured at the same time, ms; Infinity for a path in use that didn't answer. */
export type RoundTrips = Readonly<{ tried: number; used: number }>;

/** Sealed bytes that the paths of one session have carried so far. */
export type PathTraffic = { sent: number; received: number };

/** Change of a session's path. `closed` reports the end of the session. */
export type PathEvent =
  /** A confirmed path is in use: the first one, or a replacement. */
  | Readonly<{ type: 'up'; kind: PathKind }>
  /** While a stream is open, the path has not answered for `limits.doubtfulAfter`, or not at all since it is new. It stays in use. */
  | Readonly<{ type: 'doubtful' }>
  /** The doubtful path answers again. */
  | Readonly<{ type: 'clear' }>
  /** The path is lost, and the session waits for another one. */
  | Readonly<{ type: 'lost'; error: ClawReachError }>;

/** `up`: the path in use answers. `doubtful`: the path has not answered yet, or not for some time. `lost`: there is no path. */
export type PathState = 'up' | 'doubtful' | 'lost';

/** Options of `createSession`. */
export type SessionOptions = Readonly<{
  role: SessionRole;
  /** 16 bytes, hexadecimal. */
  id: string;
  clock: Clock;
  logger?: Logger;
  limits?: Partial<LinkLimits>;
}>;

/** Session with the functions that only its owner, the agent's links module, uses: those for paths and candidates. Other modules see `Session`. */
export interface LinkSession extends Session {
  /**
   * Offers a path to the session (PROTOCOL section 5.1). The initiator uses a path that it dialed at once if there is no other, and otherwise after
   * the other side has answered on it; for a path that the responder dialed, it calls `acceptOffer`. Until then the previous path stays in use. The
   * side that didn't dial sends nothing on the path before a record of the other side has authenticated.
   * @returns function that ends the path, in use or not, before it returns. Idempotent.
   */
  attachPath(path: LinkPath): (reason: string) => void;
  /** Kind of the path in use. */
  readonly path: PathKind | undefined;
  readonly pathState: PathState;
  onPath: ((event: PathEvent) => void) | undefined;
  /**
   * Set by the initiator. Decides if a confirmed path that the responder dialed replaces a working one; if undefined, it doesn't. Not called if the
   * path in use is lost or doubtful.
   */
  acceptOffer: ((offer: Readonly<{ kind: PathKind }>) => boolean) | undefined;
  /** Checks the path in use. Resolves to false, and gives the path up, if no answer arrives within `timeout` ms. */
  probe(timeout: number): Promise<boolean>;
  /** Sends the addresses at which this side can be dialed: at most 16 texts of 80 characters. The newest list replaces earlier ones. */
  sendCandidates(addresses: readonly string[]): void;
  /** Called with the addresses of the other side, in printable ASCII. The receiver checks whether they are addresses. */
  onCandidates: ((addresses: readonly string[]) => void) | undefined;
}
