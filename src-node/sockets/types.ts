import type { ByteChannel } from '#shared/link/index.ts';
import type { RelayEndpoint } from './relay-url.ts';

/** Form of a data connection: plain after an HTTP upgrade, or WebSocket messages whose boundaries carry no meaning. */
export type DataConnectionForm = 'raw' | 'websocket';

/** Remembers which form of data connection works with a relay. Entries expire after a day, since networks change. */
export interface DataConnectionFormCache {
  recall(authority: string): DataConnectionForm | undefined;
  remember(authority: string, form: DataConnectionForm): void;
}

/** A message connection to the relay: WebSocket in the real world, a pair in memory in tests. */
export interface ControlChannel {
  /** SHA-256 of the SPKI of the TLS certificate that was seen, 32 bytes; empty without TLS. */
  readonly tlsPin: Uint8Array;
  /** `host:port` of the other end of the socket. */
  readonly remoteAddress: string;
  /** Bytes taken and not yet handed to the operating system. */
  readonly bufferedBytes: number;
  sendText(text: string): void;
  sendBinary(bytes: Uint8Array): void;
  ping(): void;
  /** Set once; what came earlier is kept for it. */
  setHandlers(handlers: ControlHandlers): void;
  /** Says goodbye in the protocol's way; ended by force after a second. Idempotent. */
  close(): void;
  /** Drops the socket at once. Idempotent. */
  terminate(): void;
}

export interface ControlHandlers {
  text(text: string): void;
  /** The bytes are the receiver's own. */
  binary(bytes: Uint8Array): void;
  /** Called for a ping of the other side, and for its pong. */
  alive(sign: 'ping' | 'pong'): void;
  /** Called exactly once, last. */
  closed(error?: Error): void;
}

export type ControlDialOptions = Readonly<{
  /** SHA-256 of the SPKI that the relay's TLS certificate must have; replaces the check of name and authority. 32 bytes. */
  tlsPin?: Uint8Array;
  signal: AbortSignal;
}>;

export type LinkDialOptions = ControlDialOptions &
  Readonly<{
    /** Shown as the first bytes, 32 bytes. */
    ticket: Uint8Array;
  }>;

/** Dialer for relays, the seam at which the agent is tested without a network. */
export interface RelayDialer {
  /**
   * The control connection, open for messages.
   * @throws {DialError}
   */
  control(endpoint: RelayEndpoint, options: ControlDialOptions): Promise<ControlChannel>;
  /**
   * A data connection that has shown its ticket and got LINK_READY: every byte is the other side's.
   * @throws {DialError}
   */
  link(endpoint: RelayEndpoint, options: LinkDialOptions): Promise<ByteChannel>;
  /** The proxy through which the relay is reached now, as errors name it; undefined without one. */
  proxy?(endpoint: RelayEndpoint): Promise<string | undefined>;
}
