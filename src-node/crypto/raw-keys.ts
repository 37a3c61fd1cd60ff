import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { plainBytes } from './plain-bytes.ts';

type Curve = 'x25519' | 'ed25519';

/**
 * Fixed bytes before the raw key in RFC 8410 structures, PKCS #8 for private and SPKI for public keys. node:crypto on Node 20 imports no raw keys, so
 * these structures are built here.
 */
const PKCS8_PREFIX = {
  x25519: Uint8Array.from([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20]),
  ed25519: Uint8Array.from([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20]),
} as const;
const SPKI_PREFIX = {
  x25519: Uint8Array.from([0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 3, 0x21, 0]),
  ed25519: Uint8Array.from([0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0]),
} as const;

/**
 * Imports a raw 32-byte private key.
 * @throws {RangeError} unless there are 32 bytes
 */
export function rawPrivateKey(curve: Curve, raw: Uint8Array): KeyObject {
  const der = structure(PKCS8_PREFIX[curve], raw);
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  } finally {
    der.fill(0);
  }
}

/**
 * Imports a raw 32-byte public key.
 * @throws {RangeError} unless there are 32 bytes
 */
export function rawPublicKey(curve: Curve, raw: Uint8Array): KeyObject {
  return createPublicKey({ key: structure(SPKI_PREFIX[curve], raw), format: 'der', type: 'spki' });
}

/** Returns the raw 32-byte public key of a private key. */
export function publicHalf(privateKey: KeyObject): Uint8Array {
  return plainBytes(createPublicKey(privateKey).export({ format: 'der', type: 'spki' })).slice(-32);
}

function structure(prefix: Uint8Array, raw: Uint8Array): Buffer {
  if (raw.length !== 32) throw new RangeError('a raw key has 32 bytes');
  return Buffer.concat([prefix, raw]);
}
