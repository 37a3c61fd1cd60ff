import { PageKeysError } from './errors.ts';
import { agree, sign } from './use-keys.ts';

/**
 * Key pairs of a page, in the form in which IndexedDB stores them. The browser keeps the private halves: pages of this origin can use them, and nothing
 * can read them.
 */
export type PageKeys = Readonly<{
  /** Ed25519. */
  signing: CryptoKeyPair;
  /** X25519. */
  agreement: CryptoKeyPair;
}>;

/** Permission for scripts to read a private key. */
const EXTRACTABLE = false;

/**
 * Creates new keys of a page, and tries them. They are another device than the keys before. Stores nothing.
 * @throws {PageKeysError} `keys.unsupported` if the browser lacks the algorithms, or the page didn't come over a secure connection
 */
export async function createPageKeys(): Promise<PageKeys> {
  try {
    const { subtle } = globalThis.crypto;
    const signing = await subtle.generateKey('Ed25519', EXTRACTABLE, ['sign', 'verify']);
    const agreement = await subtle.generateKey('X25519', EXTRACTABLE, ['deriveBits']);
    // Some browsers know the names of algorithms that they don't have.
    await sign(signing.privateKey, new Uint8Array(1));
    await agree(agreement.privateKey, agreement.publicKey);
    return { signing, agreement };
  } catch (error) {
    throw new PageKeysError('keys.unsupported', 'this browser has no Ed25519 or X25519', { cause: error });
  }
}
