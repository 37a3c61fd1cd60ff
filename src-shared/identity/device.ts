import { ByteWriter, toUtf8 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { encodeCertificate, PROTOCOL_EPOCH } from './certificate.ts';
import { peerIdOf } from './peer-id.ts';
import type { DeviceIdentity } from './types.ts';

/** Bytes of the master secret, from which all keys of a device come. */
export const MASTER_SECRET_LENGTH = 32;
/**
 * Validity of a certificate, in seconds. It is long because expiry doesn't shut a device out: a removed pin, a removal or a newer generation
 * does. The agent makes a new certificate at every start.
 */
const VALIDITY = 10 * 365 * 24 * 60 * 60;
const NO_SALT = new Uint8Array(0);

/**
 * Derives all keys of a device from its master secret, by HKDF-SHA256 with one label each (PROTOCOL section 1). The same secret and generation
 * give the same keys; the peer ID doesn't depend on the generation.
 * @param options.generation 0 to 2^32 - 1; raising it replaces the X25519 static key
 * @param options.now seconds since 1970; the certificate ends ten years later. It begins with the protocol, not now, so that peers whose
 *   clocks are behind accept it
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
