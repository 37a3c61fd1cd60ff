import { concatBytes, fromHex } from '#shared/bytes/index.ts';
import { nobleBackend } from '#shared/crypto/index.ts';

const { subtle } = globalThis.crypto;
/** PKCS #8 before the 32 bytes of a private key (RFC 8410). */
const PKCS8 = {
  Ed25519: fromHex('302e020100300506032b657004220420'),
  X25519: fromHex('302e020100300506032b656e04220420'),
} as const;

/** Puts a published Ed25519 seed into WebCrypto, which keeps it. */
export async function importSigning(seed: Uint8Array): Promise<CryptoKeyPair> {
  return await importPair('Ed25519', seed, nobleBackend.ed25519PublicKey(seed), { own: ['sign'], other: ['verify'] });
}

/** Puts a published X25519 secret into WebCrypto, which keeps it. */
export async function importAgreement(secret: Uint8Array): Promise<CryptoKeyPair> {
  return await importPair('X25519', secret, nobleBackend.x25519PublicKey(secret), { own: ['deriveBits'], other: [] });
}

async function importPair(
  algorithm: keyof typeof PKCS8,
  secret: Uint8Array,
  publicKey: Uint8Array,
  usages: Readonly<{ own: KeyUsage[]; other: KeyUsage[] }>,
): Promise<CryptoKeyPair> {
  const encoded = concatBytes(PKCS8[algorithm], secret);
  return {
    privateKey: await subtle.importKey('pkcs8', encoded.slice(), algorithm, false, usages.own),
    publicKey: await subtle.importKey('raw', publicKey.slice(), algorithm, true, usages.other),
  };
}
