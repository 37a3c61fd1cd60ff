import type { ByteChannel } from '#shared/link/index.ts';

/** Facts that both sides of a WebRTC connection need. They don't prove an identity; the handshake inside does. */
export type WebRtcDescription = Readonly<{
  /** ICE credentials (RFC 8445), without which a datagram is dropped unread: 4 to 32, and 22 to 64 base64 characters. */
  fragment: string;
  password: string;
  /** SHA-256 of the DTLS certificate, 64 hexadecimal digits. */
  fingerprint: string;
}>;

export type WebRtcOptions = Readonly<{
  /** Aborted while the library is still being loaded: nothing is begun, and no datagram sent. */
  signal?: AbortSignal | undefined;
  /** STUN server that tells this device its public address; without it only addresses of its own interfaces are found. */
  stun?: Readonly<{ host: string; port: number }> | undefined;
  /** Only this machine can be reached: tests, and two devices on one machine. */
  loopback: boolean;
  /** Offer to answer; undefined for the side that makes the offer. */
  offer: WebRtcDescription | undefined;
  /** An address of this device, `host:port`, as soon as it is found; may lead to nothing. */
  onCandidate(address: string): void;
  /** Called when no more candidates follow. */
  onGathered(): void;
  /** Called once if the connection fails or ends; not after `close`, and not once `opened` has resolved: then the channel reports it. */
  onFailed(error: Error): void;
}>;

/** A connection that is being made. */
export interface WebRtcConnection {
  /** Description of this side. */
  readonly description: Promise<WebRtcDescription>;
  /** Takes the other side's answer; only for who made the offer. */
  takeAnswer(answer: WebRtcDescription): void;
  /**
   * Sends to that address until it answers, or a few times.
   * @param address `host:port`; the caller decides whether it may be dialled
   */
  addCandidate(address: string): void;
  /** Resolves with the channel and the other side's address once both sides are connected. */
  readonly opened: Promise<Readonly<{ channel: ByteChannel; address: string }>>;
  /** Gives it up, or ends it. Idempotent. */
  close(): void;
}

/** Sockets for devices behind NAT, the seam at which the agent is tested without the native library. */
export interface WebRtcSockets {
  /** Why there are none on this machine; undefined while that is not known, and where there are. */
  readonly problem: string | undefined;
  /** Loads what is needed. @throws {WebRtcError} `udp.unavailable` */
  ready(): Promise<void>;
  /** @throws {WebRtcError} `udp.unavailable`, `udp.failed` */
  connect(options: WebRtcOptions): Promise<WebRtcConnection>;
  /** Ends the library's threads once nothing uses it any more. */
  close(): void;
}
