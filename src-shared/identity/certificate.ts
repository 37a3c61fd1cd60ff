import { ByteReader, ByteWriter, concatBytes } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { AuthenticationError, FormatError } from '../errors.ts';
import { peerIdOf } from './peer-id.ts';
import { labelled } from './label.ts';
import type { DeviceCertificate } from './types.ts';

const LABEL = labelled('clawreach device certificate 1');
const VERSION = 1;
/** Suite number of X25519 with Ed25519. Other numbers are unused, for example for a hybrid post-quantum suite. */
const SUITE_25519 = 1;
const SIGNED_LENGTH = 1 + 1 + 4 + 32 + 32 + 8 + 8;
/** Bytes of an encoded certificate of version 1. */
export const CERTIFICATE_LENGTH = SIGNED_LENGTH + 64;
/** Error of this device's clock, in seconds, up to which a valid certificate is accepted. */
const TOLERANCE = 24 * 60 * 60;
/** 1 January 2026, in seconds since 1970. The protocol didn't exist earlier, so a clock that shows an earlier time is wrong. */
export const PROTOCOL_EPOCH = 1_767_225_600;

/** Signed contents of a device's certificate. Times are seconds since 1970. */
export type CertificateFacts = Readonly<{
  generation: number;
  /** Ed25519 public key, 32 bytes. */
  signingKey: Uint8Array;
  /** X25519 public key, 32 bytes. */
  staticKey: Uint8Array;
  notBefore: number;
  notAfter: number;
}>;

/**
 * Encodes and signs a device's certificate (PROTOCOL section 1). Layout in bytes, big-endian: version 1, suite 1, generation 4, Ed25519 key 32,
 * X25519 key 32, notBefore 8, notAfter 8, signature 64 over a label and all other fields. Pure.
 * @param signingSeed Ed25519 seed of `facts.signingKey`
 */
export function encodeCertificate(crypto: CryptoBackend, signingSeed: Uint8Array, facts: CertificateFacts): Uint8Array {
  const signed = new ByteWriter(SIGNED_LENGTH)
    .u8(VERSION)
    .u8(SUITE_25519)
    .u32(facts.generation)
    .bytes(facts.signingKey)
    .bytes(facts.staticKey)
    .u64(facts.notBefore)
    .u64(facts.notAfter)
    .finish();
  return concatBytes(signed, crypto.ed25519Sign(signingSeed, concatBytes(LABEL, signed)));
}

/**
 * Decodes a certificate, and checks its period of validity and its signature by the key that it contains. Used in handshakes and pairings, and by the
 * relay. The caller compares `peerId` or `signingKey` with the pin. Pure.
 * @param now seconds since 1970; 24 hours of tolerance both ways; a time before `PROTOCOL_EPOCH` counts as that
 * @throws {FormatError} `format.certificate`, `format.certificate-version`, `format.certificate-suite`
 * @throws {AuthenticationError} `certificate.signature`, `certificate.expired`
 */
export function verifyCertificate(crypto: CryptoBackend, encoded: Uint8Array, now: number): DeviceCertificate {
  if (encoded.length !== CERTIFICATE_LENGTH) throw malformed('a certificate of a wrong length');
  const copy = encoded.slice();
  const reader = new ByteReader(copy);
  if (reader.u8() !== VERSION) throw new FormatError('format.certificate-version', 'unknown certificate version');
  const suite = reader.u8();
  if (suite !== SUITE_25519) throw new FormatError('format.certificate-suite', 'unknown certificate suite');
  const generation = reader.u32();
  const signingKey = reader.bytes(32);
  const staticKey = reader.bytes(32);
  const notBefore = reader.u64();
  const notAfter = reader.u64();
  const signature = reader.bytes(64);
  reader.end();
  if (isZero(signingKey) || isZero(staticKey)) throw malformed('a certificate with an empty key');
  if (notAfter < notBefore) throw malformed('a certificate that ends before it begins');

  if (!crypto.ed25519Verify(signingKey, concatBytes(LABEL, copy.subarray(0, SIGNED_LENGTH)), signature)) {
    throw new AuthenticationError('certificate.signature', 'the signature of a certificate is wrong');
  }
  const time = Math.max(now, PROTOCOL_EPOCH);
  if (time < notBefore - TOLERANCE || time > notAfter + TOLERANCE) {
    throw new AuthenticationError('certificate.expired', 'a certificate is not valid at this time');
  }
  const peerId = peerIdOf(crypto, signingKey);
  return { version: VERSION, suite, generation, peerId, signingKey, staticKey, notBefore, notAfter, encoded: copy };
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

function malformed(message: string): FormatError {
  return new FormatError('format.certificate', message);
}
