import type { ClawReachError } from '../errors.ts';

/** What a stream is for; each kind has a params schema and a right (PROTOCOL section 5, X7). */
export const STREAM_KINDS = ['pty', 'exec', 'tcp', 'udp', 'file', 'message', 'rpc', 'relay'] as const;
export type StreamKind = (typeof STREAM_KINDS)[number];

/** Who is served first. `interactive` for pty, message and rpc; `bulk` shares what is left in turns of 16 KiB. */
export type StreamPriority = 'interactive' | 'normal' | 'bulk';

/**
 * A reliable, ordered stream in each direction, half-closable. Semantics of QUIC (RFC 9000 sections 2 and 3).
 * All waiting methods reject with a LinkError when the stream is reset or the session ends.
 */
export interface LinkStream {
  readonly id: number;
  readonly kind: StreamKind;
  /** Params of OPEN as the opener sent them (JSON value, not validated beyond size and depth). */
  readonly params: unknown;
  /** Changes while the stream runs: a terminal with sustained output becomes `normal`. */
  priority: StreamPriority;
  /**
   * Copies the bytes and resolves when there is room for more: a slow reader makes this wait.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Whether a `write` now would resolve at once. */
  readonly hasRoom: boolean;
  /** Ends our direction after what was written. Resolves when the other end has acknowledged everything. */
  end(): Promise<void>;
  /** The next bytes in an array of the reader's own, or null at the end of the other direction. One reader at a time. */
  read(): Promise<Uint8Array | null>;
  /**
   * `read` without a new array each time: fills `target`, which nobody else may use until this settles. The number of bytes, at least 1, or
   * null at the end. For bulk, where one buffer goes round.
   */
  readInto(target: Uint8Array): Promise<number | null>;
  /** Ends both directions at once. `code` 0–255 by the kind's own table; 0 is "cancelled". */
  reset(code: number): void;
  /** Resolves when both directions are finished, with why: 'finished', or the error that ended it. Never rejects. */
  readonly closed: Promise<'finished' | ClawReachError>;
}

/** A stream we opened. */
export interface OutgoingStream extends LinkStream {
  /** Params of OPEN_OK. Rejects with LinkError `link.refused` (details: the other side's code and message) on OPEN_FAIL. */
  readonly opened: Promise<unknown>;
  /** Called for each OPEN_WAIT: the other side asks its person; `message` is a code to show, such as `approval`. */
  onWaiting: ((message: string) => void) | undefined;
}

/** A stream the other side wants. Nothing is read or written before accept; exactly one of accept and refuse counts. */
export interface IncomingStream {
  readonly id: number;
  readonly kind: StreamKind;
  readonly params: unknown;
  /** Tells the opener that a person is being asked. */
  wait(message: string): void;
  accept(params?: unknown): LinkStream;
  /** `code` is a stable word such as `rights.denied`; `message` at most 256 characters for people. */
  refuse(code: string, message: string): void;
  /** Aborted when the opener gave up or the session ended before an answer. */
  readonly cancelled: AbortSignal;
}

/** Why a session ended. `remote` tells whether the other side said so in an authenticated CLOSE. */
export type SessionEnd = Readonly<{ code: string; reason: string; remote: boolean }>;

export type SessionRole = 'initiator' | 'responder';

/** Where a path runs: `direct` over TCP, `udp` over a data channel of WebRTC. */
export type PathKind = 'memory' | 'relay' | 'direct' | 'udp' | 'via';

export type SessionStatistics = Readonly<{
  /** Application bytes of STREAM frames. */
  bytesSent: number;
  bytesReceived: number;
  streamsOpen: number;
  /** Sent and kept until it is acknowledged; what a lost path would have to send again. */
  bytesRetained: number;
  /** Paths that are tried, offered, or gone and not settled. */
  pathsRemembered: number;
  /** Datagrams that waited too long, or gave way to others. */
  datagramsDropped: number;
  /** Smoothed and least round trip, ms; undefined before the first PONG. */
  rtt: number | undefined;
  minRtt: number | undefined;
  /** Least of the last ten seconds. */
  recentRtt: number | undefined;
  /** When the other side last answered, by the monotonic clock, ms; undefined before the first answer. */
  answeredAt: number | undefined;
  /** How long questions have been open on the path in use without any answer, ms; undefined while none is open. */
  silence: number | undefined;
}>;

/** The life of a link between two devices; outlives its paths (PROTOCOL section 6). */
export interface Session {
  /** 16 random bytes of the initiator, hexadecimal. */
  readonly id: string;
  readonly role: SessionRole;
  /** Resolves when the first record of the other side has authenticated. Rejects if the session ends before. */
  readonly confirmed: Promise<void>;
  /** Called for each OPEN of the other side; set before the path is attached. Without it every OPEN is refused. */
  onStream: ((stream: IncomingStream) => void) | undefined;
  /** Params: JSON value of at most 4 KiB. Throws LinkError `link.closed` or `link.too-many-streams`. */
  open(
    kind: StreamKind,
    params: unknown,
    options?: Readonly<{ priority?: StreamPriority; signal?: AbortSignal }>,
  ): OutgoingStream;
  /** Round trip on the current path, ms. Rejects after `timeout` ms (default 5000) or when the session ends. */
  ping(timeout?: number): Promise<number>;
  /**
   * Unreliable (RFC 9221): `head` and `bytes` are at most 65 000 bytes together, belong to the session from here, and are dropped when they wait
   * too long or the queue is full. False when they are too large, or there is no path now.
   */
  sendDatagram(flow: number, bytes: Uint8Array, head?: Uint8Array): boolean;
  /** `bytes` is a view of the record, which it keeps in memory. */
  onDatagram: ((flow: number, bytes: Uint8Array) => void) | undefined;
  /** Sends an authenticated CLOSE, waits shortly for its acknowledgement, drops everything. Idempotent. */
  close(code: string, reason: string): Promise<void>;
  readonly closed: Promise<SessionEnd>;
  statistics(): SessionStatistics;
}
