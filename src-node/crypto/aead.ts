import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import type { AeadKey } from '#shared/crypto/index.ts';
import { AuthenticationError } from '#shared/errors.ts';
import { plainBytes } from './plain-bytes.ts';

const ALGORITHM = 'aes-256-gcm';
const TAG_LENGTH = 16;

/**
 * AES-256-GCM of OpenSSL or BoringSSL, used by `nativeBackend`. The constructor imports the key once: importing raw bytes for every record would cost
 * a fifth of the throughput (64 KiB records on Node 24).
 */
export class NativeAeadKey implements AeadKey {
  readonly #key: KeyObject;

  /** @throws {RangeError} unless the key has 32 bytes */
  constructor(key: Uint8Array) {
    if (key.length !== 32) throw new RangeError('an AES-256 key has 32 bytes');
    this.#key = createSecretKey(key);
  }

  /** Encrypts, and returns ciphertext and tag as two pieces, so that nothing is copied to join them. */
  seal(nonce: Uint8Array, associatedData: Uint8Array, plaintext: Uint8Array): readonly Uint8Array[] {
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce);
    if (associatedData.length > 0) cipher.setAAD(associatedData);
    const ciphertext = cipher.update(plaintext);
    // GCM is a stream mode: final() never has bytes, but it makes the tag.
    cipher.final();
    const tag = plainBytes(cipher.getAuthTag());
    return plaintext.length === 0 ? [tag] : [plainBytes(ciphertext), tag];
  }

  open(nonce: Uint8Array, associatedData: Uint8Array, ciphertext: Uint8Array): Uint8Array {
    const length = ciphertext.length - TAG_LENGTH;
    if (length < 0) throw new AuthenticationError('crypto.open', 'a message is shorter than its tag');
    const decipher = createDecipheriv(ALGORITHM, this.#key, nonce);
    decipher.setAuthTag(ciphertext.subarray(length));
    if (associatedData.length > 0) decipher.setAAD(associatedData);
    const plaintext = decipher.update(ciphertext.subarray(0, length));
    try {
      decipher.final();
    } catch (error) {
      throw new AuthenticationError('crypto.open', 'a message did not authenticate', { cause: error });
    }
    return plainBytes(plaintext);
  }
}
