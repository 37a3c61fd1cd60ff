import type { KeyPair } from '../crypto/index.ts';

/**
 * SHA-256 of a device's Ed25519 public key in its canonical text form: 56 upper-case Crockford characters, four runs of 13 with a check
 * character each, without separators. Two IDs are equal exactly when their texts are. Only `peerIdOf` and `parsePeerId` make one.
 */
export type PeerId = string & { readonly brand: 'PeerId' };

/** Keys of this device. */
export type DeviceIdentity = Readonly<{
  peerId: PeerId;
  /** Ed25519 seed, 32 bytes. */
  signingSeed: Uint8Array;
  /** Ed25519 public key, 32 bytes. */
  signingKey: Uint8Array;
  /** X25519 static key of the current generation. */
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
  /** Bytes as received; certificates are forwarded unchanged. */
  encoded: Uint8Array;
}>;

/** Role that an enrolment gives in a project. A pending member, whose pairing words no one has confirmed yet, can't enrol devices. */
export type EnrolledRole = 'member' | 'pending';

/** A verified enrolment: `inviter` lets `member` into a project of one relay (PROTOCOL section 1). Times are seconds since 1970. */
export type Enrolment = Readonly<{
  relayKey: Uint8Array;
  /** 32 lower-case hexadecimal digits. */
  project: string;
  member: PeerId;
  inviter: PeerId;
  /** Ed25519 public key of the inviter, 32 bytes; `inviter` is its peer ID. */
  inviterKey: Uint8Array;
  role: EnrolledRole;
  notAfter: number;
  serial: number;
  encoded: Uint8Array;
}>;

/** A verified removal. It permanently overrides enrolments of an equal or lower serial. */
export type Removal = Readonly<{
  relayKey: Uint8Array;
  project: string;
  member: PeerId;
  remover: PeerId;
  removerKey: Uint8Array;
  serial: number;
  encoded: Uint8Array;
}>;
