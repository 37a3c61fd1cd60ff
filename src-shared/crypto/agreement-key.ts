import type { CryptoBackend } from './backend.ts';

/** X25519 key pair whose private half can only be used, never read: its bytes may be in a key store, or in WebCrypto. */
export type AgreementKey = Readonly<{
  /** X25519 public key, 32 bytes. */
  publicKey: Uint8Array;
  /**
   * Computes the shared secret with another public key, 32 bytes. Reads `publicKey` before it returns.
   * @throws {AuthenticationError} `crypto.low-order` for an invalid key, or a result that is all zero
   */
  agree(publicKey: Uint8Array): Promise<Uint8Array>;
}>;

/** Wraps a raw X25519 secret of 32 bytes: an ephemeral one, or a static one of a host that stores raw keys. Copies the secret. */
export function agreementKey(crypto: CryptoBackend, secretKey: Uint8Array): AgreementKey {
  const secret = secretKey.slice();
  return {
    publicKey: crypto.x25519PublicKey(secret),
    agree: async (publicKey) => await crypto.x25519(secret, publicKey),
  };
}

/** Creates a random key, for one handshake. */
export function ephemeralKey(crypto: CryptoBackend): AgreementKey {
  return agreementKey(crypto, crypto.randomBytes(32));
}
