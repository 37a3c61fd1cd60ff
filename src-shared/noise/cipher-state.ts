import { concatBytes } from '../bytes/index.ts';
import type { AeadKey, CryptoBackend } from '../crypto/index.ts';
import { NONCE_LENGTH, writeCounter } from './nonce.ts';

/** CipherState of the handshake (Noise rev. 34, section 5.1). A handshake makes a handful of calls: the counter stays tiny. */
export class CipherState {
  readonly #crypto: CryptoBackend;
  readonly #nonce = new Uint8Array(NONCE_LENGTH);
  #key: AeadKey | undefined;
  #counter = 0;

  constructor(crypto: CryptoBackend) {
    this.#crypto = crypto;
  }

  /** Bytes that sealing adds now: none before the first key. */
  get overhead(): number {
    return this.#key === undefined ? 0 : 16;
  }

  /** InitializeKey(key). */
  initializeKey(key: Uint8Array): void {
    this.#key = this.#crypto.aesGcm(key);
    this.#counter = 0;
  }

  /** EncryptWithAd(ad, plaintext): the plaintext itself while there is no key. */
  encrypt(associatedData: Uint8Array, plaintext: Uint8Array): Uint8Array {
    if (this.#key === undefined) return plaintext;
    return concatBytes(...this.#key.seal(this.#nextNonce(), associatedData, plaintext));
  }

  /** DecryptWithAd(ad, ciphertext). @throws {AuthenticationError} `crypto.open` */
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
