import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { CROCKFORD, toHex } from '#shared/bytes/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { FormatError } from '#shared/errors.ts';
import {
  CERTIFICATE_LENGTH,
  CLAIM_END_LENGTH,
  CLAIM_LENGTH,
  createIdentity,
  ENROLMENT_LENGTH,
  formatPeerId,
  parsePeerId,
  peerIdFromBytes,
  REMOVAL_LENGTH,
  signClaim,
  signClaimEnd,
  signEnrolment,
  signRemoval,
  verifyCertificate,
  verifyClaim,
  verifyClaimEnd,
  verifyEnrolment,
  verifyRemoval,
} from '#shared/identity/index.ts';
import { CASES_PER_BOUNDARY, fuzzDecoder } from '#test/support/fuzz.ts';

const NOW = 1_800_000_000;
const crypto = nativeBackend;
const identity = createIdentity(crypto, new Uint8Array(32).fill(4), { generation: 2, now: NOW });
const member = peerIdFromBytes(new Uint8Array(32).fill(6));
const facts = { relayKey: new Uint8Array(32).fill(1), project: 'ab'.repeat(16), member, serial: 3 };
const enrolment = await signEnrolment(identity, { ...facts, role: 'member', notAfter: NOW });
const removal = await signRemoval(identity, facts);
const given = { ...facts, account: 'cd'.repeat(16), notAfter: NOW };
const claim = await signClaim(identity, given);
const claimEnd = await signClaimEnd(identity, given);

/** Says yes to every second signature, so that the code behind the check meets strange bytes too, and a hundred thousand cases stay quick. */
function lenient(number: number): CryptoBackend {
  return { ...crypto, ed25519Verify: () => number % 2 === 0 };
}

const errors = ['FormatError', 'AuthenticationError'];

describe('strange bytes', () => {
  it('as a certificate are refused, or accepted with their own bytes', () => {
    const count = fuzzDecoder({
      name: 'certificate',
      valid: [identity.certificate],
      maximum: CERTIFICATE_LENGTH + 8,
      errors,
      firstCheck: (code) => code === 'format.certificate',
      decode: (bytes, number) => {
        expect(toHex(verifyCertificate(lenient(number), bytes, NOW).encoded)).toBe(toHex(bytes));
      },
    });
    expect(count.cases).toBe(CASES_PER_BOUNDARY);
    expect(count.mutated).toBeGreaterThan(CASES_PER_BOUNDARY * 0.45);
    expect(count.accepted).toBeGreaterThan(CASES_PER_BOUNDARY / 100);
  });

  it.each([
    ['enrolment', enrolment, ENROLMENT_LENGTH, verifyEnrolment],
    ['removal', removal, REMOVAL_LENGTH, verifyRemoval],
    ['claim', claim, CLAIM_LENGTH, verifyClaim],
    ['claim-end', claimEnd, CLAIM_END_LENGTH, verifyClaimEnd],
  ] as const)('as an %s are refused, or accepted with their own bytes', (kind, valid, length, verify) => {
    const count = fuzzDecoder({
      name: kind,
      valid: [valid],
      maximum: length + 8,
      errors,
      firstCheck: (code) => code === `format.${kind}`,
      decode: (bytes, number) => {
        expect(toHex(verify(lenient(number), bytes).encoded)).toBe(toHex(bytes));
      },
    });
    expect(count.cases).toBe(CASES_PER_BOUNDARY);
    expect(count.mutated).toBeGreaterThan(CASES_PER_BOUNDARY * 0.45);
    expect(count.accepted).toBeGreaterThan(CASES_PER_BOUNDARY / 100);
  });

  it('pass no real signature check', () => {
    const original = toHex(identity.certificate);
    const count = fuzzDecoder({
      name: 'certificate, real signatures',
      valid: [identity.certificate],
      maximum: CERTIFICATE_LENGTH,
      errors,
      firstCheck: (code) => code === 'format.certificate',
      decode: (bytes) => {
        expect(toHex(verifyCertificate(crypto, bytes, NOW).encoded)).toBe(original);
      },
      cases: 5000,
    });
    expect(count.passedFirstCheck).toBeGreaterThan(CASES_PER_BOUNDARY / 200);
  });
});

describe('strange text as a peer id', () => {
  it('is refused, or is another spelling of the id that comes back', () => {
    const valid = formatPeerId(identity.peerId);
    const character = fc.constantFrom(...CROCKFORD, 'o', 'i', 'L', 'u', '-', ' ', '–', 'ß', '🙂', '\u0000', '');
    const edits = fc.array(fc.tuple(fc.nat(valid.length), fc.nat(2), character), { minLength: 1, maxLength: 3 });
    const mutated = edits.map((list) =>
      list.reduce((text, [place, left, put]) => text.slice(0, place) + put + text.slice(place + left), valid),
    );
    const random = fc.oneof(
      fc.array(character, { minLength: 50, maxLength: 60 }).map((characters) => characters.join('')),
      fc.string({ maxLength: 12, unit: 'binary' }),
    );
    let cases = 0;
    let passedFirstCheck = 0;
    let accepted = 0;
    fc.assert(
      fc.property(fc.oneof({ arbitrary: random, weight: 1 }, { arbitrary: mutated, weight: 1 }), (text) => {
        cases += 1;
        if (text.replaceAll(/[\s\-–]/g, '').length === 56) passedFirstCheck += 1;
        try {
          const id = parsePeerId(text);
          accepted += 1;
          if (parsePeerId(formatPeerId(id)) !== id) throw new Error('an id that does not come back');
          const spelled = text
            .toUpperCase()
            .replaceAll(/[\s\-–]/g, '')
            .replaceAll('O', '0')
            .replaceAll(/[IL]/g, '1');
          if (spelled !== id) throw new Error('an id that is not what was typed');
        } catch (error) {
          if (!(error instanceof FormatError) || error.code !== 'format.peer-id') throw error;
        }
      }),
      { numRuns: CASES_PER_BOUNDARY },
    );
    console.info(`peer id: ${cases} cases, ${passedFirstCheck} passed the first check, ${accepted} accepted`);
    expect(accepted).toBeGreaterThan(CASES_PER_BOUNDARY / 1000);
    expect(passedFirstCheck).toBeGreaterThan(accepted);
  });
});
