import { join } from 'node:path';
import { fromBase64Url } from '#shared/bytes/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { RelayStartError } from '../errors.ts';
import { readOrCreateSecret } from './secret-file.ts';

/** Length of the key, bytes: AES-256. */
const LENGTH = 32;

/**
 * Returns the key under which the relay stores what it must be able to read again, such as skill configurations: the given one, else the one in
 * `seal-key` of the data directory, which is created on first use. A copy of the database is of no use without it.
 * @param given 32 bytes, base64url
 * @throws {RelayStartError} `relay.seal-key`, `relay.data-directory`
 */
export async function openSealKey(
  crypto: CryptoBackend,
  directory: string,
  given: string | undefined,
): Promise<Uint8Array> {
  if (given !== undefined) return checked(decoded(given), 'the given seal key');
  const path = join(directory, 'seal-key');
  return checked(await readOrCreateSecret(path, () => crypto.randomBytes(LENGTH)), path);
}

function checked(key: Uint8Array, source: string): Uint8Array {
  if (key.length === LENGTH) return key;
  throw new RelayStartError('relay.seal-key', `${source} must have ${LENGTH} bytes`, { details: { source } });
}

/** Returns the bytes of a given key; none for a malformed one, whose text never gets into an error. */
function decoded(text: string): Uint8Array {
  try {
    return fromBase64Url(text.trim().replace(/=+$/, ''));
  } catch {
    return new Uint8Array(0);
  }
}
