import { createHash, createHmac, diffieHellman, hkdfSync, randomFillSync, sign, verify } from 'node:crypto';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { AuthenticationError } from '#shared/errors.ts';
import { NativeAeadKey } from './aead.ts';
import { plainBytes } from './plain-bytes.ts';
import { isStrictEd25519Key } from './ed25519-keys.ts';
import { publicHalf, rawPrivateKey, rawPublicKey } from './raw-keys.ts';

/**
 * Cryptography by node:crypto, for the agent and the relay. About twenty times as fast as `noble` (the portable back-end) for curves and bulk
 * ciphers, with the same results, as tests check. Uses only algorithms that Node 20, Node 24 and Electron's BoringSSL all have.
 */
export const nativeBackend: CryptoBackend = {
  name: 'native',
  randomBytes: (length) => randomFillSync(new Uint8Array(length)),
  sha256: (...pieces) => digest('sha256', pieces),
  sha512: (...pieces) => digest('sha512', pieces),
  hmacSha256(key, ...pieces) {
    const hmac = createHmac('sha256', key);
    for (const piece of pieces) hmac.update(piece);
    return plainBytes(hmac.digest());
  },
  hkdfSha256: (secret, salt, info, length) => new Uint8Array(hkdfSync('sha256', secret, salt, info, length)),
  x25519PublicKey: (secretKey) => publicHalf(rawPrivateKey('x25519', secretKey)),
  async x25519(secretKey, publicKey) {
    const privateKey = rawPrivateKey('x25519', secretKey);
    try {
      // Both OpenSSL and BoringSSL refuse a result of all zeros themselves.
      const secret = diffieHellman({ privateKey, publicKey: rawPublicKey('x25519', publicKey) });
      if (secret.every((byte) => byte === 0)) throw new RangeError('all-zero shared secret');
      return plainBytes(secret);
    } catch (error) {
      throw new AuthenticationError('crypto.low-order', 'the other side sent an invalid public key', { cause: error });
    }
  },
  ed25519PublicKey: (seed) => publicHalf(rawPrivateKey('ed25519', seed)),
  ed25519Sign: (seed, message) => plainBytes(sign(null, message, rawPrivateKey('ed25519', seed))),
  ed25519Signer(seed) {
    const key = rawPrivateKey('ed25519', seed);
    return (message) => plainBytes(sign(null, message, key));
  },
  ed25519Verify(publicKey, message, signature) {
    try {
      if (!isStrictEd25519Key(publicKey)) return false;
      return verify(null, message, rawPublicKey('ed25519', publicKey), signature);
    } catch {
      return false;
    }
  },
  aesGcm: (key) => new NativeAeadKey(key),
};

function digest(algorithm: 'sha256' | 'sha512', pieces: readonly Uint8Array[]): Uint8Array {
  const hash = createHash(algorithm);
  for (const piece of pieces) hash.update(piece);
  return plainBytes(hash.digest());
}
