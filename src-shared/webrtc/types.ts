import type { ByteChannel } from '../link/index.ts';

/**
 * Description of one side of a WebRTC connection, exchanged through the relay. It doesn't prove an identity; the handshake inside the connection
 * does.
 */
export type WebRtcDescription = Readonly<{
  /** ICE user name fragment (RFC 8445), 4 to 32 base64 characters. A datagram without it is dropped unread. */
  fragment: string;
  /** ICE password, 22 to 64 base64 characters. */
  password: string;
  /** SHA-256 of the DTLS certificate, 64 hexadecimal digits. */
  fingerprint: string;
}>;

/** Parameters and callbacks of a connection. */
export type WebRtcOptions = Readonly<{
  /** Aborts while the library is still being loaded; then no datagram is sent. */
  signal?: AbortSignal | undefined;
  /** STUN server that reports this device's public address; undefined to use only addresses of its own interfaces. */
  stun?: Readonly<{ host: string; port: number }> | undefined;
  /** True to connect within this machine only: for tests, and for two devices on one machine. */
  loopback: boolean;
  /** Offer to answer; undefined for the side that makes the offer. */
  offer: WebRtcDescription | undefined;
  /** Called with each address of this device (`host:port`) as soon as it is found; it may be unreachable. */
  onCandidate(address: string): void;
  /** Called when no more candidates follow. */
  onGathered(): void;
  /** Called once if the connection fails or ends. Not called after `close`, nor after `opened` has resolved: then the channel reports the end. */
  onFailed(error: Error): void;
}>;

/** WebRTC connection that is being established. */
export interface WebRtcConnection {
  /** Description of this side, to be sent to the peer. */
  readonly description: Promise<WebRtcDescription>;
  /** Sets the other side's answer; only on the side that made the offer. */
  takeAnswer(answer: WebRtcDescription): void;
  /**
   * Tries an address of the other side: sends to it until it answers or a few attempts have failed.
   * @param address `host:port`; the caller decides whether it may be dialed
   */
  addCandidate(address: string): void;
  /** Resolves with the channel and the other side's address once both sides are connected. */
  readonly opened: Promise<Readonly<{ channel: ByteChannel; address: string }>>;
  /** Cancels or closes the connection. Idempotent. */
  close(): void;
}

/**
 * WebRTC connections of the agent's UDP transport, between devices behind NAT. The agent gets them as an option, so that tests run without the native
 * library.
 */
export interface WebRtcSockets {
  /** Reason why the library does not work on this machine; undefined if it works or has not been loaded yet. */
  readonly problem: string | undefined;
  /**
   * Loads the native library.
   * @throws {WebRtcError} `udp.unavailable`
   */
  ready(): Promise<void>;
  /**
   * Starts a connection.
   * @throws {WebRtcError} `udp.unavailable`, `udp.failed`
   */
  connect(options: WebRtcOptions): Promise<WebRtcConnection>;
  /** Closes all connections, and ends the library's threads once no one uses them any more. */
  close(): void;
}
