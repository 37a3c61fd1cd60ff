import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { DeviceCertificate, DeviceIdentity, PeerId } from '#shared/identity/index.ts';
import type { IncomingStream, SessionEnd } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { RelayPort } from '../relay/index.ts';

/** What is pinned of a peer: its identity for ever, its static key until a higher generation comes. */
export type PinnedPeer = Readonly<{
  peerId: PeerId;
  signingKey: Uint8Array;
  staticKey: Uint8Array;
  generation: number;
}>;

/** Why somebody who knocked was not let in; for the audit log. */
export type RefusedLink = Readonly<{
  /** As the relay says; nothing of it is proved. */
  from: PeerId;
  code: string;
}>;

export type LinkManagerOptions = Readonly<{
  crypto: CryptoBackend;
  identity: DeviceIdentity;
  clock: Clock;
  logger: Logger;
  relay: RelayPort;
  peers: Readonly<{ lookup(peerId: PeerId): PinnedPeer | undefined }>;
  /** A peer opens a stream. Rights are the callee's business. */
  onStream: (stream: IncomingStream, peerId: PeerId) => void;
  onLinked?: (peerId: PeerId) => void;
  onUnlinked?: (peerId: PeerId, end: SessionEnd) => void;
  /** A peer showed a verified certificate of a higher generation: pin it. */
  onCertificate?: (certificate: DeviceCertificate) => void;
  onRefused?: (refused: RefusedLink) => void;
}>;

/** How a link runs now. */
export type LinkView = Readonly<{
  path: 'relay';
  /** `host:port` of the next hop. */
  address: string;
  /** Smoothed, ms; undefined before the first measurement. */
  rtt: number | undefined;
}>;
