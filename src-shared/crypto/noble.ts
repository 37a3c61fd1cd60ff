import { gcm } from '@noble/ciphers/aes.js';
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { randomBytes } from '@noble/hashes/utils.js';
import { concatBytes } from '../bytes/index.ts';
import { AuthenticationError } from '../errors.ts';
import type { AeadKey, CryptoBackend } from './backend.ts';

/**
 * Implementation of `CryptoBackend` in audited pure JavaScript (@noble), for tests and for hosts whose own crypto lacks a primitive; agent and relay
 * use the native one. Reads the system's random source; otherwise pure.
 */
export const nobleBackend: CryptoBackend = {
  name: 'noble',
  randomBytes: (length) => randomBytes(length),
  sha256: (...pieces) => sha256(concatBytes(...pieces)),
  sha256Stream: () => {
    const hash = sha256.create();
    return { update: (piece) => void hash.update(piece), digest: () => hash.clone().digest() };
  },
  sha512: (...pieces) => sha512(concatBytes(...pieces)),
  hmacSha256: (key, ...pieces) => hmac(sha256, key, concatBytes(...pieces)),
  hkdfSha256: (secret, salt, info, length) => hkdf(sha256, secret, salt, info, length),
  x25519PublicKey: (secretKey) => x25519.getPublicKey(secretKey),
  async x25519(secretKey, publicKey) {
    try {
      return x25519.getSharedSecret(secretKey, publicKey);
    } catch (error) {
      throw new AuthenticationError('crypto.low-order', 'the other side sent an invalid public key', { cause: error });
    }
  },
  ed25519PublicKey: (seed) => ed25519.getPublicKey(seed),
  ed25519Sign: (seed, message) => ed25519.sign(message, seed),
  ed25519Verify(publicKey, message, signature) {
    try {
      // RFC 8032 rules as in node:crypto, not the laxer ZIP 215 ones.
      return ed25519.verify(signature, message, publicKey, { zip215: false });
    } catch {
      return false;
    }
  },
  aesGcm: (key) => new NobleAeadKey(key),
};

class NobleAeadKey implements AeadKey {
  readonly #key: Uint8Array;

  constructor(key: Uint8Array) {
    this.#key = key.slice();
  }

  seal(nonce: Uint8Array, associatedData: Uint8Array, plaintext: Uint8Array): readonly Uint8Array[] {
    return [gcm(this.#key, nonce, associatedData).encrypt(plaintext)];
  }

  open(nonce: Uint8Array, associatedData: Uint8Array, ciphertext: Uint8Array): Uint8Array {
    try {
      return gcm(this.#key, nonce, associatedData).decrypt(ciphertext);
    } catch (error) {
      throw new AuthenticationError('crypto.open', 'a message did not authenticate', { cause: error });
    }
  }
}
