import { hash, subtle } from 'node:crypto';

/** Bytes from which a hash is worth a thread of its own. */
const LARGE = 65_536;

/**
 * Returns the SHA-256 hash of bytes. Hashes of chunks are computed in another thread, beside the cipher of the link. The bytes are copied at once, so
 * the caller may reuse them.
 */
export async function sha256Of(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes.length < LARGE) return sha256(bytes);
  return new Uint8Array(await subtle.digest('SHA-256', bytes));
}

/** Returns the SHA-256 hash of few bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer');
}
