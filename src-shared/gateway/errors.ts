import { ClawReachError } from '../errors.ts';

/** What can go wrong with a gateway of OpenClaw. Texts of all codes are in `app-api/error-texts`. */
export class GatewayError extends ClawReachError {
  override readonly name = 'GatewayError';
}

/** A stable code of `GatewayError`. */
export type GatewayCode = (typeof GATEWAY_CODES)[number];

export const GATEWAY_CODES = [
  // The way to the gateway.
  /** Details `host`, `port`. */
  'gateway.refused',
  'gateway.unreachable',
  'gateway.name',
  'gateway.timeout',
  /** TLS failed before there was a certificate to look at; details `reason`. */
  'gateway.tls',
  /** A plain answer where TLS was expected, or the reverse; details `tls`. */
  'gateway.plain-port',
  /** Without TLS only in private networks. */
  'gateway.plain-refused',
  /** Something answers there, and it is no gateway; details `status` where it answered by HTTP. */
  'gateway.not-gateway',
  /** Was connected and is no more; details `closeCode`. */
  'gateway.lost',
  'gateway.closed',
  // Its certificate; details `fingerprint`.
  'gateway.fingerprint-unknown',
  /** Details `fingerprint`, `before`, `trusted`. */
  'gateway.fingerprint-changed',
  /** What was typed is no fingerprint. */
  'gateway.fingerprint-invalid',
  /** A fingerprint without TLS. */
  'gateway.fingerprint-plain',
  // What the gateway says of who connects.
  'gateway.token-missing',
  'gateway.token-wrong',
  'gateway.password-wrong',
  'gateway.device-token-wrong',
  'gateway.setup-invalid',
  'gateway.setup-expired',
  /** Details `requestId`, `reason`. */
  'gateway.pairing',
  /** Details `retryAfter` (seconds). */
  'gateway.rate-limited',
  /** Details `ours`, `theirs`. */
  'gateway.protocol',
  'gateway.signature',
  'gateway.clock',
  'gateway.identity',
  'gateway.starting',
  'gateway.restarting',
  'gateway.origin',
  'gateway.local-token-ignored',
  'gateway.removed',
  'gateway.slow',
  /** What the gateway says and nobody here knows; details `gatewayCode`, `detailsCode`, `message`. */
  'gateway.refused-connect',
  // Requests.
  /** Details `missing`. */
  'gateway.scope',
  /** Details `gatewayCode`, `detailsCode`, `message`. */
  'gateway.request',
  // What is asked of this agent.
  'gateway.unknown',
  'gateway.ambiguous',
  'gateway.exists',
  'gateway.too-many',
  'gateway.draft-unknown',
  'gateway.confirm',
  // What a person typed or pasted; details `field`.
  'gateway.endpoint-invalid',
  'gateway.text-invalid',
  'gateway.text-old',
  'gateway.join-refused',
  'gateway.discovery',
] as const;

/** @returns an error with a code of this area; `message` is for logs, never with a secret */
export function gatewayError(
  code: GatewayCode,
  message: string,
  details: Readonly<Record<string, string | number | boolean>> = {},
  cause?: unknown,
): GatewayError {
  return new GatewayError(code, message, { details, cause });
}
