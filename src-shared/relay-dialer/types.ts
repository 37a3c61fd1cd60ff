import type { ByteChannel } from '../link/index.ts';
import type { RelayEndpoint } from './relay-url.ts';

/** Answer of a relay to a request: its HTTP status, and the JSON of its body; undefined if the body isn't JSON. */
export type JsonAnswer = Readonly<{ status: number; body: unknown }>;

/** Compression of a file on its way. */
export type FileEncoding = 'identity' | 'gzip' | 'br';

/** Answer of a relay to a request for a file of its page: status, headers in lower case, and content, decompressed. */
export type FileAnswer = Readonly<{ status: number; headers: Readonly<Record<string, string>>; body: Uint8Array }>;

/** Open control connection to a relay, a channel of messages: a WebSocket, or a pair in memory in tests. */
export interface ControlChannel {
  /** SHA-256 of the SPKI of the relay's TLS certificate, 32 bytes; empty without TLS. */
  readonly tlsPin: Uint8Array;
  /** `host:port` of the other end of the socket. */
  readonly remoteAddress: string;
  /** Bytes accepted and not yet given to the operating system. */
  readonly bufferedBytes: number;
  sendText(text: string): void;
  sendBinary(bytes: Uint8Array): void;
  ping(): void;
  /** Sets the handlers, once; earlier messages wait for them. */
  setHandlers(handlers: ControlHandlers): void;
  /** Closes the WebSocket with a close message, and by force after a second. Idempotent. */
  close(): void;
  /** Drops the socket at once. Idempotent. */
  terminate(): void;
}

/** Receiver of the messages of a control connection. */
export interface ControlHandlers {
  text(text: string): void;
  /** Called with a binary message. The receiver may keep the bytes. */
  binary(bytes: Uint8Array): void;
  /** Called for a ping of the other side, and for its pong. */
  alive(sign: 'ping' | 'pong'): void;
  /** Called exactly once, last. `close`: code and reason of the WebSocket's close (RFC 6455 section 7.4). */
  closed(error?: Error, close?: Readonly<{ code: number; reason: string }>): void;
}

/** Trust and signal of a connection to a relay. */
export type ControlDialOptions = Readonly<{
  /** SHA-256 of the SPKI that the relay's TLS certificate must have, 32 bytes; replaces the check of name and authority. */
  tlsPin?: Uint8Array;
  signal: AbortSignal;
}>;

/** Options of a data connection to a relay. */
export type LinkDialOptions = ControlDialOptions &
  Readonly<{
    /** Ticket that attaches the data connection, 32 bytes. */
    ticket: Uint8Array;
  }>;

/** Dialer for relays. The agent gets it as an option, so that tests run without a network; `createRelayDialer` makes the real one. */
export interface RelayDialer {
  /**
   * Opens a control connection.
   * @throws {DialError}
   */
  control(endpoint: RelayEndpoint, options: ControlDialOptions): Promise<ControlChannel>;
  /**
   * Opens a data connection, shows its ticket and waits for LINK_READY; from then on every byte is the other device's.
   * @throws {DialError}
   */
  link(endpoint: RelayEndpoint, options: LinkDialOptions): Promise<ByteChannel>;
  /**
   * Sends JSON to a relay by HTTP POST, and returns its answer. Undefined in doubles without HTTP.
   * @throws {DialError}
   */
  post?(endpoint: RelayEndpoint, path: string, body: unknown, options: ControlDialOptions): Promise<JsonAnswer>;
  /**
   * Gets a file of at most `most` bytes from a relay by HTTP, compressed on its way as `encoding` says, or not at all. Undefined in doubles without HTTP, and in pages, which can't see what others get.
   * @throws {DialError}
   */
  get?(
    endpoint: RelayEndpoint,
    path: string,
    options: ControlDialOptions & Readonly<{ most: number; encoding?: FileEncoding }>,
  ): Promise<FileAnswer>;
  /** Returns the URL of the proxy through which the relay is reached now, as errors name it; undefined without one. */
  proxy?(endpoint: RelayEndpoint): Promise<string | undefined>;
}
