import type { ClawReachError } from '../errors.ts';

/** Kinds of streams. Each kind has a params schema and a right (PROTOCOL section 5). */
export const STREAM_KINDS = ['pty', 'exec', 'tcp', 'udp', 'file', 'message', 'rpc', 'relay'] as const;
export type StreamKind = (typeof STREAM_KINDS)[number];

/** Scheduling class of a stream. `interactive` goes first (pty, message, rpc); `normal` and `bulk` share the rest in turns of 16 KiB. */
export type StreamPriority = 'interactive' | 'normal' | 'bulk';

/**
 * Reliable, ordered stream of bytes in each direction, half-closable, with the semantics of QUIC (RFC 9000 sections 2 and 3). All waiting methods
 * reject with a LinkError if the stream is reset or the session ends.
 */
export interface LinkStream {
  readonly id: number;
  readonly kind: StreamKind;
  /** Params of OPEN as the opener sent them (JSON value, not validated beyond size and depth). */
  readonly params: unknown;
  /** May change during the stream's life: a terminal with much output becomes `normal`. */
  priority: StreamPriority;
  /** Copies the bytes, and resolves when the stream accepts more: a slow reader makes the writer wait. */
  write(bytes: Uint8Array): Promise<void>;
  /** True if a `write` would resolve at once. */
  readonly hasRoom: boolean;
  /** Ends this side's direction after all written bytes. Resolves when the other side has acknowledged them. */
  end(): Promise<void>;
  /** Returns the next bytes in a new array; null at the end of the other direction. Only one read at a time. */
  read(): Promise<Uint8Array | null>;
  /**
   * Reads into `target` without allocating, for bulk data with a reused buffer. The caller must not use `target` before the promise settles. Returns
   * the number of bytes, at least 1, or null at the end.
   */
  readInto(target: Uint8Array): Promise<number | null>;
  /** Ends both directions at once. The stream's kind defines the codes 0 to 255; 0 means "cancelled". */
  reset(code: number): void;
  /** Resolves when both directions are over: to 'finished', or to the error that ended the stream. Never rejects. */
  readonly closed: Promise<'finished' | ClawReachError>;
}

/** Stream that this side opened. */
export interface OutgoingStream extends LinkStream {
  /** Resolves to the params of OPEN_OK. Rejects after OPEN_FAIL with LinkError `link.refused`; its details are the other side's `code`, `message` and, if it names a pause, `retryAfter` (ms). */
  readonly opened: Promise<unknown>;
  /** Called for each OPEN_WAIT, while a person at the other side is asked. `message` is a code to show, such as `approval`. */
  onWaiting: ((message: string) => void) | undefined;
}

/** Stream that the other side opened and this side has not accepted yet. Only the first call of `accept` or `refuse` counts. */
export interface IncomingStream {
  readonly id: number;
  readonly kind: StreamKind;
  readonly params: unknown;
  /** Notifies the opener that a person here is being asked. */
  wait(message: string): void;
  accept(params?: unknown): LinkStream;
  /**
   * Refuses the stream. `code` is a stable word such as `rights.denied`; `message` has at most 256 characters.
   * @param retryAfter time for which an equal request is refused too, ms; at most an hour, 0 (the default) for none
   */
  refuse(code: string, message: string, retryAfter?: number): void;
  /** Aborted if the opener cancels or the session ends before an answer. */
  readonly cancelled: AbortSignal;
}

/** Reason why a session ended. `remote` is true if the other side sent it in an authenticated CLOSE frame. */
export type SessionEnd = Readonly<{ code: string; reason: string; remote: boolean }>;

export type SessionRole = 'initiator' | 'responder';

/** Kind of a path: `direct` over TCP, `udp` over a WebRTC data channel, `relay`, `via` through hops, `memory` in tests. */
export type PathKind = 'memory' | 'relay' | 'direct' | 'udp' | 'via';

/** Measurements of a session, for diagnostics and the link's state in a window. */
export type SessionStatistics = Readonly<{
  /** Bytes written to streams and sent, without frames' headers. */
  bytesSent: number;
  bytesReceived: number;
  /** Sealed bytes written to all paths, with everything that the session sends by itself. */
  sealedSent: number;
  /** Sealed bytes received on all paths whose records were authentic. */
  sealedReceived: number;
  streamsOpen: number;
  /** Bytes sent and not acknowledged. After the loss of a path they are sent again. */
  bytesRetained: number;
  /** Number of paths that are on trial, offered, or dead and not settled. */
  pathsRemembered: number;
  /** Number of outgoing datagrams dropped because they were late or the queue was full. */
  datagramsDropped: number;
  /** Smoothed and least round trip, ms; undefined before the first PONG. */
  rtt: number | undefined;
  minRtt: number | undefined;
  /** Least round trip of the last ten seconds, ms. */
  recentRtt: number | undefined;
  /** Monotonic time of the other side's last answer, ms; undefined before the first. */
  answeredAt: number | undefined;
  /** Time since the path in use owes an answer, ms; undefined if it owes none. */
  silence: number | undefined;
}>;

/** Encrypted connection between two devices that outlives its paths (PROTOCOL section 5). The agent's modules open and accept streams on it. */
export interface Session {
  /** 16 random bytes of the initiator, hexadecimal. */
  readonly id: string;
  readonly role: SessionRole;
  /** Resolves when the first record of the other side has authenticated; rejects if the session ends before. */
  readonly confirmed: Promise<void>;
  /** Called for each stream that the other side opens. Set it before the path is attached: if undefined, every stream is refused. */
  onStream: ((stream: IncomingStream) => void) | undefined;
  /**
   * Opens a stream. `params` is a JSON value of at most 4 KiB. Aborting `signal` resets the stream.
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
   * Sends an unreliable datagram (RFC 9221) of `head` followed by `bytes`, together at most 65 000 bytes. The session owns both arrays afterwards.
   * The datagram is dropped if it waits too long or the queue is full. Returns false if it is too large or there is no path.
   */
  sendDatagram(flow: number, bytes: Uint8Array, head?: Uint8Array): boolean;
  /** Called for each received datagram. `bytes` is a view of the record and keeps the whole record in memory. */
  onDatagram: ((flow: number, bytes: Uint8Array) => void) | undefined;
  /**
   * Sends a CLOSE frame and waits a short time for its acknowledgement; then ends all streams and paths. Idempotent.
   * @param here code of the end on this side, where the one that is sent means something else for the receiver
   */
  close(code: string, reason: string, here?: string): Promise<void>;
  /** Resolves when the session has ended. Never rejects. */
  readonly closed: Promise<SessionEnd>;
  statistics(): SessionStatistics;
}
