import { join } from 'node:path';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { relayKeyId } from '#shared/relay-api/index.ts';
import { RelayStartError } from '../errors.ts';
import { readOrCreateSecret } from './secret-file.ts';

/** Ed25519 key that identifies this relay to clients, under any name. */
export type RelayKey = Readonly<{
  /** Ed25519 public key, 32 bytes. */
  publicKey: Uint8Array;
  /** Short form of the key for people to compare, from `relayKeyId`. */
  keyId: string;
  sign(message: Uint8Array): Uint8Array;
}>;

/**
 * Reads the relay's key from `relay-key` in the data directory, a 32-byte seed, or creates it. A holder of the file can impersonate this relay.
 * @throws {RelayStartError} `relay.key`, `relay.data-directory`
 */
export async function openRelayKey(crypto: CryptoBackend, directory: string): Promise<RelayKey> {
  const path = join(directory, 'relay-key');
  const seed = await readOrCreateSecret(path, () => crypto.randomBytes(32));
  if (seed.length !== 32) {
    throw new RelayStartError('relay.key', `${path} is ${seed.length} bytes long, not 32`, { details: { path } });
  }
  const publicKey = crypto.ed25519PublicKey(seed);
  return {
    publicKey,
    keyId: relayKeyId(crypto, publicKey),
    sign: (message) => crypto.ed25519Sign(seed, message),
  };
}
