import * as z from 'zod';
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import { COSEALG, decodeAttestationObject } from '@simplewebauthn/server/helpers';
import { fromBase64Url, fromUtf8 } from '#shared/bytes/index.ts';
import { PlatformError, type PasskeyAssertion, type PasskeyAttestation } from '#shared/platform/index.ts';
import type { RelyingParty } from '../site-address.ts';
import { knownTransports, userHandle, type PasskeyRow, type Transport } from './passkey-rows.ts';

/** Signature algorithms of passkeys: EdDSA, ES256, RS256. Named here, because the library's own list depends on the version of Node. */
export const PASSKEY_ALGORITHMS = [COSEALG.EdDSA, COSEALG.ES256, COSEALG.RS256];

/** Longest public key, bytes: RSA with 4096 bits and its encoding. Verifying with a longer one takes long. */
const LONGEST_KEY = 700;

/** Part of the client data (Web Authentication Level 3, section 5.8.1) that the relay reads before it verifies all of it. */
const clientData = z.object({
  challenge: z.string().max(128),
  /** True for a page inside of a frame of another site. The library checks it only in browsers that name that site as well. */
  crossOrigin: z.literal(false).optional(),
});

/** Passkey as it is stored. */
export type NewPasskey = Readonly<{
  id: string;
  publicKey: Uint8Array;
  counter: number;
  transports: readonly Transport[];
}>;

/** Returns the challenge that a response answers. @throws {PlatformError} `account.passkey` */
export function challengeOf(response: PasskeyAssertion | PasskeyAttestation): string {
  try {
    return clientData.parse(JSON.parse(fromUtf8(fromBase64Url(response.response.clientDataJSON)))).challenge;
  } catch (error) {
    throw rejected(error);
  }
}

/**
 * Verifies that a stored passkey signed a challenge, for this relay and with user verification.
 * @param challenge as `challengeOf` returned it, and known to be from this relay
 * @returns new signature counter
 * @throws {PlatformError} `account.passkey`
 */
export async function verifyAssertion(
  response: PasskeyAssertion,
  {
    passkey,
    challenge,
    party,
  }: Readonly<{
    passkey: PasskeyRow;
    challenge: string;
    party: RelyingParty;
  }>,
): Promise<number> {
  const { userHandle: handle } = response.response;
  if (response.id !== passkey.id) throw rejected(undefined);
  if (typeof handle === 'string' && handle !== userHandle(passkey.account)) throw rejected(undefined);
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        id: response.id,
        rawId: response.rawId,
        type: response.type,
        clientExtensionResults: {},
        response: {
          clientDataJSON: response.response.clientDataJSON,
          authenticatorData: response.response.authenticatorData,
          signature: response.response.signature,
        },
      },
      expectedChallenge: challenge,
      expectedOrigin: [...party.origins],
      expectedRPID: party.id,
      credential: { id: passkey.id, publicKey: Uint8Array.from(passkey.public_key), counter: passkey.counter },
      requireUserVerification: true,
    });
    if (verified) return authenticationInfo.newCounter;
  } catch (error) {
    throw rejected(error);
  }
  throw rejected(undefined);
}

/**
 * Verifies a new passkey, for this relay and with user verification.
 * @throws {PlatformError} `account.passkey`
 */
export async function verifyAttestation(
  response: PasskeyAttestation,
  { challenge, party }: Readonly<{ challenge: string; party: RelyingParty }>,
): Promise<NewPasskey> {
  let registration;
  try {
    requireNoCertificates(response.response.attestationObject);
    registration = await verifyRegistrationResponse({
      response: {
        id: response.id,
        rawId: response.rawId,
        type: response.type,
        clientExtensionResults: {},
        response: {
          clientDataJSON: response.response.clientDataJSON,
          attestationObject: response.response.attestationObject,
        },
      },
      expectedChallenge: challenge,
      expectedOrigin: [...party.origins],
      expectedRPID: party.id,
      supportedAlgorithmIDs: PASSKEY_ALGORITHMS,
      requireUserPresence: true,
      requireUserVerification: true,
    });
  } catch (error) {
    throw rejected(error);
  }
  if (!registration.verified) throw rejected(undefined);
  // The ID of the response is not signed; this one is.
  const { id, publicKey, counter } = registration.registrationInfo.credential;
  if (publicKey.length > LONGEST_KEY || id !== response.id) throw rejected(undefined);
  return { id, publicKey, counter, transports: knownTransports(response.response.transports ?? []) };
}

/**
 * Rejects an attestation with certificates. The relay asks for none, and the library would fetch the revocation lists that they name, from wherever they
 * say. Without certificates the format is `none`, or `packed` by the passkey itself.
 */
function requireNoCertificates(attestationObject: string): void {
  const decoded = decodeAttestationObject(Uint8Array.from(fromBase64Url(attestationObject)));
  const format = decoded.get('fmt');
  if (format === 'none') return;
  if (format !== 'packed' || decoded.get('attStmt').get('x5c') !== undefined) {
    throw new TypeError('an attestation with certificates');
  }
}

/** Creates the error for a response that proves nothing, whatever the reason. */
export function rejected(cause: unknown): PlatformError {
  return new PlatformError('account.passkey', 'the passkey was not accepted', { cause });
}
