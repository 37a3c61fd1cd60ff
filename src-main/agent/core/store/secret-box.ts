import { concatBytes, fromBase64Url, fromUtf8, toBase64Url, toUtf8 } from '#shared/bytes/index.ts';
import type { AeadKey, CryptoBackend } from '#shared/crypto/index.ts';

const NONCE = 12;
const NO_SALT = new Uint8Array(0);

/** Purpose that a key is derived for: each document has its own. */
export type SecretLabel =
  | 'clawreach forward secrets 1'
  | 'clawreach gateway secrets 1'
  | 'clawreach proxy secrets 1'
  | 'clawreach remote secrets 1';

/**
 * Seals passwords, tokens and keys for the document they are kept in: AES-256-GCM under a key that is derived from the device's master secret,
 * so that the document alone, or its copy on another device, tells nothing. Bound to the id of what the secret belongs to.
 */
export class SecretBox {
  readonly #crypto: CryptoBackend;
  readonly #key: AeadKey;

  /** @param masterSecret 32 bytes; not kept */
  constructor(crypto: CryptoBackend, masterSecret: Uint8Array, label: SecretLabel) {
    this.#crypto = crypto;
    this.#key = crypto.aesGcm(crypto.hkdfSha256(masterSecret, NO_SALT, toUtf8(label), 32));
  }

  /** @returns base64url of a random nonce and the sealed text */
  seal(id: string, text: string): string {
    const nonce = this.#crypto.randomBytes(NONCE);
    return toBase64Url(concatBytes(nonce, ...this.#key.seal(nonce, toUtf8(id), toUtf8(text))));
  }

  /** The text, or null where this device has not sealed it for that id. */
  open(id: string, sealed: string): string | null {
    try {
      const bytes = fromBase64Url(sealed);
      return fromUtf8(this.#key.open(bytes.subarray(0, NONCE), toUtf8(id), bytes.subarray(NONCE)));
    } catch {
      return null;
    }
  }
}
