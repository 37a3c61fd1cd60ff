const KIB = 1024;
const MIB = 1024 * KIB;

/** Limits of one session. Sizes in bytes, times in ms; docs/LIMITS.md gives the reasons and the sum. */
export type LinkLimits = Readonly<{
  /** Streams the other side may have open at a time; at least INITIAL_STREAMS. */
  maxIncomingStreams: number;
  /** Local streams open at a time. */
  maxOutgoingStreams: number;
  /** Credit of all streams together: bytes that may arrive unread. */
  sessionWindow: number;
  /** The part of `sessionWindow` that only interactive streams may be granted. */
  interactiveReserve: number;
  /** Credit of a stream when it is accepted, and the most it grows to. */
  streamWindow: number;
  maxStreamWindow: number;
  /** Bytes a stream takes by `write` before the writer waits. */
  sendBuffer: number;
  /** Sent and not yet acknowledged, all streams together; the last `retainedReserve` bytes are for interactive streams. */
  maxRetained: number;
  retainedReserve: number;
  /** Most bytes in one write to the channel, without and with an interactive stream open. */
  bulkWrite: number;
  interactiveWrite: number;
  /** Most bytes that `read` joins. */
  readSize: number;
  /** Records or bytes after which an acknowledgement is sent, at the latest after `ackDelay`. */
  ackRecords: number;
  ackBytes: number;
  ackDelay: number;
  /** Silence after which a path without streams is pinged; a second silence ends it. */
  keepAlive: number;
  /** Time a session without a path waits for the next one; 0 ends it at once. */
  pathLossGrace: number;
  /** The same without open streams: the other side may still have one whose last frame was in flight. */
  idleGrace: number;
  /** With a stream open: silence before a PING; silence before a path counts as doubtful, then as lost. */
  activePing: number;
  doubtfulAfter: number;
  lostAfter: number;
  /** Time for a path that is not in use to authenticate. */
  offerWait: number;
  /** Time `close` waits for the acknowledgement. */
  closeWait: number;
  /** Time after which a queued datagram is dropped. */
  datagramAge: number;
  /** Bytes of queued datagrams, plus 64 for each. */
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
 * Unsent bytes above which a terminal's writer waits. Bytes written cannot be taken back, so on a slow path an
 * interrupt waits for them.
 */
export const TERMINAL_SEND_BUFFER = 16 * KIB;

/** Streams each side may open before it has heard a MAX_STREAMS. Part of the protocol. */
export const INITIAL_STREAMS = 16;

/**
 * Credit every stream has in each direction from its first frame on, and never falls below while its reader reads: a first request needs
 * no round trip, and no stream can be starved by others. Part of the protocol.
 */
export const FLOOR_CREDIT = 4 * KIB;

/** Credit of the session before the first MAX_DATA. Part of the protocol. */
export const INITIAL_DATA = INITIAL_STREAMS * FLOOR_CREDIT;

/** Largest record on the wire, and its plaintext: PROTOCOL section 4, with 16 bytes for the authentication tag. */
export const MAX_RECORD = 65_535;
export const MAX_RECORD_BODY = MAX_RECORD - 16;

/** Unacknowledged records per path; a conforming side stays far below. */
export const MAX_UNACKNOWLEDGED = 65_536;

/** Bytes per turn of a normal or bulk stream while others wait. */
export const QUANTUM = 16 * KIB;

/** Completes and checks what a caller gave. @throws {RangeError} when the parts cannot fit together. */
export function completeLimits(given: Partial<LinkLimits> = {}): LinkLimits {
  const limits: LinkLimits = { ...DEFAULT_LINK_LIMITS, ...given };
  if (limits.maxIncomingStreams < INITIAL_STREAMS)
    throw new RangeError(`maxIncomingStreams is below ${INITIAL_STREAMS}`);
  if (sharedCredit(limits) - limits.interactiveReserve < 0)
    throw new RangeError('sessionWindow does not hold the floor of every stream and the reserve');
  if (limits.maxRetained <= limits.retainedReserve) throw new RangeError('maxRetained is not above retainedReserve');
  return limits;
}

/** Returns the part of the session window that remains when every stream has its floor. */
export function sharedCredit(limits: LinkLimits): number {
  return limits.sessionWindow - (limits.maxIncomingStreams + limits.maxOutgoingStreams) * FLOOR_CREDIT;
}
