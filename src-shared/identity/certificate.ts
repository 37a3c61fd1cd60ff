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
const SIGNATURE_LENGTH = 64;
/** Bytes of an encoded certificate of version 1. */
export const CERTIFICATE_LENGTH = SIGNED_LENGTH + SIGNATURE_LENGTH;
/** Error of this device's clock, in seconds, up to which a valid certificate is accepted. */
const TOLERANCE = 24 * 60 * 60;
/**
 * Validity of a certificate, in seconds. It is long because expiry is no means to exclude a device: peers remove its pin, a project removes the
 * device, or a newer generation replaces the key. A device creates a new certificate at every start.
 */
const VALIDITY = 10 * 365 * 24 * 60 * 60;
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

/** Certificate before it is signed. */
export type UnsignedCertificate = Readonly<{
  /** Message that the device signs. */
  message: Uint8Array;
  /** Returns the encoded certificate. @param signature of `message` by the Ed25519 key, 64 bytes */
  signed(signature: Uint8Array): Uint8Array;
}>;

/**
 * Returns the facts of a new certificate: it begins at `PROTOCOL_EPOCH`, so that peers whose clocks are behind accept it, and ends ten years after
 * `now`, in seconds since 1970. Pure.
 */
export function certificateFacts({
  now,
  ...keys
}: Pick<CertificateFacts, 'generation' | 'signingKey' | 'staticKey'> & Readonly<{ now: number }>): CertificateFacts {
  return { ...keys, notBefore: PROTOCOL_EPOCH, notAfter: Math.max(Math.floor(now), PROTOCOL_EPOCH) + VALIDITY };
}

/**
 * Encodes a device's certificate (PROTOCOL section 1). Layout in bytes, big-endian: version 1, suite 1, generation 4, Ed25519 key 32, X25519 key 32,
 * notBefore 8, notAfter 8, signature 64 over a label and all other fields. Pure.
 * @throws {RangeError} for facts that have no encoding
 */
export function unsignedCertificate(facts: CertificateFacts): UnsignedCertificate {
  const body = new ByteWriter(SIGNED_LENGTH)
    .u8(VERSION)
    .u8(SUITE_25519)
    .u32(facts.generation)
    .bytes(facts.signingKey)
    .bytes(facts.staticKey)
    .u64(facts.notBefore)
    .u64(facts.notAfter)
    .finish();
  return {
    message: concatBytes(LABEL, body),
    signed(signature) {
      if (signature.length !== SIGNATURE_LENGTH) throw new RangeError(`a signature has ${SIGNATURE_LENGTH} bytes`);
      return concatBytes(body, signature);
    },
  };
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
  const signature = reader.bytes(SIGNATURE_LENGTH);
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
