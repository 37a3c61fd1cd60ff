import { nobleBackend, type AeadKey, type CryptoBackend } from '#shared/crypto/index.ts';
import { AuthenticationError } from '#shared/errors.ts';

/** Shortest ciphertext that WebCrypto opens, bytes: below it, the way to its threads and back takes longer than @noble. */
const LATER_BYTES = 2 * 1024;

/**
 * Crypto of a page: @noble, which answers at once, and for large records WebCrypto, which opens them in threads of the browser, some twenty times as fast.
 * Both give the same bytes.
 */
export const pageBackend: CryptoBackend = { ...nobleBackend, aesGcm: (key) => new PageAeadKey(key) };

class PageAeadKey implements AeadKey {
  readonly #noble: AeadKey;
  #raw: Uint8Array<ArrayBuffer> | undefined;
  #key: CryptoKey | undefined;

  constructor(key: Uint8Array) {
    this.#noble = nobleBackend.aesGcm(key);
    this.#raw = key.slice();
  }

  seal(nonce: Uint8Array, associatedData: Uint8Array, plaintext: Uint8Array): readonly Uint8Array[] {
    return this.#noble.seal(nonce, associatedData, plaintext);
  }

  open(nonce: Uint8Array, associatedData: Uint8Array, ciphertext: Uint8Array): Uint8Array {
    return this.#noble.open(nonce, associatedData, ciphertext);
  }

  openLater(nonce: Uint8Array, ciphertext: Uint8Array): Promise<Uint8Array> | undefined {
    if (ciphertext.length < LATER_BYTES) return undefined;
    if (this.#key === undefined) {
      this.#import();
      return undefined;
    }
    // WebCrypto copies nonce and ciphertext before it returns.
    return globalThis.crypto.subtle
      .decrypt(
        { name: 'AES-GCM', iv: nonce as Uint8Array<ArrayBuffer> },
        this.#key,
        ciphertext as Uint8Array<ArrayBuffer>,
      )
      .then(
        (plaintext) => new Uint8Array(plaintext),
        (cause: unknown) => {
          throw new AuthenticationError('crypto.open', 'a message did not authenticate', { cause });
        },
      );
  }

  /** Imports the key when it is first wanted; those of handshakes never are. */
  #import(): void {
    const raw = this.#raw;
    if (raw === undefined) return;
    this.#raw = undefined;
    globalThis.crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['decrypt']).then(
      (key) => {
        this.#key = key;
        raw.fill(0);
      },
      // @noble opens everything then.
      () => raw.fill(0),
    );
  }
}
