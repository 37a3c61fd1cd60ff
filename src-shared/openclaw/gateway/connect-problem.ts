import { cleanDetail } from '../../visible-text/index.ts';
import { GATEWAY_PROTOCOL } from './connect-params.ts';
import { GatewayError, isGatewayCode, type GatewayCode } from './errors.ts';
import { fieldsOf, readRefusal, type Refusal } from './refusal.ts';

/** Next step after a connection was rejected or has ended. */
export type ConnectNext =
  /** Wait until a person has acted. */
  | Readonly<{ kind: 'stop' }>
  /** Retry every 15 s until an operator of the gateway has decided on this device. */
  | Readonly<{ kind: 'pairing'; requestId: string | null; reason: string }>
  /** Retry after `after` ms; null for the usual back-off. */
  | Readonly<{ kind: 'wait'; after: number | null }>
  /** Retry with another credential (first the device token, then the shared token); stop if there is none. */
  | Readonly<{ kind: 'other-credential' }>;

/** Error code and details for a person, and the agent's next step. */
export type ConnectProblem = Readonly<{
  code: GatewayCode;
  details: Readonly<Record<string, string | number>>;
  next: ConnectNext;
}>;

/** Maximum wait that a gateway can demand, ms. */
export const MAX_RETRY_AFTER = 3_600_000;
/** Time for which a gateway locks a client out after too many failures, ms, if its answer doesn't contain it. */
const USUAL_LOCKOUT = 300_000;
const SHORTEST_WAIT = 500;
/** Maximum length of a gateway's text that is shown to a person, characters. */
const LONGEST_TEXT = 400;

const STOP: ConnectNext = { kind: 'stop' };
const WAIT: ConnectNext = { kind: 'wait', after: null };
const OTHER: ConnectNext = { kind: 'other-credential' };

/**
 * Interprets the end of a connection to a gateway: chooses the error code for the person and the next step for the agent. Called by the agent after
 * each lost or failed connection, also one that only reads the certificate. Pure.
 * @param error error before the end: a `GatewayError` of the socket, a `GatewayProtocolRequestError` with the answer to `connect`, or undefined for
 * none
 * @param closeCode close code of the WebSocket; 1006 if it closed without one
 * @param closeReason close reason of the WebSocket, untrusted text
 */
export function connectProblem(error: unknown, closeCode: number, closeReason = ''): ConnectProblem {
  if (error instanceof GatewayError && isGatewayCode(error.code)) return ofThisSide(error, error.code);
  const refusal = readRefusal(error);
  if (refusal !== undefined) return ofRefusal(refusal, closeCode);
  return ofClose(closeCode, closeReason);
}

/** Errors of this device or the network that a retry can't solve. */
const STOPPING: ReadonlySet<GatewayCode> = new Set<GatewayCode>([
  'gateway.fingerprint-unknown',
  'gateway.fingerprint-changed',
  'gateway.fingerprint-plain',
  'gateway.fingerprint-invalid',
  'gateway.plain-refused',
  'gateway.endpoint-invalid',
  'gateway.proxy-login',
]);

function ofThisSide({ details }: GatewayError, code: GatewayCode): ConnectProblem {
  const shown = Object.entries(details).map(([name, value]) => [
    name,
    typeof value === 'boolean' ? String(value) : value,
  ]);
  return { code, details: Object.fromEntries(shown), next: STOPPING.has(code) ? STOP : WAIT };
}

/** Rejections for which the detail code alone decides (sections 15 and 16 of OpenClaw's reference). */
const BY_DETAIL: ReadonlyMap<string, readonly [code: GatewayCode, next: ConnectNext]> = new Map([
  ['AUTH_TOKEN_MISSING', ['gateway.token-missing', STOP]],
  ['AUTH_TOKEN_NOT_CONFIGURED', ['gateway.auth-unset', STOP]],
  ['AUTH_PASSWORD_MISSING', ['gateway.password-missing', STOP]],
  ['AUTH_PASSWORD_MISMATCH', ['gateway.password-wrong', STOP]],
  ['AUTH_PASSWORD_NOT_CONFIGURED', ['gateway.auth-unset', STOP]],
  ['AUTH_DEVICE_TOKEN_MISMATCH', ['gateway.device-token-wrong', OTHER]],
  ['AUTH_BOOTSTRAP_TOKEN_INVALID', ['gateway.setup-invalid', STOP]],
  ['AUTH_SCOPE_MISMATCH', ['gateway.scope-mismatch', STOP]],
  ['DEVICE_IDENTITY_REQUIRED', ['gateway.identity', STOP]],
  ['CONTROL_UI_DEVICE_IDENTITY_REQUIRED', ['gateway.identity', STOP]],
  ['DEVICE_AUTH_SIGNATURE_EXPIRED', ['gateway.clock', STOP]],
  ['CONTROL_UI_ORIGIN_NOT_ALLOWED', ['gateway.origin', STOP]],
]);

/** Gateway codes after which a retry would fail again. */
const LASTING: ReadonlySet<string> = new Set(['INVALID_REQUEST', 'FORBIDDEN', 'NOT_PAIRED', 'UNAUTHORIZED']);

function ofRefusal(refusal: Refusal, closeCode: number): ConnectProblem {
  const { detail, details } = refusal;
  const known = BY_DETAIL.get(detail);
  if (known !== undefined) return { code: known[0], details: {}, next: known[1] };
  switch (detail) {
    case 'PAIRING_REQUIRED':
      return pairing(fieldsOf(details).requestId, fieldsOf(details).reason);
    case 'AUTH_TOKEN_MISMATCH':
      return {
        code: 'gateway.token-wrong',
        details: {},
        next: fieldsOf(details).canRetryWithDeviceToken === true ? OTHER : STOP,
      };
    case 'AUTH_RATE_LIMITED':
      return rateLimited(refusal.retryAfter);
    case 'PROTOCOL_MISMATCH':
      return protocol(fieldsOf(details).expectedProtocol);
    case 'CLIENT_VERSION_MISMATCH':
      return version(fieldsOf(details));
    default:
      break;
  }
  if (detail.startsWith('DEVICE_AUTH_'))
    return { code: 'gateway.signature', details: { detailsCode: detail }, next: STOP };
  if (detail.startsWith('AUTH')) return { code: 'gateway.unauthorized', details: textsOf(refusal), next: STOP };
  return ofState(refusal, closeCode);
}

/** Interprets a rejection by a gateway that isn't ready, or one with an unknown code. */
function ofState(refusal: Refusal, closeCode: number): ConnectProblem {
  const wait: ConnectNext = { kind: 'wait', after: boundedWait(refusal.retryAfter) };
  const { reason } = fieldsOf(refusal.details);
  if (reason === 'startup-sidecars') {
    return {
      code: 'gateway.starting',
      details: {},
      next: { kind: 'wait', after: boundedWait(refusal.retryAfter ?? SHORTEST_WAIT) },
    };
  }
  if (reason === 'gateway-restarting' || reason === 'gateway-suspending') {
    return { code: 'gateway.restarting', details: {}, next: wait };
  }
  if (closeCode === 1002 || /protocol mismatch/i.test(refusal.message)) return protocol(undefined);
  const lasting = !refusal.retryable && LASTING.has(refusal.code);
  return { code: 'gateway.refused-connect', details: textsOf(refusal), next: lasting ? STOP : wait };
}

/** Interprets the end of a connection without an error: before the answer to `connect`, or long after it. */
function ofClose(closeCode: number, closeReason: string): ConnectProblem {
  switch (closeCode) {
    case 1002:
      return protocol(undefined);
    case 1008:
      return ofPolicy(closeReason);
    case 1012:
      return { code: 'gateway.restarting', details: {}, next: WAIT };
    case 1013:
      return { code: 'gateway.starting', details: {}, next: { kind: 'wait', after: SHORTEST_WAIT } };
    case 4000:
      return { code: 'gateway.timeout', details: {}, next: WAIT };
    case 4001:
      return { code: 'gateway.removed', details: {}, next: OTHER };
    default:
      return { code: 'gateway.lost', details: { closeCode }, next: WAIT };
  }
}

function ofPolicy(reason: string): ConnectProblem {
  if (/slow.consumer/i.test(reason)) return { code: 'gateway.slow', details: {}, next: WAIT };
  if (/challenge|timeout/i.test(reason)) return { code: 'gateway.timeout', details: {}, next: WAIT };
  if (/pairing required/i.test(reason)) return pairing(/\(requestId: ([^\s)]{1,128})\)/.exec(reason)?.[1], undefined);
  const message = cleanDetail(reason, LONGEST_TEXT);
  return { code: 'gateway.refused-connect', details: { gatewayCode: '1008', detailsCode: '', message }, next: STOP };
}

const PAIRING_REASONS: ReadonlySet<unknown> = new Set([
  'not-paired',
  'role-upgrade',
  'scope-upgrade',
  'metadata-upgrade',
]);

function pairing(id: unknown, cause: unknown): ConnectProblem {
  // Strict, because the ID becomes part of a command that a person copies into a shell.
  const requestId = typeof id === 'string' && /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/.test(id) ? id : null;
  const reason = typeof cause === 'string' && PAIRING_REASONS.has(cause) ? cause : 'not-paired';
  return {
    code: 'gateway.pairing',
    // Without an ID the command shows a placeholder.
    details: { requestId: requestId ?? 'ID', reason },
    next: { kind: 'pairing', requestId, reason },
  };
}

function rateLimited(retryAfter: number | undefined): ConnectProblem {
  const after = boundedWait(retryAfter ?? USUAL_LOCKOUT) ?? USUAL_LOCKOUT;
  return {
    code: 'gateway.rate-limited',
    details: { retryAfter: Math.ceil(after / 1000) },
    next: { kind: 'wait', after },
  };
}

function protocol(expected: unknown): ConnectProblem {
  const theirs = typeof expected === 'number' && Number.isSafeInteger(expected) ? expected : 'another';
  return { code: 'gateway.protocol', details: { ours: GATEWAY_PROTOCOL, theirs }, next: STOP };
}

function version({ clientVersion, gatewayVersion }: ReturnType<typeof fieldsOf>): ConnectProblem {
  const textOf = (value: unknown): string => (typeof value === 'string' ? cleanDetail(value, 64) : 'unknown');
  return {
    code: 'gateway.version',
    details: { ours: textOf(clientVersion), theirs: textOf(gatewayVersion) },
    next: STOP,
  };
}

function boundedWait(after: number | undefined): number | null {
  return after === undefined ? null : Math.min(Math.max(Math.ceil(after), SHORTEST_WAIT), MAX_RETRY_AFTER);
}

function textsOf({ code, detail, message }: Refusal): Readonly<Record<string, string>> {
  return {
    gatewayCode: cleanDetail(code, 64),
    detailsCode: cleanDetail(detail, 64),
    message: cleanDetail(message, LONGEST_TEXT),
  };
}
