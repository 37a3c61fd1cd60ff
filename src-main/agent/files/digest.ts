import type { CryptoBackend } from '#shared/crypto/index.ts';

/** Bytes from which a hash is worth a thread of its own. */
const LARGE = 65_536;

/** Hash functions of transfers. */
export type FilesCrypto = Pick<CryptoBackend, 'sha256' | 'sha256Stream'>;

/**
 * Returns the SHA-256 hash of bytes. Hashes of chunks are computed in another thread, beside the cipher of the link. The bytes are copied at once, so
 * the caller may reuse them.
 */
export async function sha256Of({ sha256 }: Pick<FilesCrypto, 'sha256'>, bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes.length < LARGE) return sha256(bytes);
  return new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
}
