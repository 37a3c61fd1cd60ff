import { beforeEach, describe, expect, it } from 'vitest';
import { CertificateTrust } from '#agent/openclaw/gateways/certificate-trust.ts';

const FIRST = '1a'.repeat(32);
const SECOND = '2b'.repeat(32);

let pinned: string | null;
let trust: CertificateTrust;
const pin = (fingerprint: string): void => {
  pinned = fingerprint;
};
const refused = (answer: Parameters<CertificateTrust['decide']>[0]): void =>
  expect(() => trust.decide(answer, pin)).toThrow(expect.objectContaining({ code: 'gateway.confirm' }));

beforeEach(() => {
  pinned = null;
  trust = new CertificateTrust(() => pinned);
});

describe('a certificate that waits', () => {
  it('is the first that was seen, whatever comes after it', () => {
    expect(trust.seen({ fingerprint: FIRST, trusted: 'true' })).toEqual({
      fingerprint: FIRST,
      before: null,
      trusted: true,
    });
    expect(trust.seen({ fingerprint: SECOND })).toBeUndefined();
    expect(trust.waiting?.fingerprint).toBe(FIRST);
    refused({ fingerprint: SECOND, how: 'always' });
    expect([pinned, trust.expected]).toEqual([null, null]);
  });

  it.each([{}, { fingerprint: FIRST.toUpperCase() }, { fingerprint: `${FIRST}00` }])(
    'is none without a fingerprint: %o',
    (details) => {
      expect(trust.seen(details)).toBeUndefined();
      expect(trust.waiting).toBeNull();
    },
  );

  it('in the place of another one is trusted only by who has compared the last four digits', () => {
    pinned = FIRST;
    expect(trust.seen({ fingerprint: SECOND })).toMatchObject({ before: FIRST, trusted: false });
    refused({ fingerprint: SECOND, how: 'always' });
    refused({ fingerprint: SECOND, how: 'once', confirm: FIRST.slice(-4) });
    expect(trust.waiting).not.toBeNull();
    trust.decide({ fingerprint: SECOND, how: 'always', confirm: SECOND.slice(-4).toUpperCase() }, pin);
    expect([pinned, trust.expected, trust.waiting]).toEqual([SECOND, SECOND, null]);
  });

  it('goes on waiting where the answer cannot be saved', () => {
    trust.seen({ fingerprint: FIRST });
    expect(() =>
      trust.decide({ fingerprint: FIRST, how: 'always' }, () => {
        throw new Error('full');
      }),
    ).toThrow('full');
    expect([trust.waiting?.fingerprint, trust.expected]).toEqual([FIRST, null]);
  });
});

it('is trusted once without being saved, until the place is another one', () => {
  pinned = FIRST;
  trust.seen({ fingerprint: SECOND });
  trust.decide({ fingerprint: SECOND, how: 'once', confirm: SECOND.slice(-4) }, pin);
  expect([pinned, trust.expected]).toEqual([FIRST, SECOND]);
  trust.forget();
  expect(trust.expected).toBe(FIRST);
});

it('can be asked for again', () => {
  trust.seen({ fingerprint: FIRST });
  trust.dropWaiting();
  expect(trust.waiting).toBeNull();
  refused({ fingerprint: FIRST, how: 'once' });
});
