import { fromBase64Url, toBase64Url } from '#shared/bytes/index.ts';
import type {
  PasskeyAssertion,
  PasskeyAttestation,
  PasskeyCreationOptions,
  PasskeyRequestOptions,
} from '#shared/platform/index.ts';

/**
 * Conversions between the JSON forms of WebAuthn (Web Authentication Level 3, section 5.1) and what browsers take and return. Browsers of two years ago
 * have no `parse…OptionsFromJSON` and `toJSON`. Pure.
 */
type Descriptor = Readonly<{ id: string; type: 'public-key'; transports?: readonly string[] | undefined }>;

/** Returns options for `navigator.credentials.get`. */
export function toRequestOptions(options: PasskeyRequestOptions): PublicKeyCredentialRequestOptions {
  const { challenge, timeout, rpId, allowCredentials, userVerification } = options;
  return {
    challenge: bytes(challenge),
    rpId,
    userVerification,
    ...(timeout !== undefined && { timeout }),
    ...(allowCredentials !== undefined && { allowCredentials: allowCredentials.map(toDescriptor) }),
  };
}

/** Returns options for `navigator.credentials.create`. */
export function toCreationOptions(options: PasskeyCreationOptions): PublicKeyCredentialCreationOptions {
  const { rp, user, challenge, pubKeyCredParams, timeout, excludeCredentials, authenticatorSelection, attestation } =
    options;
  return {
    rp,
    user: { ...user, id: bytes(user.id) },
    challenge: bytes(challenge),
    pubKeyCredParams,
    ...(timeout !== undefined && { timeout }),
    ...(excludeCredentials !== undefined && { excludeCredentials: excludeCredentials.map(toDescriptor) }),
    ...(authenticatorSelection !== undefined && {
      authenticatorSelection: authenticatorSelection as AuthenticatorSelectionCriteria,
    }),
    ...(attestation !== undefined && { attestation }),
  };
}

type Credential = Pick<
  PublicKeyCredential,
  'id' | 'rawId' | 'response' | 'authenticatorAttachment' | 'getClientExtensionResults'
>;

/** Returns the answer of `navigator.credentials.get` for `auth.verifyPasskey`. */
export function fromAssertion(credential: Credential): PasskeyAssertion {
  const response = credential.response as AuthenticatorAssertionResponse;
  return {
    ...commonOf(credential),
    response: {
      clientDataJSON: base64(response.clientDataJSON),
      authenticatorData: base64(response.authenticatorData),
      signature: base64(response.signature),
      ...(response.userHandle !== null && { userHandle: base64(response.userHandle) }),
    },
  };
}

/** Returns the answer of `navigator.credentials.create` for `passkeys.create`. */
export function fromAttestation(credential: Credential): PasskeyAttestation {
  const response = credential.response as AuthenticatorAttestationResponse;
  return {
    ...commonOf(credential),
    response: {
      clientDataJSON: base64(response.clientDataJSON),
      attestationObject: base64(response.attestationObject),
      transports: response.getTransports(),
    },
  };
}

function commonOf(credential: Credential): Omit<PasskeyAssertion, 'response'> {
  const attachment = credential.authenticatorAttachment;
  return {
    id: credential.id,
    rawId: base64(credential.rawId),
    type: 'public-key',
    clientExtensionResults: credential.getClientExtensionResults() as Record<string, unknown>,
    ...((attachment === 'platform' || attachment === 'cross-platform') && { authenticatorAttachment: attachment }),
  };
}

function toDescriptor({ id, type, transports }: Descriptor): PublicKeyCredentialDescriptor {
  return {
    id: bytes(id),
    type,
    ...(transports !== undefined && { transports: transports as AuthenticatorTransport[] }),
  };
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(fromBase64Url(text));
}

function base64(buffer: ArrayBuffer): string {
  return toBase64Url(new Uint8Array(buffer));
}
