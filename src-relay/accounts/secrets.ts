import { toBase64Url, toHex, toUtf8 } from '#shared/bytes/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';

/** Creates the ID of a row: 32 hexadecimal digits, all of them random. */
export function createId(crypto: Pick<CryptoBackend, 'randomBytes'>): string {
  return toHex(crypto.randomBytes(16));
}

/** Creates a token: 32 random bytes as 43 characters of base64url. */
export function createSecret(crypto: Pick<CryptoBackend, 'randomBytes'>): string {
  return toBase64Url(crypto.randomBytes(32));
}

/**
 * Hashes a token for the database. SHA-256 without salt is enough for 256 random bits, and lets the database find a token by its hash. Who reads the
 * database can't use what is in it.
 */
export function hashSecret(crypto: Pick<CryptoBackend, 'sha256'>, secret: string): Uint8Array {
  return crypto.sha256(toUtf8(secret));
}
