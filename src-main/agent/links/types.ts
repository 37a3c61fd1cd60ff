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

/** What is pinned of a peer: its identity for ever, its static key until a higher generation comes. */
export type PinnedPeer = Readonly<{
  peerId: PeerId;
  signingKey: Uint8Array;
  staticKey: Uint8Array;
  generation: number;
}>;

/** Why somebody who knocked was not let in; for the audit log. */
export type RejectedHandshake = Readonly<{
  /** As the relay says; nothing of it is proved. */
  from: PeerId;
  code: string;
}>;

/** The other side's answer to message 1, and the path it came over. */
export type HandshakeReply = Readonly<{ message2: Uint8Array; channel: ByteChannel }>;

/** Straight connections, as the links see them. */
export interface DirectPort extends PathDialer {
  /** Undefined while nothing listens. */
  readonly port: number | undefined;
  /** `host:port` of this device's own addresses; empty while nothing listens. */
  localAddresses(): readonly string[];
  /** Whether `dial` would try. */
  isDialable(address: string): boolean;
  onIncoming: ((incoming: IncomingPath) => void) | undefined;
}

/** Connections over UDP, as the links see them. */
export interface UdpPort {
  /** Why this device makes none now; undefined where it does. */
  readonly obstacle: 'off' | 'unavailable' | undefined;
  /** A relay tells this device its public address. */
  readonly knowsItself: boolean;
  /** `session`: carries what the two sides tell each other before. */
  dial(
    session: Pick<Session, 'open'>,
    to: PeerId,
    message1: Uint8Array,
    signal: AbortSignal,
  ): Promise<HandshakeReply & Readonly<{ address: string }>>;
  onIncoming: ((incoming: IncomingPath) => void) | undefined;
}

/** Connections through another peer, as the links see them. */
export interface HopPort {
  /** `ask`: whether a person at the peer in between may be asked; true unless it says no. */
  dial(
    middle: Pick<Session, 'open'>,
    to: PeerId,
    message1: Uint8Array,
    signal: AbortSignal,
    options?: Readonly<{ ask?: boolean; onWaiting?: () => void }>,
  ): Promise<HandshakeReply>;
  onIncoming: ((incoming: IncomingPath) => void) | undefined;
}

/** What a person has set for a peer, and where it was reached before. */
export type PeerRoute = Readonly<{
  mode: PathMode;
  /** Only through these peers, one after the other; empty where none was named. */
  hops: readonly PeerId[];
  /** `host:port` at which it has answered, newest first. */
  addresses: readonly string[];
  /** `host:port` at which it has announced itself in the local network, newest first; nothing of it is proved. */
  found?: readonly string[];
}>;

/** A peer in between, as one end sees it. `session` leads to it and nowhere else; the other end's peers in between have none here. */
export type Hop = Readonly<{ peerId: PeerId; session: Pick<Session, 'ping' | 'statistics'> | undefined }>;

/** A handshake that this side began and the peer has answered. */
export type CompletedHandshake = Readonly<{
  kind: TransportKind;
  established: Established;
  channel: ByteChannel;
  address: string;
  hops: readonly Hop[];
}>;

/** A path whose handshake is done, and where it goes. */
export type EstablishedPath = Readonly<{
  kind: TransportKind;
  channel: ByteChannel;
  send: LinkPath['send'];
  receive: LinkPath['receive'];
  /** This side sent message 1. */
  dialled: boolean;
  /** `host:port` of the next hop. */
  address: string;
  /** Peers in between, in order from here; none on other paths. */
  hops: readonly Hop[];
}>;

/** What is remembered of the ways to peers. */
export interface RouteStore {
  of(peerId: PeerId): PeerRoute;
  /** The peer has proved itself at this address. */
  reached(peerId: PeerId, address: string): void;
  /** A dial to this address did not lead to the peer. */
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
  /** Uniform in [0, 1), for the jitter of retries; from `crypto` by default. */
  random?: () => number;
  peers: Readonly<{ lookup(peerId: PeerId): PinnedPeer | undefined }>;
  /** A peer opens a stream. Rights are the callee's business. */
  onStream: (stream: IncomingStream, peerId: PeerId, session: Session) => void;
  onLinked?: (peerId: PeerId, path: LinkPathKind) => void;
  /** `answeredAt`: when it last answered, milliseconds since 1970; undefined where it never did. */
  onUnlinked?: (peerId: PeerId, end: SessionEnd, answeredAt?: number) => void;
  /** How a link runs has changed. */
  onChange?: (peerId: PeerId) => void;
  /** A path gives no answer: what carries it may be worth a look. */
  onDoubt?: (peerId: PeerId, path: LinkPathKind) => void;
  /** A peer showed a verified certificate of a higher generation: pin it. */
  onCertificate?: (certificate: DeviceCertificate) => void;
  onRefused?: (refused: RejectedHandshake) => void;
  /** What a person calls that peer, or this device. */
  nameOf?: (peerId: PeerId) => string;
}>;

/** `rtt`: to that peer, smoothed, ms. `lost`: the last try to go this way ended for want of it. */
export type HopView = Readonly<{ peerId: PeerId; rtt: number | undefined; lost: boolean }>;

/** How a link runs now. */
export type LinkView = Readonly<{
  /** The one in use, or the last one while there is none. */
  path: LinkPathKind;
  /** It is direct, and runs over UDP. */
  udp: boolean;
  /** `host:port` of the next hop. */
  address: string;
  /** Smoothed, ms; undefined before the first measurement, and while an answer is missing. */
  rtt: number | undefined;
  /** When the peer last answered, milliseconds since 1970; null before the first answer. */
  answeredAt: number | null;
  state: 'up' | 'doubtful' | 'reconnecting';
  /** When this state began, milliseconds since 1970. */
  since: number;
  retryAt: number | null;
  /** The peer in between, of several the one next to this device. */
  via: PeerId | null;
  /** All peers in between that this end knows of, in order from here. */
  hops: readonly HopView[];
  why: PathReason | null;
  /** Why not over UDP either, where it is not direct and this side knows. */
  whyNotUdp: UdpReason | null;
  /** Round trips of the two ways that the choice was between; null where this side has not measured them. */
  times: PathTimes | null;
  history: readonly PathChange[];
}>;
