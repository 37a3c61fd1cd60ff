import * as z from 'zod';
import { base64url, count, jsonObject, credentialId, text } from './fields.ts';

/**
 * JSON forms of WebAuthn's structures (Web Authentication Level 3, section 5), as `@simplewebauthn/server` and the browsers'
 * `PublicKeyCredential.toJSON` and `parse…OptionsFromJSON` write and read them. Used by the routes of passkeys.
 */
const TRANSPORTS = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const;
const transports = z.array(z.enum(TRANSPORTS)).max(TRANSPORTS.length);

const credential = z.object({ id: credentialId, type: z.literal('public-key'), transports: transports.optional() });
const userVerification = z.enum(['required', 'preferred', 'discouraged']);
const hints = z.array(z.enum(['security-key', 'client-device', 'hybrid'])).max(3);
const extensions = jsonObject(4096);
const attachment = z.enum(['platform', 'cross-platform']);

/** Options for `navigator.credentials.get`. */
export const passkeyRequestOptions = z.object({
  challenge: base64url(64),
  timeout: count.optional(),
  rpId: text(253),
  allowCredentials: z.array(credential).max(64).optional(),
  userVerification,
  hints: hints.optional(),
  extensions: extensions.optional(),
});
export type PasskeyRequestOptions = z.infer<typeof passkeyRequestOptions>;

/** Options for `navigator.credentials.create`. */
export const passkeyCreationOptions = z.object({
  rp: z.object({ id: text(253), name: text(128) }),
  user: z.object({ id: base64url(64), name: text(254), displayName: text(254) }),
  challenge: base64url(64),
  pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.number().int() })).max(16),
  timeout: count.optional(),
  excludeCredentials: z.array(credential).max(64).optional(),
  authenticatorSelection: z
    .object({
      authenticatorAttachment: attachment.optional(),
      residentKey: z.enum(['required', 'preferred', 'discouraged']).optional(),
      requireResidentKey: z.boolean().optional(),
      userVerification: userVerification.optional(),
    })
    .optional(),
  hints: hints.optional(),
  attestation: z.enum(['none', 'indirect', 'direct', 'enterprise']).optional(),
  extensions: extensions.optional(),
});
export type PasskeyCreationOptions = z.infer<typeof passkeyCreationOptions>;

const common = {
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  clientExtensionResults: extensions,
  authenticatorAttachment: attachment.nullish(),
};

/** Answer of `navigator.credentials.get`. */
export const passkeyAssertion = z.strictObject({
  ...common,
  response: z.strictObject({
    clientDataJSON: base64url(4096).min(1),
    authenticatorData: base64url(4096).min(1),
    signature: base64url(1024).min(1),
    userHandle: base64url(64).nullish(),
    attestationObject: base64url(16_384).nullish(),
  }),
});
export type PasskeyAssertion = z.infer<typeof passkeyAssertion>;

/** Answer of `navigator.credentials.create`. */
export const passkeyAttestation = z.strictObject({
  ...common,
  response: z.strictObject({
    clientDataJSON: base64url(4096).min(1),
    attestationObject: base64url(16_384).min(1),
    authenticatorData: base64url(8192).optional(),
    transports: z.array(z.string().max(32)).max(16).optional(),
    publicKey: base64url(4096).nullish(),
    publicKeyAlgorithm: z.number().int().optional(),
  }),
});
export type PasskeyAttestation = z.infer<typeof passkeyAttestation>;
