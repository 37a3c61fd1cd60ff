import type { LinkPathKind, PathChange, PathMode, PathReason, PathTimes, UdpReason } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { Established } from '#shared/handshake/index.ts';
import type { DeviceCertificate, DeviceIdentity, PeerId } from '#shared/identity/index.ts';
import type { ByteChannel, IncomingStream, LinkPath, Session, SessionEnd } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { IncomingPath, PathDialer } from '../direct/index.ts';
import type { RelayPort } from '../relay/index.ts';
import type { TransportKind } from './paths/transport-kinds.ts';

/** Pinned keys of a peer. The signing key is permanent; the static key lasts until a certificate of a higher generation arrives. */
export type PinnedPeer = Readonly<{
  peerId: PeerId;
  signingKey: Uint8Array;
  staticKey: Uint8Array;
  generation: number;
}>;

/** Rejected incoming handshake, for the audit log. */
export type RejectedHandshake = Readonly<{
  /** Caller as named by the relay; unverified. */
  from: PeerId;
  code: string;
}>;

/** Peer's answer to message 1, and the channel on which it came. */
export type HandshakeReply = Readonly<{ message2: Uint8Array; channel: ByteChannel }>;

/** Direct TCP connections, as the links use them. Implemented by `DirectTransport`. */
export interface DirectPort extends PathDialer {
  /** Port on which this device listens for direct connections; undefined if it doesn't listen. */
  readonly port: number | undefined;
  /** Returns the `host:port` at which peers can dial this device; empty if it doesn't listen. */
  localAddresses(): readonly string[];
  /** Reports whether `dial` would dial the address. */
  isDialable(address: string): boolean;
  onIncoming: ((incoming: IncomingPath) => void) | undefined;
}

/** UDP connections, as the links use them. Implemented by `UdpTransport`. */
export interface UdpPort {
  /** Reason why this device makes no UDP connections now: turned off, or no WebRTC library; undefined if it makes them. */
  readonly obstacle: 'off' | 'unavailable' | undefined;
  /** True once a relay has told this device its public address. */
  readonly knowsPublicAddress: boolean;
  /** Dials over UDP. `session` carries the offer and the answer. */
  dial(
    session: Pick<Session, 'open'>,
    to: PeerId,
    message1: Uint8Array,
    signal: AbortSignal,
  ): Promise<HandshakeReply & Readonly<{ address: string }>>;
  onIncoming: ((incoming: IncomingPath) => void) | undefined;
}

/** Connections through hops, as the links use them. Implemented by `HopTransport`. */
export interface HopPort {
  /** Dials a peer through the hop at the other end of `session`. `ask`: the hop may ask its user; default true. */
  dial(
    session: Pick<Session, 'open'>,
    to: PeerId,
    message1: Uint8Array,
    signal: AbortSignal,
    options?: Readonly<{ ask?: boolean; onWaiting?: () => void }>,
  ): Promise<HandshakeReply>;
  onIncoming: ((incoming: IncomingPath) => void) | undefined;
}

/** Route to a peer, from which its dials are planned: the paths that the user allows, and the peer's known addresses. */
export type PeerRoute = Readonly<{
  mode: PathMode;
  /** Hops that the user named, in order; empty for none. */
  hops: readonly PeerId[];
  /** Each `host:port` at which the peer has authenticated, newest first. */
  addresses: readonly string[];
  /** Each `host:port` that the peer announced in the local network, newest first; unverified. */
  announced?: readonly string[];
}>;

/** Hop of a path, as one end knows it. `session`: with the hop; undefined for hops that the other end chose. */
export type Hop = Readonly<{ peerId: PeerId; session: Pick<Session, 'ping' | 'statistics'> | undefined }>;

/** Completed handshake that this device began. */
export type CompletedHandshake = Readonly<{
  kind: TransportKind;
  established: Established;
  channel: ByteChannel;
  address: string;
  hops: readonly Hop[];
}>;

/** Path with completed handshake, keys and hops. */
export type EstablishedPath = Readonly<{
  kind: TransportKind;
  channel: ByteChannel;
  send: LinkPath['send'];
  receive: LinkPath['receive'];
  /** True if this device sent message 1. */
  dialed: boolean;
  /** `host:port` of the first machine on the path. */
  address: string;
  /** Hops in order from this device; empty for other transports. */
  hops: readonly Hop[];
}>;

/** Routes of peers, and the outcome of dials to their addresses. Implemented by `Network`. */
export interface RouteStore {
  /** Returns the current route to the peer. */
  routeOf(peerId: PeerId): PeerRoute;
  /** Records that the peer has authenticated at this address. */
  recordReached(peerId: PeerId, address: string): void;
  /** Records that a dial to this address didn't reach the peer. `began`: monotonic time at which the dial began, ms. */
  recordUnreached?(peerId: PeerId, address: string, began?: number): void;
}

/** Times of a session that has ended. `answeredAt`: last answer of the peer, ms since 1970. `began`: monotonic. */
export type SessionTimes = Readonly<{ answeredAt: number | undefined; began: number }>;

/** Dependencies and callbacks of `LinkManager`. */
export type LinkManagerOptions = Readonly<{
  crypto: CryptoBackend;
  identity: DeviceIdentity;
  clock: Clock;
  logger: Logger;
  relay: RelayPort;
  direct?: DirectPort | undefined;
  udp?: UdpPort | undefined;
  hops?: HopPort | undefined;
  routes?: RouteStore | undefined;
  /** Returns random numbers, uniform in [0, 1), for the jitter of retries; undefined: from `crypto`. */
  random?: () => number;
  peers: Readonly<{ lookup(peerId: PeerId): PinnedPeer | undefined }>;
  /** Receives streams that peers open. The receiver checks the peer's rights. */
  onStream: (stream: IncomingStream, peerId: PeerId, session: Session) => void;
  /** Called for each new session with a peer, before its first path. */
  onSession?: (peerId: PeerId, session: Session) => void;
  /** Called when a session with a peer has begun that had none. */
  onLinked?: (peerId: PeerId, path: LinkPathKind) => void;
  /** Called when the last session with the peer has ended. */
  onUnlinked?: (peerId: PeerId, end: SessionEnd, times: SessionTimes) => void;
  /** Called when the view of a link has changed. */
  onChange?: (peerId: PeerId) => void;
  /** Called when a path stops answering, so that the relay connection below it can be checked. */
  onDoubt?: (peerId: PeerId, path: LinkPathKind) => void;
  /** Called with a verified certificate of a higher generation, to be pinned. `Network` saves it in the peer book and writes the audit log. */
  onCertificate?: (certificate: DeviceCertificate) => void;
  /** Called when an incoming handshake was rejected. */
  onHandshakeRejected?: (rejected: RejectedHandshake) => void;
  /** Returns the display name of a peer or of this device. */
  nameOf?: (peerId: PeerId) => string;
}>;

/** Hop for display. `rtt`: smoothed round trip, ms. `lost`: the last dial failed because this hop couldn't be reached. */
export type HopView = Readonly<{ peerId: PeerId; rtt: number | undefined; lost: boolean }>;

/** State of a link, for display. */
export type LinkView = Readonly<{
  /** Kind of the path in use, or of the last one: `direct` for TCP and UDP, `relay`, or `via` for hops. */
  path: LinkPathKind;
  /** True if a path of the kind `direct` runs over UDP. */
  udp: boolean;
  /** `host:port` of the first machine on the path. */
  address: string;
  /** Smoothed round trip, ms; undefined before the first measurement and while an answer is overdue. */
  rtt: number | undefined;
  /** Time of the peer's last answer, ms since 1970; null before the first. */
  answeredAt: number | null;
  state: 'up' | 'doubtful' | 'reconnecting';
  /** Start of this state, ms since 1970. */
  since: number;
  /** Time of the next dial, ms since 1970; null while a dial runs or none is possible. */
  retryAt: number | null;
  /** First hop from this device; null without hops. */
  via: PeerId | null;
  /** Hops that this device knows, in order from here. */
  hops: readonly HopView[];
  /** Reason why the path is not direct; null if it is. */
  why: PathReason | null;
  /** Reason why the path is not over UDP; null for a direct path, or if this side can't know. */
  whyNotUdp: UdpReason | null;
  /** Round trips that decided between UDP and relay; null if this side has not measured them. */
  times: PathTimes | null;
  history: readonly PathChange[];
}>;
