import { ByteWriter, toUtf8 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { encodeCertificate, PROTOCOL_EPOCH } from './certificate.ts';
import { peerIdOf } from './peer-id.ts';
import type { DeviceIdentity } from './types.ts';

/** Length of a device's master secret, bytes. */
export const MASTER_SECRET_LENGTH = 32;
/**
 * Validity of a certificate, in seconds. It is long because expiry is no means to exclude a device: peers remove its pin, a project removes the
 * device, or a newer generation replaces the key. The agent creates a new certificate at every start.
 */
const VALIDITY = 10 * 365 * 24 * 60 * 60;
const NO_SALT = new Uint8Array(0);

/**
 * Derives all keys of a device from its master secret, by HKDF-SHA256 with one label each (PROTOCOL section 1), and signs the device's certificate.
 * The same secret and generation give the same keys; the peer ID doesn't depend on the generation. Pure: the caller stores the secret.
 * @param options.generation 0 to 2^32 - 1; a higher one has another X25519 static key
 * @param options.now seconds since 1970; the certificate ends ten years later. It begins at `PROTOCOL_EPOCH`, so that peers whose clocks are behind
 *   accept it
 * @throws {RangeError} for a secret of another length
 */
export function createIdentity(
  crypto: CryptoBackend,
  masterSecret: Uint8Array,
  options: Readonly<{ generation: number; now: number }>,
): DeviceIdentity {
  if (masterSecret.length !== MASTER_SECRET_LENGTH) throw new RangeError('a master secret has 32 bytes');
  const { generation, now } = options;
  const signingSeed = crypto.hkdfSha256(masterSecret, NO_SALT, toUtf8('clawreach ed25519 seed 1'), 32);
  const staticInfo = new ByteWriter().bytes(toUtf8('clawreach x25519 static 1')).u32(generation).finish();
  const secretKey = crypto.hkdfSha256(masterSecret, NO_SALT, staticInfo, 32);
  const signingKey = crypto.ed25519PublicKey(signingSeed);
  const publicKey = crypto.x25519PublicKey(secretKey);
  const certificate = encodeCertificate(crypto, signingSeed, {
    generation,
    signingKey,
    staticKey: publicKey,
    notBefore: PROTOCOL_EPOCH,
    notAfter: Math.max(Math.floor(now), PROTOCOL_EPOCH) + VALIDITY,
  });
  return {
    peerId: peerIdOf(crypto, signingKey),
    signingSeed,
    signingKey,
    staticKey: { publicKey, secretKey },
    generation,
    certificate,
  };
}
