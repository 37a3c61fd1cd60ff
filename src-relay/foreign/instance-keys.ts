import { toBase64Url } from '#shared/bytes/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import type { Sealer } from '../keys/index.ts';

/** Length of a key, bytes: 256 bits. */
const KEY_LENGTH = 32;

/** New key of an instance: as its owner sees it once, base64url, and as the database holds it. */
export type NewKey = Readonly<{ key: string; sealed: Uint8Array }>;

/** Creates a key for an instance. It is stored sealed, not hashed: an HMAC needs the key itself. */
export function createKey(crypto: CryptoBackend, sealer: Sealer, instance: string): NewKey {
  const key = crypto.randomBytes(KEY_LENGTH);
  return { key: toBase64Url(key), sealed: sealer.seal(placeOf(instance), key) };
}

/** Returns the key of an instance. @throws {AuthenticationError} `crypto.open` if the row was changed or the seal key is another one */
export function openKey(sealer: Sealer, instance: string, sealed: Uint8Array): Uint8Array {
  return sealer.open(placeOf(instance), sealed);
}

function placeOf(instance: string): string {
  return `foreign-instance ${instance}`;
}
