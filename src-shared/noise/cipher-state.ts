import { concatBytes } from '../bytes/index.ts';
import type { AeadKey, CryptoBackend } from '../crypto/index.ts';
import { NONCE_LENGTH, writeCounter } from './nonce.ts';

/** CipherState of the handshake (Noise rev. 34, section 5.1). A handshake makes only a few calls, so its counter stays small. */
export class CipherState {
  readonly #crypto: CryptoBackend;
  readonly #nonce = new Uint8Array(NONCE_LENGTH);
  #key: AeadKey | undefined;
  #counter = 0;

  constructor(crypto: CryptoBackend) {
    this.#crypto = crypto;
  }

  /** Bytes that encryption adds now: 0 before the first key, then 16. */
  get overhead(): number {
    return this.#key === undefined ? 0 : 16;
  }

  /** Implements `InitializeKey(key)`. */
  initializeKey(key: Uint8Array): void {
    this.#key = this.#crypto.aesGcm(key);
    this.#counter = 0;
  }

  /** Implements `EncryptWithAd(ad, plaintext)`; returns the plaintext itself while there is no key. */
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
