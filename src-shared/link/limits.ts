const KIB = 1024;
const MIB = 1024 * KIB;

/** Limits of one session. Sizes are in bytes, times in ms; docs/LIMITS.md has the reasons and the sum. */
export type LinkLimits = Readonly<{
  /** Maximum number of open streams that the other side opened; at least INITIAL_STREAMS. */
  maxIncomingStreams: number;
  /** Maximum number of open streams that this side opened. */
  maxOutgoingStreams: number;
  /** Credit of all streams together: bytes that may arrive before they are read. */
  sessionWindow: number;
  /** Part of `sessionWindow` that only interactive streams get. */
  interactiveReserve: number;
  /** Initial credit of a stream, and the maximum to which it grows. */
  streamWindow: number;
  maxStreamWindow: number;
  /** Bytes that `write` of a stream accepts before it waits. */
  sendBuffer: number;
  /** Maximum number of bytes sent and not acknowledged, of all streams together. The last `retainedReserve` bytes are for interactive streams. */
  maxRetained: number;
  retainedReserve: number;
  /** Maximum number of bytes in one write to the channel: without an open interactive stream, and with one. */
  bulkWrite: number;
  interactiveWrite: number;
  /** Maximum number of bytes that one `read` of a stream returns. */
  readSize: number;
  /** Number of records, or of bytes, after which an acknowledgement is sent; `ackDelay` is the longest delay. */
  ackRecords: number;
  ackBytes: number;
  ackDelay: number;
  /** Time without a record after which a path without streams is pinged. If the same time passes again, the path is lost. */
  keepAlive: number;
  /** Time that a session without a path waits for another one; 0 ends the session at once. */
  pathLossGrace: number;
  /** Same time for a session without open streams. The other side may still have one whose last frame was lost. */
  idleGrace: number;
  /**
   * With an open stream, time without a record after which a PING is sent (`activePing`), the path becomes doubtful (`doubtfulAfter`), or is lost
   * (`lostAfter`).
   */
  activePing: number;
  doubtfulAfter: number;
  lostAfter: number;
  /** Time in which an offered path must authenticate. */
  offerWait: number;
  /** Time that `close` waits for the acknowledgement. */
  closeWait: number;
  /** Time after which a queued datagram is dropped. */
  datagramAge: number;
  /** Maximum size of all queued datagrams, each counted with 64 bytes more. */
  datagramBytes: number;
}>;

export const DEFAULT_LINK_LIMITS: LinkLimits = {
  maxIncomingStreams: 1024,
  maxOutgoingStreams: 1024,
  sessionWindow: 32 * MIB,
  interactiveReserve: 4 * MIB,
  streamWindow: 256 * KIB,
  maxStreamWindow: 16 * MIB,
  sendBuffer: 512 * KIB,
  maxRetained: 32 * MIB,
  retainedReserve: 1 * MIB,
  bulkWrite: 256 * KIB,
  interactiveWrite: 64 * KIB,
  readSize: 256 * KIB,
  ackRecords: 4,
  ackBytes: 128 * KIB,
  ackDelay: 10,
  keepAlive: 20_000,
  pathLossGrace: 600_000,
  idleGrace: 30_000,
  activePing: 1500,
  doubtfulAfter: 5000,
  lostAfter: 30_000,
  offerWait: 10_000,
  closeWait: 1000,
  datagramAge: 100,
  datagramBytes: 1 * MIB,
};

/**
 * Number of unsent bytes above which the writer of a terminal's output waits. Written bytes can't be taken back, so on a slow path the reaction to an
 * interrupt waits for them.
 */
export const TERMINAL_SEND_BUFFER = 16 * KIB;

/** Number of streams that each side may open before the first MAX_STREAMS frame. Part of the protocol. */
export const INITIAL_STREAMS = 16;

/**
 * Minimum credit of every stream in each direction, bytes, from its first frame on and for as long as its reader reads. A first request therefore
 * needs no extra round trip, and other streams can't starve this one. Part of the protocol.
 */
export const FLOOR_CREDIT = 4 * KIB;

/** Credit of the session before the first MAX_DATA frame, bytes. Part of the protocol. */
export const INITIAL_DATA = INITIAL_STREAMS * FLOOR_CREDIT;

/** Maximum length of a record on the wire, bytes (PROTOCOL section 4). MAX_RECORD_BODY is its plaintext, without the authentication tag. */
export const MAX_RECORD = 65_535;
export const MAX_RECORD_BODY = MAX_RECORD - 16;

/** Maximum number of unacknowledged records per path. A correct sender stays far below. */
export const MAX_UNACKNOWLEDGED = 65_536;

/** Bytes that a normal or bulk stream may send per turn while others wait. */
export const QUANTUM = 16 * KIB;

/** Adds defaults to the given limits and checks them. @throws {RangeError} for limits that contradict each other */
export function completeLimits(given: Partial<LinkLimits> = {}): LinkLimits {
  const limits: LinkLimits = { ...DEFAULT_LINK_LIMITS, ...given };
  if (limits.maxIncomingStreams < INITIAL_STREAMS)
    throw new RangeError(`maxIncomingStreams is below ${INITIAL_STREAMS}`);
  if (sharedCredit(limits) - limits.interactiveReserve < 0)
    throw new RangeError('sessionWindow does not hold the floor of every stream and the reserve');
  if (limits.maxRetained <= limits.retainedReserve) throw new RangeError('maxRetained is not above retainedReserve');
  return limits;
}

/** Returns the part of the session window that remains after the minimum credit of every stream. */
export function sharedCredit(limits: LinkLimits): number {
  return limits.sessionWindow - (limits.maxIncomingStreams + limits.maxOutgoingStreams) * FLOOR_CREDIT;
}
