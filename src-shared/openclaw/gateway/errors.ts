import { ClawReachError } from '../../errors.ts';

/** What can go wrong with a gateway of OpenClaw. Texts of all codes are in `src-shared/locales`. */
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
  /** A gateway in a private network without TLS, which no person has accepted. */
  'gateway.plain-unconfirmed',
  /** Something answers there, and it is no gateway; details `status` where it answered by HTTP. */
  'gateway.not-gateway',
  /** A proxy before it says that it is not there now; details `status`. */
  'gateway.unavailable',
  /** A proxy before it wants a login of its own; details `status`. */
  'gateway.proxy-login',
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
  'gateway.password-missing',
  'gateway.password-wrong',
  'gateway.device-token-wrong',
  'gateway.setup-invalid',
  /** Its time is over by this machine’s clock. */
  'gateway.setup-expired',
  /** The gateway compares with a token or password, and has none itself. */
  'gateway.auth-unset',
  /** The device token does not cover the rights that are asked for. */
  'gateway.scope-mismatch',
  /** Any other refusal of who connects; details `gatewayCode`, `detailsCode`, `message`. */
  'gateway.unauthorized',
  /** Details `requestId`, `reason`. */
  'gateway.pairing',
  /** An operator of the gateway has said no; not asked again by itself. */
  'gateway.pairing-rejected',
  /** Details `retryAfter` (seconds). */
  'gateway.rate-limited',
  /** Details `ours`, `theirs` (where it says so): numbers of the protocol. */
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
  /** The gateway ended a connection that did not read fast enough. */
  'gateway.slow',
  /** What the gateway says and nobody here knows; details `gatewayCode`, `detailsCode`, `message`. */
  'gateway.refused-connect',
  // Requests.
  /** Details `missing`. */
  'gateway.scope',
  /** Details `gatewayCode`, `detailsCode`, `message`. */
  'gateway.request',
  /** Larger than the gateway takes; details `size`, `limit`. */
  'gateway.too-large',
  // What is asked of this agent.
  'gateway.unknown',
  'gateway.ambiguous',
  'gateway.exists',
  /** Others cannot reach it where it is known here. */
  'gateway.handover-local',
  'gateway.too-many',
  /** The stored keys were sealed by another device, or are damaged. */
  'gateway.keys-unreadable',
  /** The role is switched off; details `role`. */
  'gateway.role-off',
  'gateway.draft-unknown',
  /** What was read is of another gateway than the one that is added; details `host`: where it is good for. */
  'gateway.draft-elsewhere',
  'gateway.confirm',
  // What a person typed or pasted; details `field`.
  'gateway.endpoint-invalid',
  'gateway.text-invalid',
  /** Settings of OpenClaw that name no other machine: those of the gateway's own. */
  'gateway.text-local',
  /** What answers at a join link gives no setup code; details `status` where it answered. */
  'gateway.join-refused',
  /** A join link is fetched from nobody whom the system does not trust. */
  'gateway.join-untrusted',
  /** Nobody can be listened for in the local network; details `reason`. */
  'gateway.discovery',
] as const;

const CODES: ReadonlySet<string> = new Set(GATEWAY_CODES);

export function isGatewayCode(code: string): code is GatewayCode {
  return CODES.has(code);
}

/** @returns an error with a code of this area; `message` is for logs, never with a secret */
export function gatewayError(
  code: GatewayCode,
  message: string,
  details: Readonly<Record<string, string | number | boolean>> = {},
  cause?: unknown,
): GatewayError {
  return new GatewayError(code, message, { details, cause });
}
