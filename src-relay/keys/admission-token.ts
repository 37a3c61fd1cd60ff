import { join } from 'node:path';
import { encodeBase32, fromUtf8 } from '#shared/bytes/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { RelayStartError } from '../errors.ts';
import { readOrCreateSecret } from './secret-file.ts';

/** Shortest token, characters. */
const SHORTEST = 8;

/**
 * Returns the token that admits new devices: the given one, else the one in `admission-token` of the data directory, which is created on first use
 * (100 random bits).
 * @throws {RelayStartError} `relay.admission-token`, `relay.data-directory`
 */
export async function openAdmissionToken(
  crypto: CryptoBackend,
  directory: string,
  given: string | undefined,
): Promise<string> {
  if (given !== undefined) return checked(given, 'the given admission token');
  const path = join(directory, 'admission-token');
  const bytes = await readOrCreateSecret(path, () => {
    const text = encodeBase32(crypto.randomBytes(13)).slice(0, 20);
    return new TextEncoder().encode(`${text.match(/.{5}/g)?.join('-') ?? text}\n`);
  });
  return checked(fromUtf8(bytes).trim(), path);
}

function checked(token: string, source: string): string {
  if (token.length >= SHORTEST && token.length <= 256) return token;
  throw new RelayStartError('relay.admission-token', `${source} must have ${SHORTEST} to 256 characters`);
}
