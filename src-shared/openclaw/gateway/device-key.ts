import { toBase64Url, toHex, toUtf8 } from '../../bytes/index.ts';
import { nobleBackend, type CryptoBackend } from '../../crypto/index.ts';

/** Ed25519 key of this device for one gateway and one role. */
export interface GatewayDeviceKey {
  /** SHA-256 of the public key, 64 lower-case hexadecimal digits. */
  readonly id: string;
  /** Public key, 32 bytes in base64url. */
  readonly publicKey: string;
  /** Signs the UTF-8 bytes of a text; returns 64 bytes in base64url. */
  sign(payload: string): string;
}

/**
 * Creates a device key from its secret seed. Pure; the caller, the agent's `Gateway`, stores the seed.
 * @param seed 32 random bytes, which the key keeps a reference to
 * @throws {RangeError} for another length
 */
export function gatewayDeviceKey(seed: Uint8Array, crypto: CryptoBackend = nobleBackend): GatewayDeviceKey {
  if (seed.length !== 32) throw new RangeError('a seed has 32 bytes');
  const publicKey = crypto.ed25519PublicKey(seed);
  return {
    id: toHex(crypto.sha256(publicKey)),
    publicKey: toBase64Url(publicKey),
    sign: (payload) => toBase64Url(crypto.ed25519Sign(seed, toUtf8(payload))),
  };
}

/** Fields that a device signs when it connects, exactly as it sends them. */
export type SignedConnect = Readonly<{
  deviceId: string;
  clientId: string;
  clientMode: string;
  role: string;
  scopes: readonly string[];
  /** Time of the gateway's challenge, ms since 1970. */
  signedAt: number;
  /** Shared token, device token or setup token; null with a password, which isn't signed. */
  token: string | null;
  nonce: string;
  platform: string;
  deviceFamily: string;
}>;

/** Builds the text to sign, in version 3, which also contains platform and device family. */
export function signaturePayload(connect: SignedConnect): string {
  return ['v3', ...commonFields(connect), metadata(connect.platform), metadata(connect.deviceFamily)].join('|');
}

/** Builds the text to sign in the earlier version 2, which gateways still accept. Used by tests; this program signs version 3 only. */
export function signaturePayloadV2(connect: SignedConnect): string {
  return ['v2', ...commonFields(connect)].join('|');
}

function commonFields(connect: SignedConnect): readonly string[] {
  return [
    connect.deviceId,
    connect.clientId,
    connect.clientMode,
    connect.role,
    connect.scopes.join(','),
    String(connect.signedAt),
    connect.token ?? '',
    connect.nonce,
  ];
}

/** Normalises a field as gateways do before they compare it: changes ASCII letters only. */
function metadata(text: string): string {
  return text.trim().replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
