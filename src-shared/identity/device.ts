import { ByteWriter, toUtf8 } from '../bytes/index.ts';
import { agreementKey, type CryptoBackend } from '../crypto/index.ts';
import { certificateFacts, unsignedCertificate } from './certificate.ts';
import { peerIdOf } from './peer-id.ts';
import type { DeviceIdentity } from './types.ts';

/** Length of a device's master secret, bytes. */
export const MASTER_SECRET_LENGTH = 32;
const NO_SALT = new Uint8Array(0);

/**
 * Derives all keys of a device from its master secret, by HKDF-SHA256 with one label each (PROTOCOL section 1), and signs the device's certificate.
 * The same secret and generation give the same keys; the peer ID doesn't depend on the generation. Pure: the caller stores the secret. The identity
 * keeps the private keys to itself.
 * @param options.generation 0 to 2^32 - 1; a higher one has another X25519 static key
 * @param options.now seconds since 1970, for `certificateFacts`
 * @throws {RangeError} for a secret of another length
 */
export function createIdentity(
  crypto: CryptoBackend,
  masterSecret: Uint8Array,
  options: Readonly<{ generation: number; now: number }>,
): DeviceIdentity {
  if (masterSecret.length !== MASTER_SECRET_LENGTH) throw new RangeError('a master secret has 32 bytes');
  const { generation, now } = options;
  const seed = crypto.hkdfSha256(masterSecret, NO_SALT, toUtf8('clawreach ed25519 seed 1'), 32);
  const sign = crypto.ed25519Signer?.(seed) ?? ((message: Uint8Array) => crypto.ed25519Sign(seed, message));
  const staticInfo = new ByteWriter().bytes(toUtf8('clawreach x25519 static 1')).u32(generation).finish();
  const signingKey = crypto.ed25519PublicKey(seed);
  const staticKey = agreementKey(crypto, crypto.hkdfSha256(masterSecret, NO_SALT, staticInfo, 32));
  const facts = certificateFacts({ generation, signingKey, staticKey: staticKey.publicKey, now });
  const unsigned = unsignedCertificate(facts);
  return {
    peerId: peerIdOf(crypto, signingKey),
    signingKey,
    sign: async (message) => sign(message),
    staticKey,
    generation,
    certificate: unsigned.signed(sign(unsigned.message)),
  };
}
