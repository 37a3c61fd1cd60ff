import { concatBytes, fromBase64Url, fromUtf8, toBase64Url, toUtf8 } from '#shared/bytes/index.ts';
import type { AeadKey, CryptoBackend } from '#shared/crypto/index.ts';

const NONCE = 12;
const NO_SALT = new Uint8Array(0);

/** Purpose for which the key is derived. Each document has its own. */
export type SecretLabel =
  | 'clawreach forward secrets 1'
  | 'clawreach gateway secrets 1'
  | 'clawreach proxy secrets 1'
  | 'clawreach remote secrets 1';

/**
 * Seals passwords, tokens and keys before they are stored in a document of the profile: AES-256-GCM under a key derived from the device's master
 * secret. The document alone, or a copy of it on another device, reveals none of them. A sealed secret is bound to the ID of its owner in the
 * document, such as a gateway.
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
   * Seals a secret. @param id ID of the secret's owner, which `open` has to be given too
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
