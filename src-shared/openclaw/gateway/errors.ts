import { ClawReachError } from '../../errors.ts';

/** Error about an OpenClaw gateway. `src-shared/locales` has the texts of all codes. */
export class GatewayError extends ClawReachError {
  override readonly name = 'GatewayError';
}

/** Code of a `GatewayError`. */
export type GatewayCode = (typeof GATEWAY_CODES)[number];

/** Codes of `GatewayError`, with the details that each has. */
export const GATEWAY_CODES = [
  // Connecting to the gateway.
  /** Details `host`, `port`. */
  'gateway.refused',
  'gateway.unreachable',
  'gateway.name',
  'gateway.timeout',
  /** TLS failed before the certificate arrived; details `reason`. */
  'gateway.tls',
  /** A plain answer where TLS was expected, or the reverse; details `tls`. */
  'gateway.plain-port',
  /** The connection has no TLS, which is allowed in private networks only. */
  'gateway.plain-refused',
  /** A person hasn't accepted a connection without TLS in a private network. */
  'gateway.plain-unconfirmed',
  /** Another program answered; details `status` if it answered by HTTP. */
  'gateway.not-gateway',
  /** A proxy reports that the gateway is unavailable; details `status`. */
  'gateway.unavailable',
  /** A proxy in front of the gateway requires a login; details `status`. */
  'gateway.proxy-login',
  /** An accepted connection has ended; details `closeCode`. */
  'gateway.lost',
  'gateway.closed',
  // Its certificate; details `fingerprint`.
  'gateway.fingerprint-unknown',
  /** Details `fingerprint`, `before`, `trusted`. */
  'gateway.fingerprint-changed',
  /** The typed text isn't a fingerprint. */
  'gateway.fingerprint-invalid',
  /** There is a fingerprint for a connection without TLS. */
  'gateway.fingerprint-plain',
  // Rejections of this device by the gateway.
  'gateway.token-missing',
  'gateway.token-wrong',
  'gateway.password-missing',
  'gateway.password-wrong',
  'gateway.device-token-wrong',
  'gateway.setup-invalid',
  /** The setup code has expired by this machine's clock. */
  'gateway.setup-expired',
  /** The gateway requires a token or password but has none configured. */
  'gateway.auth-unset',
  /** The device token doesn't cover the requested scopes. */
  'gateway.scope-mismatch',
  /** Any other rejection of this device; details `gatewayCode`, `detailsCode`, `message`. */
  'gateway.unauthorized',
  /** Details `requestId`, `reason`. */
  'gateway.pairing',
  /** An operator of the gateway has rejected the pairing; not retried automatically. */
  'gateway.pairing-rejected',
  /** Details `retryAfter` (seconds). */
  'gateway.rate-limited',
  /** Details `ours`, `theirs`: protocol versions; `theirs` is `another` if the gateway doesn't report it. */
  'gateway.protocol',
  /** Details `ours`, `theirs`: versions of the programs. */
  'gateway.version',
  'gateway.signature',
  'gateway.clock',
  'gateway.identity',
  'gateway.starting',
  'gateway.restarting',
  'gateway.origin',
  'gateway.local-token-ignored',
  'gateway.removed',
  /** The gateway ended the connection because this device read too slowly. */
  'gateway.slow',
  /** Unknown error of the gateway; details `gatewayCode`, `detailsCode`, `message`. */
  'gateway.refused-connect',
  // Requests.
  /** Details `missing`. */
  'gateway.scope',
  /** Details `gatewayCode`, `detailsCode`, `message`. */
  'gateway.request',
  /** The message is larger than the gateway accepts; details `size`, `limit`. */
  'gateway.too-large',
  // Calls to this agent.
  'gateway.unknown',
  'gateway.ambiguous',
  'gateway.exists',
  /** The saved address works only on this machine. */
  'gateway.handover-local',
  'gateway.too-many',
  /** The stored keys were sealed by another device, or are damaged. */
  'gateway.keys-unreadable',
  /** The role is switched off; details `role`. */
  'gateway.role-off',
  'gateway.draft-unknown',
  /** The pasted secrets belong to another gateway; details `host` of that gateway. */
  'gateway.draft-elsewhere',
  'gateway.confirm',
  // Invalid input; details `field`.
  'gateway.endpoint-invalid',
  'gateway.text-invalid',
  /** The pasted settings are those of the gateway's own machine and name no other. */
  'gateway.text-local',
  /** The join link returned no setup code; details `status` if it answered. */
  'gateway.join-refused',
  /** The server of a join link has a certificate that the system doesn't trust. */
  'gateway.join-untrusted',
  /** Searching the local network failed; details `reason`. */
  'gateway.discovery',
] as const;

const CODES: ReadonlySet<string> = new Set(GATEWAY_CODES);

/** Reports whether a code is one of `GATEWAY_CODES`. */
export function isGatewayCode(code: string): code is GatewayCode {
  return CODES.has(code);
}

/** Creates a GatewayError. `message` is for logs and must not contain a secret. */
export function gatewayError(
  code: GatewayCode,
  message: string,
  details: Readonly<Record<string, string | number | boolean>> = {},
  cause?: unknown,
): GatewayError {
  return new GatewayError(code, message, { details, cause });
}
