import { createHash, createPublicKey, verify } from 'node:crypto';
import type { ConnectParams } from './types.ts';

/** How far the signed time may be from the gateway's, ms. */
const SKEW = 120_000;
/** What stands before the 32 bytes of an Ed25519 key in SPKI DER. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

export interface ProofFailure {
  readonly reason: string;
  readonly message: string;
  readonly code: string;
}

/** What is wrong with the device's proof of its key, in the order a gateway looks; undefined when it holds. */
export function proofProblem(params: ConnectParams, nonce: string, now: number): ProofFailure | undefined {
  const device = params.device;
  if (device === undefined) return undefined;
  const raw = Buffer.from(device.publicKey, 'base64url');
  if (raw.length !== 32 || createHash('sha256').update(raw).digest('hex') !== device.id)
    return failure('device-id-mismatch', 'device identity mismatch', 'DEVICE_AUTH_DEVICE_ID_MISMATCH');
  if (Math.abs(now - device.signedAt) > SKEW)
    return failure('device-signature-stale', 'device signature expired', 'DEVICE_AUTH_SIGNATURE_EXPIRED');
  if (device.nonce.trim() === '')
    return failure('device-nonce-missing', 'device nonce required', 'DEVICE_AUTH_NONCE_REQUIRED');
  if (device.nonce !== nonce)
    return failure('device-nonce-mismatch', 'device nonce mismatch', 'DEVICE_AUTH_NONCE_MISMATCH');
  const key = createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' });
  const signature = Buffer.from(device.signature, 'base64url');
  const signed = [payloadV3(params, device), payloadV2(params, device)];
  if (!signed.some((payload) => verify(null, Buffer.from(payload), key, signature)))
    return failure('device-signature', 'device signature invalid', 'DEVICE_AUTH_SIGNATURE_INVALID');
  return undefined;
}

type Device = NonNullable<ConnectParams['device']>;

function payloadV2(params: ConnectParams, device: Device): string {
  return ['v2', ...commonFields(params, device)].join('|');
}

function payloadV3(params: ConnectParams, device: Device): string {
  const { platform, deviceFamily } = params.client;
  return ['v3', ...commonFields(params, device), plain(platform), plain(deviceFamily ?? '')].join('|');
}

function commonFields(params: ConnectParams, device: Device): readonly string[] {
  const token = params.auth?.token ?? params.auth?.deviceToken ?? params.auth?.bootstrapToken ?? '';
  return [
    device.id,
    params.client.id,
    params.client.mode,
    params.role ?? 'operator',
    (params.scopes ?? []).join(','),
    String(device.signedAt),
    token,
    device.nonce,
  ];
}

function plain(text: string): string {
  return text.trim().replaceAll(/[A-Z]/gu, (letter) => letter.toLowerCase());
}

function failure(reason: string, message: string, code: string): ProofFailure {
  return { reason, message, code };
}
