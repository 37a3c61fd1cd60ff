import type { AgreementKey } from '#shared/crypto/index.ts';
import { AuthenticationError } from '#shared/errors.ts';
import { agree, importAgreementKey, publicBytes } from './use-keys.ts';

/** Wraps an X25519 key pair of WebCrypto for handshakes. */
export async function pageAgreementKey({ publicKey, privateKey }: CryptoKeyPair): Promise<AgreementKey> {
  return {
    publicKey: await publicBytes(publicKey),
    async agree(other) {
      try {
        return await agree(privateKey, await importAgreementKey(other));
      } catch (error) {
        throw new AuthenticationError('crypto.low-order', 'the other side sent an invalid public key', {
          cause: error,
        });
      }
    },
  };
}
