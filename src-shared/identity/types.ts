import type { AgreementKey } from '../crypto/index.ts';

/**
 * Peer ID in its canonical text form: the SHA-256 of a device's Ed25519 public key as 56 upper-case Crockford characters, in four runs of 13 data
 * characters and one check character, without separators. Two IDs are equal if and only if their texts are. `peerIdOf`, `peerIdFromBytes` and
 * `parsePeerId` create it.
 */
export type PeerId = string & { readonly brand: 'PeerId' };

/**
 * Identity of this device: public keys, certificate, and the use of its private keys. It contains no private key, so that one that can't be read, as in
 * a browser, works as well. `createIdentity` makes one from a master secret, `pageIdentity` from keys of WebCrypto.
 */
export type DeviceIdentity = Readonly<{
  peerId: PeerId;
  /** Ed25519 public key, 32 bytes. */
  signingKey: Uint8Array;
  /** Signs a message with the Ed25519 key, 64 bytes. Reads the message before it returns. */
  sign(message: Uint8Array): Promise<Uint8Array>;
  /** X25519 static key of the current generation. */
  staticKey: AgreementKey;
  generation: number;
  /** Encoded current certificate. */
  certificate: Uint8Array;
}>;

/** Verified certificate of a device (PROTOCOL section 1). Times are seconds since 1970. */
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

/**
 * Role that an enrolment gives a device in a project. A `pending` member can't enrol other devices; it is one whose pairing words no person has
 * confirmed yet.
 */
export type EnrolledRole = 'member' | 'pending';

/** Verified enrolment: `inviter` lets `member` into a project of one relay (PROTOCOL section 1). Times are seconds since 1970. */
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

/** Verified removal: `remover` excludes `member` from a project. It permanently overrides enrolments with an equal or lower serial. */
export type Removal = Readonly<{
  relayKey: Uint8Array;
  project: string;
  member: PeerId;
  remover: PeerId;
  removerKey: Uint8Array;
  serial: number;
  encoded: Uint8Array;
}>;

/** Verified claim: `owner` gives its project at one relay to an account (PROTOCOL section 1). Times are seconds since 1970. */
export type Claim = Readonly<{
  relayKey: Uint8Array;
  /** 32 lower-case hexadecimal digits, like `account`. */
  project: string;
  account: string;
  owner: PeerId;
  /** Ed25519 public key of the owner device, 32 bytes; `owner` is its peer ID. */
  ownerKey: Uint8Array;
  serial: number;
  /** Time until which the relay accepts the claim. An accepted one has no end. */
  notAfter: number;
  encoded: Uint8Array;
}>;

/** Verified end of a claim: the device takes its project back. It overrides claims with an equal or lower serial permanently. */
export type ClaimEnd = Omit<Claim, 'notAfter'>;
