import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bindingSuccess, parseStunRequest, unknownAttributes } from '../../../src-relay/stun/stun-message.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(/\s/gu, ''), 'hex'));

/** RFC 5769: the transaction of all its examples. */
const TRANSACTION = bytes('b7e7a701 bc34d686 fa87dfae');
const COOKIE = '2112a442';
const request = (attributes = '', type = '0001', cookie = COOKIE): Uint8Array => {
  const body = bytes(attributes);
  const length = body.length.toString(16).padStart(4, '0');
  return bytes(`${type}${length}${cookie}${Buffer.from(TRANSACTION).toString('hex')}${attributes}`);
};
const withFingerprint = (mask = 0x5354_554e): Uint8Array => {
  const head = request('80280004 00000000').subarray(0, 20);
  const sum = ((crc32(head) ^ mask) >>> 0).toString(16).padStart(8, '0');
  return request(`80280004${sum}`);
};

describe('a STUN request', () => {
  it('is a binding request of RFC 8489, with or without attributes that may be passed over', () => {
    const binding = { type: 'binding', transaction: TRANSACTION };
    expect(parseStunRequest(request())).toEqual(binding);
    // SOFTWARE, "test", and one that nobody knows with three bytes and their padding.
    expect(parseStunRequest(request('80220004 74657374 c0010003 61626300'))).toEqual(binding);
    expect(parseStunRequest(withFingerprint())).toEqual(binding);
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['half a header', request().subarray(0, 19)],
    ['an answer', request('', '0101')],
    ['an indication', request('', '0011')],
    ['an allocation, as TURN has it', request('', '0003')],
    ['the cookie of RFC 3489', request('', '0001', '00000000')],
    ['a length that is too long', Uint8Array.of(...request('80220004 74657374').subarray(0, 24))],
    ['a length that is no multiple of four', Uint8Array.of(0, 1, 0, 2, ...request().subarray(4), 0, 0)],
    ['an attribute that ends outside', request('80220008 74657374')],
    ['a fingerprint that does not fit', withFingerprint(1)],
    [
      'something behind the fingerprint',
      Uint8Array.of(0, 1, 0, 16, ...withFingerprint().subarray(4), 0x80, 0x22, 0, 4, 1, 2, 3, 4),
    ],
    ['one that is larger than any of ours', request(`8022 00f4 ${'00'.repeat(244)}`)],
  ])('is not %s [S-RELAY-5]', (_what, datagram) => {
    expect(parseStunRequest(datagram)).toEqual({ type: 'malformed' });
  });

  it('tells which attributes it insists on, eight at most', () => {
    expect(parseStunRequest(request('00240004 6e7f1eff 00250000'))).toEqual({
      type: 'unknown-attributes',
      transaction: TRANSACTION,
      attributes: [0x24, 0x25],
    });
    const many = Array.from({ length: 20 }, (_, index) => `00${(0x30 + index).toString(16)}0000`).join('');
    expect(parseStunRequest(request(many))).toMatchObject({ attributes: { length: 8 } });
  });

  it('may be any bytes, and never throws [S-RELAY-5]', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (tail, begins) => {
        const datagram = begins ? Uint8Array.of(...request().subarray(0, 8), ...tail) : tail;
        expect(['binding', 'unknown-attributes', 'malformed']).toContain(parseStunRequest(datagram).type);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a STUN answer', () => {
  it('has the address of RFC 5769, sections 2.2 and 2.3', () => {
    expect(bindingSuccess(TRANSACTION, '192.0.2.1', 32_853)).toEqual(
      bytes('0101000c 2112a442 b7e7a701 bc34d686 fa87dfae 00200008 0001a147 e112a643'),
    );
    expect(bindingSuccess(TRANSACTION, '2001:db8:1234:5678:11:2233:4455:6677', 32_853)).toEqual(
      bytes('01010018 2112a442 b7e7a701 bc34d686 fa87dfae 00200014 0002a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9'),
    );
  });

  it('has short forms of IPv6 in full', () => {
    const plain = (address: string): string => {
      const answer = bindingSuccess(TRANSACTION, address, 1);
      const mask = answer.subarray(4, 20);
      return Buffer.from(answer.subarray(28).map((byte, index) => byte ^ (mask[index] ?? 0))).toString('hex');
    };
    expect(plain('::1')).toBe(`${'0'.repeat(31)}1`);
    expect(plain('2001:db8::')).toBe(`20010db8${'0'.repeat(24)}`);
    expect(plain('64:ff9b::192.0.2.1')).toBe('0064ff9b0000000000000000c0000201');
  });

  it('names what was not understood, and is at most as large as its request and 24 bytes [S-RELAY-5]', () => {
    expect(unknownAttributes(TRANSACTION, [0x24])).toEqual(
      bytes('01110010 2112a442 b7e7a701 bc34d686 fa87dfae 00090004 00000414 000a0002 00240000'),
    );
    for (let count = 1; count <= 8; count += 1)
      expect(
        unknownAttributes(
          TRANSACTION,
          Array.from({ length: count }, () => 1),
        ).length,
      ).toBeLessThanOrEqual(20 + count * 4 + 24);
    expect(bindingSuccess(TRANSACTION, '2001:db8::1', 1).length).toBeLessThanOrEqual(request().length + 24);
  });
});
