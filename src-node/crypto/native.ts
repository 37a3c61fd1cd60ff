import {
  createHash,
  createHmac,
  diffieHellman,
  hkdfSync,
  randomFillSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
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
  sha256Stream: () => {
    const hash = createHash('sha256');
    return { update: (piece) => void hash.update(piece), digest: () => plainBytes(hash.copy().digest()) };
  },
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
      const key = verifyingKey(publicKey);
      return key !== undefined && verify(null, message, key, signature);
    } catch {
      return false;
    }
  },
  aesGcm: (key) => new NativeAeadKey(key),
};

/** Most imported keys that are kept: more than a device has peers that write at the same time. */
const MOST_KEYS = 256;
/** Imported public keys by their bytes, the one used last at the end. To import one takes longer than to verify with it. */
const verifyingKeys = new Map<string, KeyObject>();

/** Imports an Ed25519 public key, or returns the one imported before; undefined for one that isn't strict. */
function verifyingKey(publicKey: Uint8Array): KeyObject | undefined {
  const name = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.byteLength).toString('latin1');
  let key = verifyingKeys.get(name);
  if (key === undefined) {
    if (!isStrictEd25519Key(publicKey)) return undefined;
    key = rawPublicKey('ed25519', publicKey);
    const [oldest] = verifyingKeys.keys();
    if (verifyingKeys.size >= MOST_KEYS && oldest !== undefined) verifyingKeys.delete(oldest);
  } else verifyingKeys.delete(name);
  verifyingKeys.set(name, key);
  return key;
}

function digest(algorithm: 'sha256' | 'sha512', pieces: readonly Uint8Array[]): Uint8Array {
  const hash = createHash(algorithm);
  for (const piece of pieces) hash.update(piece);
  return plainBytes(hash.digest());
}
