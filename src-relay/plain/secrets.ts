import { createHash } from 'node:crypto';
import { canonicalBase32, CROCKFORD, toBase64Url, toHex } from '#shared/bytes/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';

/** Characters of a pairing code: 50 random bits. */
const CODE_LENGTH = 10;

/** Returns a new pairing code as people read it, `ABCDE-FGHJK`, and its hash. */
export function newPairingCode(crypto: CryptoBackend): Readonly<{ code: string; hash: Uint8Array }> {
  const characters = [...crypto.randomBytes(CODE_LENGTH)].map((byte) => CROCKFORD.charAt(byte & 31)).join('');
  return { code: `${characters.slice(0, 5)}-${characters.slice(5)}`, hash: hash('pairing code', characters) };
}

/**
 * Returns the hash of a typed pairing code; case, blanks and hyphens don't count, O is 0, I and L are 1. Undefined for a text that is no code of this
 * relay, such as the eight characters of a sealed pairing. Pure.
 */
export function pairingCodeHash(typed: string): Uint8Array | undefined {
  try {
    const code = canonicalBase32(typed.replaceAll(/[\s-]/g, ''));
    return code.length === CODE_LENGTH ? hash('pairing code', code) : undefined;
  } catch {
    return undefined;
  }
}

/** Returns a new secret of 256 bits: the token of a device, or one for a terminal. */
export function newToken(crypto: CryptoBackend): string {
  return toBase64Url(crypto.randomBytes(32));
}

/** Returns the hash of a device's token. Pure. */
export function deviceTokenHash(token: string): Uint8Array {
  return hash('device token', token);
}

/** Returns the hash of a token for a terminal, as a text. Pure. */
export function terminalTokenHash(token: string): string {
  return Buffer.from(hash('terminal token', token)).toString('hex');
}

/** Returns the SHA-256 of a secret. Its use is part of the input, so that no secret counts for another one. */
function hash(use: string, secret: string): Uint8Array {
  return createHash('sha256').update(`clawreach plain ${use}\0${secret}`).digest();
}

/** Returns a new ID of a row, 32 hexadecimal digits. */
export function newId(crypto: CryptoBackend): string {
  return toHex(crypto.randomBytes(16));
}
