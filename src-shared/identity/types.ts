import type { KeyPair } from '../crypto/index.ts';

/**
 * SHA-256 of a device's Ed25519 public key in its canonical text form: 56 upper-case Crockford characters, four runs of 13 with a check
 * character each, without separators. Two ids are equal exactly when the texts are. Made by `peerIdOf` and `parsePeerId` only.
 */
export type PeerId = string & { readonly brand: 'PeerId' };

/** A device's own keys. */
export type DeviceIdentity = Readonly<{
  peerId: PeerId;
  /** Ed25519 seed, 32 bytes. */
  signingSeed: Uint8Array;
  /** Ed25519 public key, 32 bytes. */
  signingKey: Uint8Array;
  /** X25519 static of the current generation. */
  staticKey: KeyPair;
  generation: number;
  /** The current certificate, encoded. */
  certificate: Uint8Array;
}>;

/** A verified certificate (PROTOCOL section 1). Times are seconds since 1970. */
export type DeviceCertificate = Readonly<{
  version: 1;
  suite: number;
  generation: number;
  peerId: PeerId;
  signingKey: Uint8Array;
  staticKey: Uint8Array;
  notBefore: number;
  notAfter: number;
  /** As received: certificates are passed on byte for byte. */
  encoded: Uint8Array;
}>;

/** Role in a project that an enrolment gives: a pending member, whose words nobody has confirmed yet, enrols no device. */
export type EnrolledRole = 'member' | 'pending';

/** A verified enrolment: `inviter` lets `member` into a project of one relay (PROTOCOL section 2). Times are seconds since 1970. */
export type Enrolment = Readonly<{
  relayKey: Uint8Array;
  /** 32 lower-case hexadecimal digits. */
  project: string;
  member: PeerId;
  inviter: PeerId;
  /** Ed25519 public key of the inviter, 32 bytes; `inviter` is its peer id. */
  inviterKey: Uint8Array;
  role: EnrolledRole;
  notAfter: number;
  serial: number;
  encoded: Uint8Array;
}>;

/** A verified removal; wins for ever over enrolments of an equal or lower serial. */
export type Removal = Readonly<{
  relayKey: Uint8Array;
  project: string;
  member: PeerId;
  remover: PeerId;
  removerKey: Uint8Array;
  serial: number;
  encoded: Uint8Array;
}>;
