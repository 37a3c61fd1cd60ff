import { createHash, createPublicKey, verify } from 'node:crypto';
import { UpdateError } from './update-error.ts';

/**
 * The file beside the metadata of a release (`latest-linux.yml.sig`): one line for each signature, two while a key is being replaced,
 *
 *     ed25519 <key id> <signature>
 *
 * The signature (RFC 8032, base64) is over the exact bytes of the metadata file; the key id is the first 8 bytes of the SHA-256 of the raw public
 * key, hexadecimal. The same key signs the manifest of the page behind a prefix (`pageSignatureBytes`), and nothing else.
 */
const LINE = /^ed25519 ([0-9a-f]{16}) ([A-Za-z0-9+/]{86}==)$/;

/** DER prefix of a raw Ed25519 public key (RFC 8410). */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

/** Number of keys: the one that signs now, and its predecessor or successor. */
export const MAX_KEYS = 2;

/** Returns the ID of a key. @param key raw public key, base64 */
export function keyId(key: string): string {
  return createHash('sha256').update(Buffer.from(key, 'base64')).digest('hex').slice(0, 16);
}

/**
 * Verifies a signature file. Called by `ReleaseFeed`. Pure.
 * @param keys raw public keys, base64
 * @throws {UpdateError} `update.unsigned`, `update.wrong-signature`
 */
export function checkSignature(bytes: Uint8Array, signatures: string, keys: readonly string[]): void {
  const lines = signatures
    .split('\n')
    .map((line) => LINE.exec(line.trimEnd()))
    .filter((match) => match !== null)
    .slice(0, MAX_KEYS);
  if (lines.length === 0) throw new UpdateError('update.unsigned', 'there is no signature in the signature file');
  const known = new Map(keys.slice(0, MAX_KEYS).map((key) => [keyId(key), key]));
  const signed = lines.some(([, id = '', signature = '']) => {
    const key = known.get(id);
    return key !== undefined && verify(null, bytes, publicKey(key), Buffer.from(signature, 'base64'));
  });
  if (!signed) throw new UpdateError('update.wrong-signature', 'no signature is by a known key');
}

function publicKey(key: string) {
  return createPublicKey({ key: Buffer.concat([SPKI_HEAD, Buffer.from(key, 'base64')]), format: 'der', type: 'spki' });
}
