import { expect, test } from 'vitest';
import { ERROR_TEXTS, commandErrorText } from '#shared/locales/index.ts';
import { missingDetails } from '#test/support/locales/missing-details.ts';
import { connectProblem, GATEWAY_CODES } from '#shared/openclaw/gateway/index.ts';

test('every code of a gateway has a text, and every text a code', () => {
  const texts = Object.keys(ERROR_TEXTS).filter((code) => code.startsWith('gateway.'));
  expect(texts.toSorted()).toEqual([...GATEWAY_CODES].toSorted());
});

/** What a gateway answered to `connect`. */
function refusal(detailsCode: string, details: object = {}, rest: object = {}): unknown {
  return { gatewayCode: 'INVALID_REQUEST', message: 'no', details: { code: detailsCode, ...details }, ...rest };
}

test.each([
  ['authentication that failed', refusal('AUTH_TOKEN_MISMATCH'), 1008, /token/],
  ['a token that local mode ignores', refusal('AUTH_TOKEN_MISMATCH'), 1008, /gateway\.remote\.token/],
  ['a request that waits', refusal('PAIRING_REQUIRED', { requestId: 'r-1' }), 1008, /approve r-1/],
  ['a request without a name', refusal('PAIRING_REQUIRED'), 1008, /approve ID/],
  ['the time that is left', refusal('AUTH_RATE_LIMITED', {}, { retryAfterMs: 299_001 }), 1008, /300 seconds/],
  ['both versions', refusal('PROTOCOL_MISMATCH', { expectedProtocol: 5 }), 1002, /is 4 here and 5 at the gateway/],
  ['a version that is not said', undefined, 1002, /is 4 here and another at the gateway/],
  ['a restart', undefined, 1012, /restarting/],
  ['what the gateway says', refusal('NEW_CODE'), 1008, /It says: no\./],
])('the text of a connection names %s, and lacks nothing', (_name, error, closeCode, expected) => {
  const { code, details } = connectProblem(error, closeCode);
  const { what, why, next } = commandErrorText(code, '', details);
  const all = `${what} ${why} ${next}`;
  expect(all).toMatch(expected);
  expect(missingDetails(code, details)).toEqual([]);
});
