import { describe, expect, it } from 'vitest';
import { FormatError } from '#shared/errors.ts';
import {
  decodeIntroduction,
  decodeMessage,
  encodeIntroduction,
  encodePairingMessage,
  type PairingMessage,
} from '../../../../src-shared/pairing/messages.ts';
import { decodeConfirmation, encodeConfirmation } from '../../../../src-shared/pairing/records.ts';
import { CASES_PER_BOUNDARY, fuzzDecoder } from '#test/support/fuzz.ts';
import { INVITER } from '#test/support/pairing.ts';

const bytes = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

const MESSAGES: readonly PairingMessage[] = [
  { type: 'hello', sid: bytes(16, 1), point: bytes(32, 2), noise: bytes(48, 3) },
  { type: 'hello', sid: bytes(16, 1), point: undefined, noise: bytes(48, 3) },
  { type: 'answer', point: bytes(32, 2), noise: bytes(96, 3) },
  { type: 'answer', point: undefined, noise: bytes(96, 3) },
  { type: 'proof', sealed: bytes(300, 4) },
  { type: 'welcome', sealed: bytes(300, 4) },
  { type: 'confirmed', sealed: bytes(25, 4) },
  { type: 'done', sealed: bytes(20, 4) },
  { type: 'failure', reason: 'wrong-code' },
];

const SHARE = bytes(32, 9);
const INTRODUCTIONS = [
  { share: SHARE, certificate: INVITER.certificate, name: 'desk', grants: ['terminal'], enrolment: undefined },
  { share: SHARE, certificate: INVITER.certificate, name: 'Büro 2 🖥', grants: [], enrolment: bytes(250, 7) },
  { share: SHARE, certificate: INVITER.certificate, name: 'x', grants: ['a', 'b-2', 'terminal'], enrolment: undefined },
];

/** Every message decodes to what writes itself the same: one value has one encoding. */
describe.each([
  ['hello', MESSAGES.filter(({ type }) => type === 'hello')],
  ['answer', MESSAGES.filter(({ type }) => type === 'answer')],
  ['sealed messages and failures', MESSAGES.slice(4)],
] as const)('%s', (name, messages) => {
  it('comes back as it was', () => {
    for (const message of messages) expect(decodeMessage(encodePairingMessage(message))).toEqual(message);
  });

  it('is refused or taken by one encoding only, whatever a stranger sends', () => {
    const valid = messages.map(encodePairingMessage);
    const count = fuzzDecoder({
      name: `pairing ${name}`,
      valid,
      maximum: 200,
      errors: ['FormatError', 'PairingError'],
      firstCheck: (code) => code === 'format.pairing',
      decode: (body) => {
        const message = decodeMessage(body);
        if (!sameBytes(encodePairingMessage(message), body)) throw new Error('two encodings of one message');
      },
    });
    expect(count.cases).toBe(CASES_PER_BOUNDARY);
    expect(count.accepted).toBeGreaterThan(0);
  });
});

describe('an introduction', () => {
  it('comes back as it was', () => {
    for (const introduction of INTRODUCTIONS) {
      expect(decodeIntroduction(encodeIntroduction(introduction))).toEqual(introduction);
    }
  });

  it('is refused or taken within its bounds, whatever a paired device sends', () => {
    const count = fuzzDecoder({
      name: 'pairing introductions',
      valid: INTRODUCTIONS.map(encodeIntroduction),
      maximum: 400,
      errors: ['FormatError'],
      firstCheck: (code) => code === 'format.short' || code === 'format.long' || code === 'format.range',
      decode: (body) => {
        const read = decodeIntroduction(body);
        const again = decodeIntroduction(encodeIntroduction(read));
        const same =
          read.name === again.name &&
          sameBytes(read.share, again.share) &&
          read.grants.join() === again.grants.join() &&
          sameBytes(read.certificate, again.certificate) &&
          sameBytes(read.enrolment ?? new Uint8Array(0), again.enrolment ?? new Uint8Array(0));
        if (!same) throw new Error('an introduction changed on its way');
        if (read.name.length > 64 || read.grants.length > 16 || read.certificate.length > 512)
          throw new Error('bounds');
        if (read.share.length !== 32) throw new Error('bounds of the share');
      },
    });
    expect(count.cases).toBe(CASES_PER_BOUNDARY);
    expect(count.accepted).toBeGreaterThan(0);
  });
});

describe('a confirmation', () => {
  it('comes back as it was', () => {
    expect(decodeConfirmation(encodeConfirmation(SHARE))).toEqual(SHARE);
  });

  it('is refused or taken by one encoding only, whatever a paired device sends', () => {
    const count = fuzzDecoder({
      name: 'pairing confirmations',
      valid: [encodeConfirmation(SHARE), encodeConfirmation(bytes(32, 0))],
      maximum: 60,
      errors: ['FormatError'],
      firstCheck: (code) => code === 'format.pairing',
      decode: (body) => {
        const nonce = decodeConfirmation(body);
        if (nonce.length !== 32 || !sameBytes(encodeConfirmation(nonce), body)) throw new Error('two encodings');
      },
    });
    expect(count.cases).toBe(CASES_PER_BOUNDARY);
    expect(count.accepted).toBeGreaterThan(0);
  });
});

describe('what the words come from', () => {
  it('has 32 bytes or is not written', () => {
    for (const length of [0, 31, 33]) {
      expect(() => encodeConfirmation(bytes(length, 1))).toThrow(RangeError);
      for (const introduction of INTRODUCTIONS) {
        expect(() => encodeIntroduction({ ...introduction, share: bytes(length, 1) })).toThrow(RangeError);
      }
    }
  });
});

describe('a message', () => {
  it('longer than a mailbox takes is neither read nor written', () => {
    expect(() => decodeMessage(Uint8Array.of(3, ...bytes(4096, 1)))).toThrow(FormatError);
    expect(() => encodePairingMessage({ type: 'proof', sealed: bytes(4096, 1) })).toThrow(RangeError);
    expect(decodeMessage(encodePairingMessage({ type: 'proof', sealed: bytes(4095, 1) })).type).toBe('proof');
  });

  it('with a field of a wrong size is not written', () => {
    const [sid, point, noise] = [bytes(16, 1), bytes(32, 2), bytes(48, 3)];
    const wrong: readonly PairingMessage[] = [
      { type: 'hello', sid: bytes(15, 1), point, noise },
      { type: 'hello', sid, point: bytes(33, 1), noise },
      { type: 'hello', sid, point, noise: bytes(47, 1) },
      { type: 'answer', point, noise },
    ];
    for (const message of wrong) expect(() => encodePairingMessage(message)).toThrow(RangeError);
  });
});

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
