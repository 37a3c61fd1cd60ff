import type { WebRtcSockets } from '#shared/webrtc/index.ts';
import type { RelayDialer } from '#shared/relay-dialer/index.ts';
import type { InterfaceAddress } from '#shared/direct/index.ts';
import type { ForgottenBecause, PathChange } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { DeviceIdentity, PeerId } from '#shared/identity/index.ts';
import type { IncomingStream, Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { DirectTransport } from '../direct/index.ts';
import type { PeerBook } from '../peers/index.ts';
import type { AddRequest, LeftReport, RelayClientConfig, RelayClientOptions, RelayedMessage } from '../relay/index.ts';
import type { AuditLog, SettingsStore } from '../core/store/index.ts';

/** Addresses that peers announce in the local network. Unverified until the peer answers a handshake. Implemented by `DiscoveryService`. */
export type LanPeers = Readonly<{
  /** Returns each announced `host:port` of a peer that can be dialed. */
  addressesOf(peerId: PeerId): readonly string[];
  /** Returns the announced addresses at which the peer is expected now. */
  likelyAddressesOf(peerId: PeerId): readonly string[];
  /** Reports whether the peer has answered a handshake at one of them while the announcement was valid. */
  isConfirmed(peerId: PeerId): boolean;
  /** Records that the peer has answered a handshake at that address. */
  confirm(peerId: PeerId, address: string): void;
  /**
   * Records that the peer didn't answer.
   * @param address undefined: the peer is gone
   * @param began monotonic time at which the dial began, ms; an address announced since then isn't refuted
   */
  refute(peerId: PeerId, address?: string, began?: number): void;
}>;

/** Dependencies and events of `Network`. */
export type NetworkOptions = Readonly<{
  crypto: CryptoBackend;
  identity: DeviceIdentity;
  clock: Clock;
  logger: Logger;
  dialer: RelayDialer;
  /** Role of this device at relays; undefined: `agent`. */
  role?: RelayClientOptions['role'];
  /** Returns the ticket that admits this device to a project; undefined: none. */
  enrolTicket?: RelayClientConfig['enrolTicket'];
  /** Direct TCP connections; undefined: none. */
  direct: DirectTransport | undefined;
  /** UDP connections over WebRTC; undefined: none. */
  webrtc: WebRtcSockets | undefined;
  /** UDP connections lead to this machine only: for tests of a device without direct TCP connections. */
  loopback?: boolean | undefined;
  /** Returns the addresses of this machine; undefined: changes aren't noticed. */
  interfaces: (() => readonly InterfaceAddress[]) | undefined;
  settings: SettingsStore;
  peers: PeerBook;
  audit: AuditLog;
  software: string;
  onStream(stream: IncomingStream, peerId: PeerId, session: Session): void;
  /** Reports whether the user has paused all connections. `Network.pauseChanged` reports a change. */
  isPaused(): boolean;
  /** Called when the displayed state has changed. */
  onChange(what: 'status' | 'peers'): void;
  /** Called when the relay reports that a device was removed from the project. */
  onLeft(report: LeftReport): void;
  /** Called when a peer says, over an authenticated session, that it has removed this device. */
  onForgotten(peerId: PeerId, because: ForgottenBecause | undefined): void;
  /** Called with each message that the relay has passed on. */
  onMessage(message: RelayedMessage): void;
  /** Called when a browser asks to be added. */
  onAddRequest(request: AddRequest): void;
  /** Called for each new session with a peer, before its first path. */
  onSession?(peerId: PeerId, session: Session): void;
  /** Called when a session with that peer was established. */
  onLinked?(peerId: PeerId, session: Session): void;
  /** Called when a link has changed or lost its path. */
  onPathChange?(peerId: PeerId, change: PathChange): void;
  /** Addresses of peers in the local network; undefined: none. */
  lan?: LanPeers;
  /** Called when the port for direct connections has changed or was closed. */
  onListening?(): void;
  /** Called when the machine has changed to another network or has slept. Open connections may be dead. */
  onNetworkChange?(): void;
}>;
