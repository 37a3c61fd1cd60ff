import type { ClawReachError } from '../errors.ts';

/** Kinds of streams. Each kind has a params schema and a right (PROTOCOL section 5). */
export const STREAM_KINDS = ['pty', 'exec', 'tcp', 'udp', 'file', 'message', 'rpc', 'relay'] as const;
export type StreamKind = (typeof STREAM_KINDS)[number];

/** Scheduling class. `interactive` for pty, message and rpc; `bulk` shares what is left in turns of 16 KiB. */
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
  /** True if a `write` now would resolve at once. */
  readonly hasRoom: boolean;
  /** Ends the local direction after everything written. Resolves when the other end has acknowledged it. */
  end(): Promise<void>;
  /** Reads the next bytes into a new array; null at the end of the other direction. One reader at a time. */
  read(): Promise<Uint8Array | null>;
  /**
   * Reads without allocating: fills `target`, which must not be used until this settles. Returns the number of bytes,
   * at least 1, or null at the end. For bulk data, where one buffer is reused.
   */
  readInto(target: Uint8Array): Promise<number | null>;
  /** Ends both directions at once. `code` 0–255 by the kind's own table; 0 is "cancelled". */
  reset(code: number): void;
  /** Resolves when both directions are finished, with why: 'finished', or the error that ended it. Never rejects. */
  readonly closed: Promise<'finished' | ClawReachError>;
}

/** A stream opened by this side. */
export interface OutgoingStream extends LinkStream {
  /** Params of OPEN_OK. Rejects with LinkError `link.refused` (details: the other side's code and message) on OPEN_FAIL. */
  readonly opened: Promise<unknown>;
  /** Called for each OPEN_WAIT, while the other side asks its user; `message` is a code to show, such as `approval`. */
  onWaiting: ((message: string) => void) | undefined;
}

/**
 * A stream offered by the other side. Nothing is read or written before `accept`; exactly one of `accept` and `refuse`
 * counts.
 */
export interface IncomingStream {
  readonly id: number;
  readonly kind: StreamKind;
  readonly params: unknown;
  /** Notifies the opener that a user is being asked. */
  wait(message: string): void;
  accept(params?: unknown): LinkStream;
  /** Refuses the stream. `code` is a stable word such as `rights.denied`; `message` has at most 256 characters. */
  refuse(code: string, message: string): void;
  /** Aborted when the opener cancelled or the session ended before an answer. */
  readonly cancelled: AbortSignal;
}

/** Reason why a session ended. `remote` is true if it came in an authenticated CLOSE. */
export type SessionEnd = Readonly<{ code: string; reason: string; remote: boolean }>;

export type SessionRole = 'initiator' | 'responder';

/** Kind of a path: `direct` over TCP, `udp` over a WebRTC data channel, `via` through hops. */
export type PathKind = 'memory' | 'relay' | 'direct' | 'udp' | 'via';

export type SessionStatistics = Readonly<{
  /** Application bytes of STREAM frames. */
  bytesSent: number;
  bytesReceived: number;
  streamsOpen: number;
  /** Bytes sent but not acknowledged, which a lost path would send again. */
  bytesRetained: number;
  /** Paths on trial, offered, or dead and not settled. */
  pathsRemembered: number;
  /** Datagrams dropped for age or lack of space. */
  datagramsDropped: number;
  /** Smoothed and least round trip, ms; undefined before the first PONG. */
  rtt: number | undefined;
  minRtt: number | undefined;
  /** Minimum of the last ten seconds, ms. */
  recentRtt: number | undefined;
  /** Time of the other side's last answer, monotonic, ms; undefined before the first. */
  answeredAt: number | undefined;
  /** Time for which the path in use has owed an answer, ms; undefined while it owes none. */
  silence: number | undefined;
}>;

/** Encrypted connection between two devices that outlives its paths (PROTOCOL section 5). */
export interface Session {
  /** 16 random bytes of the initiator, hexadecimal. */
  readonly id: string;
  readonly role: SessionRole;
  /** Resolves when the first record of the other side has authenticated. Rejects if the session ends before. */
  readonly confirmed: Promise<void>;
  /** Called for each OPEN of the other side; set before the path is attached. Without it every OPEN is refused. */
  onStream: ((stream: IncomingStream) => void) | undefined;
  /**
   * Opens a stream. Params: JSON value of at most 4 KiB.
   * @throws {LinkError} `link.closed`, `link.too-many-streams`
   */
  open(
    kind: StreamKind,
    params: unknown,
    options?: Readonly<{ priority?: StreamPriority; signal?: AbortSignal }>,
  ): OutgoingStream;
  /** Measures the round trip on the path in use, ms. Rejects after `timeout` ms (default 5000) or when the session ends. */
  ping(timeout?: number): Promise<number>;
  /**
   * Sends an unreliable datagram (RFC 9221). `head` and `bytes`, together at most 65 000 bytes, belong to the session
   * from here on; the datagram is dropped when it waits too long or the queue is full. Returns false when it is too
   * large or there is no path.
   */
  sendDatagram(flow: number, bytes: Uint8Array, head?: Uint8Array): boolean;
  /** Receives datagrams. `bytes` is a view of the record and keeps it in memory. */
  onDatagram: ((flow: number, bytes: Uint8Array) => void) | undefined;
  /** Sends an authenticated CLOSE, waits shortly for its acknowledgement, drops everything. Idempotent. */
  close(code: string, reason: string): Promise<void>;
  readonly closed: Promise<SessionEnd>;
  statistics(): SessionStatistics;
}
