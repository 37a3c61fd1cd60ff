import { concatBytes, toUtf8 } from '#shared/bytes/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { AuthenticationError } from '#shared/errors.ts';

/** First byte of a sealed value. */
const FORM = 1;
const NONCE_LENGTH = 12;

/**
 * Seals values of the database with AES-256-GCM under the relay's seal key. A sealed value counts only in the place that it was sealed for, so that rows
 * can't be exchanged. At most 2^32 values may be sealed with one key (NIST SP 800-38D section 8.3), because nonces are random. Pure but for random bytes.
 *
 * | bytes | content |
 * | --- | --- |
 * | 1 | form, 1 |
 * | 12 | nonce |
 * | rest | ciphertext and tag |
 */
export class Sealer {
  readonly #crypto: CryptoBackend;
  readonly #key: ReturnType<CryptoBackend['aesGcm']>;

  /** @param key 32 bytes */
  constructor(crypto: CryptoBackend, key: Uint8Array) {
    this.#crypto = crypto;
    this.#key = crypto.aesGcm(key);
  }

  /** Seals a value. @param place table, row and owner, such as `skill-config ID ACCOUNT` */
  seal(place: string, value: Uint8Array): Uint8Array {
    const nonce = this.#crypto.randomBytes(NONCE_LENGTH);
    return concatBytes(Uint8Array.of(FORM), nonce, ...this.#key.seal(nonce, additionalData(place), value));
  }

  /**
   * Opens a sealed value.
   * @throws {AuthenticationError} `crypto.open` for another key, another place or changed bytes
   */
  open(place: string, sealed: Uint8Array): Uint8Array {
    if (sealed[0] !== FORM) throw new AuthenticationError('crypto.open', 'not a sealed value');
    const nonce = sealed.subarray(1, 1 + NONCE_LENGTH);
    return this.#key.open(nonce, additionalData(place), sealed.subarray(1 + NONCE_LENGTH));
  }
}

function additionalData(place: string): Uint8Array {
  return toUtf8(`clawreach seal 1\0${place}`);
}
