import type { PathChange } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { DeviceIdentity, PeerId } from '#shared/identity/index.ts';
import type { IncomingStream, Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { InterfaceAddress, RelayDialer } from '#node/sockets/index.ts';
import type { WebRtcSockets } from '#node/webrtc/index.ts';
import type { DirectTransport } from '../direct/index.ts';
import type { PeerBook } from '../peers/index.ts';
import type { AuditLog, SettingsStore } from '../core/store/index.ts';

/** Announcements of peers in the local network; unverified until the peer answers a handshake. */
export type LanPeers = Readonly<{
  /** `host:port` that can be dialled. */
  addressesOf(peerId: PeerId): readonly string[];
  /** Returns the announced addresses at which the peer may be now. */
  hintsOf(peerId: PeerId): readonly string[];
  /** Reports whether the peer has answered a handshake at one of them during the lifetime of its announcement. */
  isConfirmed(peerId: PeerId): boolean;
  confirm(peerId: PeerId, address: string): void;
  /** The peer did not answer at that address; without one, it is gone. */
  refute(peerId: PeerId, address?: string): void;
}>;

/** Dependencies and events of `Network`. */
export type NetworkOptions = Readonly<{
  crypto: CryptoBackend;
  identity: DeviceIdentity;
  clock: Clock;
  logger: Logger;
  dialer: RelayDialer;
  /** Undefined where there are no direct connections. */
  direct: DirectTransport | undefined;
  /** Undefined where there are no connections over UDP. */
  webrtc: WebRtcSockets | undefined;
  /** Returns the addresses of this machine; undefined where changes need not be noticed. */
  interfaces: (() => readonly InterfaceAddress[]) | undefined;
  settings: SettingsStore;
  peers: PeerBook;
  audit: AuditLog;
  software: string;
  onStream(stream: IncomingStream, peerId: PeerId, session: Session): void;
  /** Returns whether the user has paused all connections; `pauseChanged` reports a change. */
  isPaused(): boolean;
  /** Called when the displayed state has changed. */
  onChange(what: 'status' | 'peers'): void;
  /** Called when there is a session with that peer. */
  onLinked?(peerId: PeerId, session: Session): void;
  /** Called when a link has changed its path, or lost it. */
  onPathChange?(peerId: PeerId, change: PathChange): void;
  /** The local network; undefined where there is none to speak to. */
  lan?: LanPeers;
  /** Called when direct connections are accepted at another port, or not at all. */
  onListening?(): void;
  /** The machine is in another network, or slept: connections of others than peers may only look open. */
  onPlaceChange?(): void;
}>;
