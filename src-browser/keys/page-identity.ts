import type { CryptoBackend } from '#shared/crypto/index.ts';
import { certificateFacts, peerIdOf, unsignedCertificate, type DeviceIdentity } from '#shared/identity/index.ts';
import { pageAgreementKey } from './page-agreement-key.ts';
import type { PageKeys } from './page-keys.ts';
import { publicBytes, sign } from './use-keys.ts';

/** Generation of a page's static key. A page replaces both keys at once, which makes it another device. */
const GENERATION = 1;

/**
 * Returns the identity of a page, and signs its certificate. The same keys give the same peer ID.
 * @param now seconds since 1970, for the certificate
 */
export async function pageIdentity(
  crypto: CryptoBackend,
  { signing, agreement }: PageKeys,
  now: number,
): Promise<DeviceIdentity> {
  const signingKey = await publicBytes(signing.publicKey);
  const staticKey = await pageAgreementKey(agreement);
  const signWith = async (message: Uint8Array): Promise<Uint8Array> => await sign(signing.privateKey, message);
  const unsigned = unsignedCertificate(
    certificateFacts({ generation: GENERATION, signingKey, staticKey: staticKey.publicKey, now }),
  );
  return {
    peerId: peerIdOf(crypto, signingKey),
    signingKey,
    sign: signWith,
    staticKey,
    generation: GENERATION,
    certificate: unsigned.signed(await signWith(unsigned.message)),
  };
}
