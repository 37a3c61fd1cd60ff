import { concatBytes, fromBase64Url, fromUtf8, toBase64Url, toUtf8 } from '#shared/bytes/index.ts';
import type { AeadKey, CryptoBackend } from '#shared/crypto/index.ts';

const NONCE = 12;
const NO_SALT = new Uint8Array(0);

/** Label from which a key is derived (HKDF). Each document with secrets has its own label, and so its own key. */
export type SecretLabel =
  | 'clawreach forward secrets 1'
  | 'clawreach gateway secrets 1'
  | 'clawreach proxy secrets 1'
  | 'clawreach remote secrets 1';

/**
 * Seals passwords, tokens and keys before they are stored in a document of the profile: AES-256-GCM under a key derived from the device's master
 * secret. The document alone, or a copy of it on another device, reveals none of them. A sealed secret is bound to the ID of the entry to which it
 * belongs, such as a gateway. Used by each module that stores secrets. No I/O.
 */
export class SecretBox {
  readonly #crypto: CryptoBackend;
  readonly #key: AeadKey;

  /** @param masterSecret 32 bytes; only the derived key is kept */
  constructor(crypto: CryptoBackend, masterSecret: Uint8Array, label: SecretLabel) {
    this.#crypto = crypto;
    this.#key = crypto.aesGcm(crypto.hkdfSha256(masterSecret, NO_SALT, toUtf8(label), 32));
  }

  /**
   * Seals a secret. Stores nothing; the caller writes the result to its document.
   * @param id ID of the entry to which the secret belongs; `open` needs the same ID
   * @returns base64url of a random nonce and the sealed text
   */
  seal(id: string, text: string): string {
    const nonce = this.#crypto.randomBytes(NONCE);
    return toBase64Url(concatBytes(nonce, ...this.#key.seal(nonce, toUtf8(id), toUtf8(text))));
  }

  /** Returns the secret; null if this device didn't seal it for that ID. */
  open(id: string, sealed: string): string | null {
    try {
      const bytes = fromBase64Url(sealed);
      return fromUtf8(this.#key.open(bytes.subarray(0, NONCE), toUtf8(id), bytes.subarray(NONCE)));
    } catch {
      return null;
    }
  }
}
