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

/** Announcements of peers in the local network. Nothing of them is proved until the peer answers a handshake. */
export type LanPeers = Readonly<{
  /** `host:port` that can be dialled. */
  addressesOf(peerId: PeerId): readonly string[];
  /** Those at which the peer may be now. */
  hintsOf(peerId: PeerId): readonly string[];
  /** Tells whether the peer has answered a handshake at one of them, within the time of its announcement. */
  isConfirmed(peerId: PeerId): boolean;
  confirm(peerId: PeerId, address: string): void;
  /** The peer did not answer at that address; without one, it is gone. */
  refute(peerId: PeerId, address?: string): void;
}>;

/** What the network of a device needs, and what it tells. */
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
  /** Addresses of this machine, where changes of them are to be noticed. */
  interfaces: (() => readonly InterfaceAddress[]) | undefined;
  settings: SettingsStore;
  peers: PeerBook;
  audit: AuditLog;
  software: string;
  onStream(stream: IncomingStream, peerId: PeerId, session: Session): void;
  /** A person wants no connection now; `pauseChanged` tells when that is another thing. */
  isPaused(): boolean;
  /** Something a user interface shows has changed. */
  onChange(what: 'status' | 'peers'): void;
  /** There is a session with that peer now. */
  onLinked?(peerId: PeerId, session: Session): void;
  /** A link runs another way, or has lost its path. */
  onPathChange?(peerId: PeerId, change: PathChange): void;
  /** The local network; undefined where there is none to speak to. */
  lan?: LanPeers;
  /** Direct connections are taken at another port, or no more. */
  onListening?(): void;
  /** The machine is in another network, or slept: connections of others than peers may only look open. */
  onPlaceChange?(): void;
}>;
