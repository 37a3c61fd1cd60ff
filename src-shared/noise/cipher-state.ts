import { concatBytes } from '../bytes/index.ts';
import type { AeadKey, CryptoBackend } from '../crypto/index.ts';
import { NONCE_LENGTH, writeCounter } from './nonce.ts';

/**
 * CipherState of the Noise handshake (rev. 34, section 5.1): encrypts and decrypts handshake messages. Records after the handshake use
 * `TransportCipher`. Counts nonces with a plain number, because a handshake needs only a few.
 */
export class CipherState {
  readonly #crypto: CryptoBackend;
  readonly #nonce = new Uint8Array(NONCE_LENGTH);
  #key: AeadKey | undefined;
  #counter = 0;

  constructor(crypto: CryptoBackend) {
    this.#crypto = crypto;
  }

  /** Number of bytes that encryption adds now: 0 without a key, otherwise 16. */
  get overhead(): number {
    return this.#key === undefined ? 0 : 16;
  }

  /** Implements `InitializeKey(key)`. */
  initializeKey(key: Uint8Array): void {
    this.#key = this.#crypto.aesGcm(key);
    this.#counter = 0;
  }

  /** Implements `EncryptWithAd(ad, plaintext)`. Returns the plaintext unchanged while there is no key. */
  encrypt(associatedData: Uint8Array, plaintext: Uint8Array): Uint8Array {
    if (this.#key === undefined) return plaintext;
    return concatBytes(...this.#key.seal(this.#nextNonce(), associatedData, plaintext));
  }

  /** Implements `DecryptWithAd(ad, ciphertext)`. @throws {AuthenticationError} `crypto.open` */
  decrypt(associatedData: Uint8Array, ciphertext: Uint8Array): Uint8Array {
    if (this.#key === undefined) return ciphertext.slice();
    return this.#key.open(this.#nextNonce(), associatedData, ciphertext);
  }

  #nextNonce(): Uint8Array {
    writeCounter(this.#nonce, this.#counter);
    this.#counter += 1;
    return this.#nonce;
  }
}
