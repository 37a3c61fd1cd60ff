const KIB = 1024;
const MIB = 1024 * KIB;

/** What one session may hold. Sizes in bytes, times in ms; docs/LIMITS.md gives the reasons and the sum. */
export type LinkLimits = Readonly<{
  /** Streams the other side may have open at a time; at least INITIAL_STREAMS. */
  maxIncomingStreams: number;
  /** Streams of our own open at a time. */
  maxOutgoingStreams: number;
  /** Credit of all streams together: what may lie here unread. */
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
  /** Acknowledge after so many records or bytes, or after `ackDelay`. */
  ackRecords: number;
  ackBytes: number;
  ackDelay: number;
  /** A path is asked whether it lives after so much silence; a second silence ends it. */
  keepAlive: number;
  /** How long a session without a path waits for the next one; 0 ends it at once. */
  pathLossGrace: number;
  /** Of it, when no stream is open: the other side may still have one whose last word was on its way. */
  idleGrace: number;
  /** With a stream open: a PING after so long without an answer; doubtful, and then lost, after so much longer. */
  activePing: number;
  doubtfulAfter: number;
  lostAfter: number;
  /** How long a path that is not in use may take to prove itself. */
  offerWait: number;
  /** How long `close` waits for the acknowledgement. */
  closeWait: number;
  /** A datagram that waited longer is dropped. */
  datagramAge: number;
  /** Datagrams that wait to be sent, with 64 bytes for each. */
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
 * Bytes written and not sent above which a terminal's writer waits: they cannot be taken back any more, so they are what an interrupt has to wait
 * for on a slow path.
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

/** Records of a path that may wait for their acknowledgement; an honest side never lets so many wait. */
export const MAX_UNACKNOWLEDGED = 65_536;

/** A turn of a normal or bulk stream while others wait. */
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

/** What is left of the session window when every stream has its floor. */
export function sharedCredit(limits: LinkLimits): number {
  return limits.sessionWindow - (limits.maxIncomingStreams + limits.maxOutgoingStreams) * FLOOR_CREDIT;
}
