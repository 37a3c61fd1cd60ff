import { GatewayProtocolRequestError } from '@openclaw/gateway-client/browser';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { connectProblem, GATEWAY_CODES, gatewayError, MAX_RETRY_AFTER } from '#shared/openclaw/gateway/index.ts';

type Details = Readonly<Record<string, unknown>>;

/** The answer to `connect`, as the library hands it on. */
function answer(detailsCode: string | undefined, details: Details = {}, shape: Details = {}): Error {
  const code = detailsCode === undefined ? {} : { code: detailsCode };
  return new GatewayProtocolRequestError({
    code: 'INVALID_REQUEST',
    message: 'no',
    details: { ...code, ...details },
    ...shape,
  });
}

const STOP = { kind: 'stop' };
const OTHER = { kind: 'other-credential' };
const wait = (after: number | null = null): object => ({ kind: 'wait', after });

test.each([
  ['AUTH_TOKEN_MISSING', {}, 'gateway.token-missing', STOP],
  ['AUTH_TOKEN_MISMATCH', {}, 'gateway.token-wrong', STOP],
  ['AUTH_TOKEN_MISMATCH', { canRetryWithDeviceToken: true }, 'gateway.token-wrong', OTHER],
  ['AUTH_TOKEN_NOT_CONFIGURED', {}, 'gateway.auth-unset', STOP],
  ['AUTH_PASSWORD_MISSING', {}, 'gateway.password-missing', STOP],
  ['AUTH_PASSWORD_MISMATCH', {}, 'gateway.password-wrong', STOP],
  ['AUTH_PASSWORD_NOT_CONFIGURED', {}, 'gateway.auth-unset', STOP],
  ['AUTH_DEVICE_TOKEN_MISMATCH', {}, 'gateway.device-token-wrong', OTHER],
  ['AUTH_BOOTSTRAP_TOKEN_INVALID', {}, 'gateway.setup-invalid', STOP],
  ['AUTH_SCOPE_MISMATCH', {}, 'gateway.scope-mismatch', STOP],
  ['AUTH_REQUIRED', {}, 'gateway.unauthorized', STOP],
  ['AUTH_UNAUTHORIZED', {}, 'gateway.unauthorized', STOP],
  ['AUTH_TAILSCALE_WHOIS_FAILED', {}, 'gateway.unauthorized', STOP],
  ['AUTH_IDENTITY_HEADER_REQUIRED', {}, 'gateway.unauthorized', STOP],
  ['AUTHENTICATED_PROFILE_UNAVAILABLE', {}, 'gateway.unauthorized', STOP],
  ['DEVICE_IDENTITY_REQUIRED', {}, 'gateway.identity', STOP],
  ['CONTROL_UI_DEVICE_IDENTITY_REQUIRED', {}, 'gateway.identity', STOP],
  ['DEVICE_AUTH_SIGNATURE_INVALID', {}, 'gateway.signature', STOP],
  ['DEVICE_AUTH_SIGNATURE_EXPIRED', {}, 'gateway.clock', STOP],
  ['DEVICE_AUTH_NONCE_MISMATCH', {}, 'gateway.signature', STOP],
  ['DEVICE_AUTH_NONCE_REQUIRED', {}, 'gateway.signature', STOP],
  ['DEVICE_AUTH_DEVICE_ID_MISMATCH', {}, 'gateway.signature', STOP],
  ['DEVICE_AUTH_PUBLIC_KEY_INVALID', {}, 'gateway.signature', STOP],
  ['DEVICE_AUTH_INVALID', {}, 'gateway.signature', STOP],
  ['PROTOCOL_MISMATCH', { expectedProtocol: 5 }, 'gateway.protocol', STOP],
  ['CLIENT_VERSION_MISMATCH', { clientVersion: '1', gatewayVersion: '2' }, 'gateway.version', STOP],
  ['CONTROL_UI_ORIGIN_NOT_ALLOWED', {}, 'gateway.origin', STOP],
  [undefined, { reason: 'startup-sidecars' }, 'gateway.starting', wait(500)],
  [undefined, { reason: 'gateway-restarting' }, 'gateway.restarting', wait()],
  [undefined, {}, 'gateway.refused-connect', STOP],
])('the answer %s %j means %s', (detailsCode, details, code, next) => {
  expect(connectProblem(answer(detailsCode, details), 1008)).toMatchObject({ code, next });
});

test.each(['not-paired', 'role-upgrade', 'scope-upgrade', 'metadata-upgrade'])(
  'a device that waits is told which request it is, and why: %s',
  (reason) => {
    const error = answer('PAIRING_REQUIRED', { reason, requestId: '5e1fcfa7-6629' }, { code: 'NOT_PAIRED' });
    expect(connectProblem(error, 1008)).toEqual({
      code: 'gateway.pairing',
      details: { requestId: '5e1fcfa7-6629', reason },
      next: { kind: 'pairing', requestId: '5e1fcfa7-6629', reason },
    });
  },
);

test('a request whose name would be more than a name in a command is shown without it [S-GW-3]', () => {
  for (const requestId of ['$(reboot)', '-rf', 'a b', '', 7, 'a'.repeat(200)]) {
    expect(connectProblem(answer('PAIRING_REQUIRED', { requestId }), 1008)).toMatchObject({
      details: { requestId: 'ID' },
      next: { kind: 'pairing', requestId: null, reason: 'not-paired' },
    });
  }
});

test.each([
  [{ retryAfterMs: 300_000 }, 300_000, 300],
  [{ retryAfterMs: 1 }, 500, 1],
  [{ retryAfterMs: 1e300 }, MAX_RETRY_AFTER, 3600],
  [{ retryAfterMs: -5 }, 300_000, 300],
  [{}, 300_000, 300],
])('a lock-out %j is waited for, neither for nothing nor for ever', (shape, after, retryAfter) => {
  expect(connectProblem(answer('AUTH_RATE_LIMITED', {}, shape), 1008)).toEqual({
    code: 'gateway.rate-limited',
    details: { retryAfter },
    next: { kind: 'wait', after },
  });
});

test('what nobody knows is shown as it was said; it is tried again only where that may help', () => {
  const known = connectProblem(answer(undefined, {}, { message: 'bad\u001b[2J' }), 1008);
  expect(known).toEqual({
    code: 'gateway.refused-connect',
    details: { gatewayCode: 'INVALID_REQUEST', detailsCode: '', message: 'bad⟨U+001B⟩[2J' },
    next: STOP,
  });
  const busy = answer(undefined, {}, { code: 'UNAVAILABLE', retryable: true, retryAfterMs: 2000 });
  expect(connectProblem(busy, 1013).next).toEqual(wait(2000));
  expect(connectProblem(answer(undefined, {}, { retryable: true }), 1008).next).toEqual(wait());
});

test.each([
  [1000, '', 'gateway.lost', wait()],
  [1001, '', 'gateway.lost', wait()],
  [1006, '', 'gateway.lost', wait()],
  [1011, '', 'gateway.lost', wait()],
  [1002, 'protocol mismatch', 'gateway.protocol', STOP],
  [1008, 'slow consumer', 'gateway.slow', wait()],
  [1008, 'slow-consumer', 'gateway.slow', wait()],
  [1008, 'connect challenge timeout', 'gateway.timeout', wait()],
  [1008, 'unauthorized role', 'gateway.refused-connect', STOP],
  [1012, 'service restart', 'gateway.restarting', wait()],
  [1013, 'gateway starting', 'gateway.starting', wait(500)],
  [4000, 'connect timeout', 'gateway.timeout', wait()],
  [4001, 'device removed', 'gateway.removed', OTHER],
  [4001, 'gateway auth changed', 'gateway.removed', OTHER],
])('a close with %s "%s" and no answer means %s', (closeCode, reason, code, next) => {
  expect(connectProblem(undefined, closeCode, reason)).toMatchObject({ code, next });
});

test('a close that names the request is a device that waits', () => {
  const reason = 'pairing required: device is not approved yet (requestId: 5e1f-1)';
  expect(connectProblem(undefined, 1008, reason).next).toEqual({
    kind: 'pairing',
    requestId: '5e1f-1',
    reason: 'not-paired',
  });
});

test.each([
  ['gateway.fingerprint-unknown', STOP],
  ['gateway.fingerprint-changed', STOP],
  ['gateway.fingerprint-plain', STOP],
  ['gateway.plain-refused', STOP],
  ['gateway.proxy-login', STOP],
  ['gateway.refused', wait()],
  ['gateway.unreachable', wait()],
  ['gateway.name', wait()],
  ['gateway.timeout', wait()],
  ['gateway.tls', wait()],
  ['gateway.plain-port', wait()],
  ['gateway.not-gateway', wait()],
  ['gateway.unavailable', wait()],
] as const)('what this side finds before anything is sent: %s', (code, next) => {
  const error = gatewayError(code, 'no', { fingerprint: 'ab', trusted: false });
  expect(connectProblem(error, 1006)).toEqual({ code, details: { fingerprint: 'ab', trusted: 'false' }, next });
});

test('whatever a gateway answers: a known code, a known next step, a bounded wait [S-GW-3]', () => {
  const codes = new Set<string>(GATEWAY_CODES);
  const value = fc.anything();
  const shape = fc.record(
    {
      gatewayCode: fc.oneof(fc.string(), value),
      details: fc.oneof(fc.record({ code: fc.string(), reason: value }), value),
      message: value,
      retryable: value,
      retryAfterMs: fc.oneof(fc.double(), value),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(shape, value), fc.integer(), fc.string(), (error, closeCode, reason) => {
      const { code, details, next } = connectProblem(error, closeCode, reason);
      expect(codes.has(code)).toBe(true);
      for (const said of Object.values(details)) expect(String(said).length).toBeLessThan(450);
      const after = next.kind === 'wait' ? (next.after ?? 500) : 500;
      expect(after >= 500 && after <= MAX_RETRY_AFTER).toBe(true);
    }),
    { numRuns: 10_000 },
  );
});
