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

/** Pinned keys of a peer: the identity is permanent, the static key lasts until a certificate of a higher generation arrives. */
export type PinnedPeer = Readonly<{
  peerId: PeerId;
  signingKey: Uint8Array;
  staticKey: Uint8Array;
  generation: number;
}>;

/** An incoming handshake that was rejected, for the audit log. */
export type RejectedHandshake = Readonly<{
  /** Sender as named by the relay; unverified. */
  from: PeerId;
  code: string;
}>;

/** The peer's answer to message 1, and the channel it came over. */
export type HandshakeReply = Readonly<{ message2: Uint8Array; channel: ByteChannel }>;

/** Direct TCP connections, as the links use them. */
export interface DirectPort extends PathDialer {
  /** Port this device listens on; undefined while it does not listen. */
  readonly port: number | undefined;
  /** `host:port` of this device's addresses; empty while it does not listen. */
  localAddresses(): readonly string[];
  /** Reports whether `dial` would try the address. */
  isDialable(address: string): boolean;
  onIncoming: ((incoming: IncomingPath) => void) | undefined;
}

/** UDP connections, as the links use them. */
export interface UdpPort {
  /** Reason why this device makes no UDP connections now; undefined if it does. */
  readonly obstacle: 'off' | 'unavailable' | undefined;
  /** True once a relay has told this device its public address. */
  readonly knowsItself: boolean;
  /** Dials over UDP. `session` carries the offer and answer of the two sides. */
  dial(
    session: Pick<Session, 'open'>,
    to: PeerId,
    message1: Uint8Array,
    signal: AbortSignal,
  ): Promise<HandshakeReply & Readonly<{ address: string }>>;
  onIncoming: ((incoming: IncomingPath) => void) | undefined;
}

/** Connections through hops, as the links use them. */
export interface HopPort {
  /** Dials a peer through the hop at the other end of `session`. `ask`: the hop's user may be asked; true by default. */
  dial(
    session: Pick<Session, 'open'>,
    to: PeerId,
    message1: Uint8Array,
    signal: AbortSignal,
    options?: Readonly<{ ask?: boolean; onWaiting?: () => void }>,
  ): Promise<HandshakeReply>;
  onIncoming: ((incoming: IncomingPath) => void) | undefined;
}

/** The user's route to a peer, and known addresses. */
export type PeerRoute = Readonly<{
  mode: PathMode;
  /** Hops to go through, in order; empty for no named ones. */
  hops: readonly PeerId[];
  /** `host:port` at which the peer has authenticated, newest first. */
  addresses: readonly string[];
  /** `host:port` that the peer announced in the local network, newest first; unverified. */
  found?: readonly string[];
}>;

/** A hop, as one end of the path sees it. `session` leads to the hop; undefined for hops the other end chose. */
export type Hop = Readonly<{ peerId: PeerId; session: Pick<Session, 'ping' | 'statistics'> | undefined }>;

/** A handshake that this side began and the peer has answered. */
export type CompletedHandshake = Readonly<{
  kind: TransportKind;
  established: Established;
  channel: ByteChannel;
  address: string;
  hops: readonly Hop[];
}>;

/** A path whose handshake is complete, with its keys and hops. */
export type EstablishedPath = Readonly<{
  kind: TransportKind;
  channel: ByteChannel;
  send: LinkPath['send'];
  receive: LinkPath['receive'];
  /** True if this side sent message 1. */
  dialled: boolean;
  /** `host:port` of the first machine on the path. */
  address: string;
  /** Hops in order from here; empty for other transports. */
  hops: readonly Hop[];
}>;

/** Stored routes and addresses of peers. */
export interface RouteStore {
  of(peerId: PeerId): PeerRoute;
  /** Records that the peer has authenticated at this address. */
  reached(peerId: PeerId, address: string): void;
  /** Records that a dial to this address did not lead to the peer. */
  refused?(peerId: PeerId, address: string): void;
}

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
  /** Source of uniform numbers in [0, 1) for the jitter of retries; from `crypto` by default. */
  random?: () => number;
  peers: Readonly<{ lookup(peerId: PeerId): PinnedPeer | undefined }>;
  /** Receives streams opened by peers; checking rights is up to the receiver. */
  onStream: (stream: IncomingStream, peerId: PeerId, session: Session) => void;
  onLinked?: (peerId: PeerId, path: LinkPathKind) => void;
  /** Called when the last session with the peer has ended. `answeredAt`: its last answer, Unix ms. */
  onUnlinked?: (peerId: PeerId, end: SessionEnd, answeredAt?: number) => void;
  /** Called when the view of a link has changed. */
  onChange?: (peerId: PeerId) => void;
  /** Called when a path stops answering, so that its carrier can be checked. */
  onDoubt?: (peerId: PeerId, path: LinkPathKind) => void;
  /** Called with a verified certificate of a higher generation, to be pinned. */
  onCertificate?: (certificate: DeviceCertificate) => void;
  onRefused?: (refused: RejectedHandshake) => void;
  /** Returns the display name of a peer or of this device. */
  nameOf?: (peerId: PeerId) => string;
}>;

/** A hop for display. `rtt`: smoothed round trip, ms. `lost`: the last dial failed because this hop was missing. */
export type HopView = Readonly<{ peerId: PeerId; rtt: number | undefined; lost: boolean }>;

/** State of a link, for display. */
export type LinkView = Readonly<{
  /** Transport of the path in use, or of the last one. */
  path: LinkPathKind;
  /** True for a direct path over UDP. */
  udp: boolean;
  /** `host:port` of the first machine on the path. */
  address: string;
  /** Smoothed, ms; undefined before the first measurement and while an answer is overdue. */
  rtt: number | undefined;
  /** Time of the peer's last answer, Unix ms; null before the first. */
  answeredAt: number | null;
  state: 'up' | 'doubtful' | 'reconnecting';
  /** Start of this state, Unix ms. */
  since: number;
  retryAt: number | null;
  /** The first hop from here; null without hops. */
  via: PeerId | null;
  /** Hops known to this end, in order from here. */
  hops: readonly HopView[];
  why: PathReason | null;
  /** Reason why the path is not over UDP; null for a direct path, or where this side cannot know. */
  whyNotUdp: UdpReason | null;
  /** Round trips that decided between UDP and relay; null where this side has not measured them. */
  times: PathTimes | null;
  history: readonly PathChange[];
}>;
