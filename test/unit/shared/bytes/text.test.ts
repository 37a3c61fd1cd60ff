import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalBase32,
  decodeBase32,
  encodeBase32,
  fromBase64Url,
  fromHex,
  toBase64Url,
  toHex,
  toUtf8,
} from '#shared/bytes/index.ts';
import { codeOf } from '#test/support/rejections.ts';

describe('base 32', () => {
  it('writes the figures of RFC 4648 in the Crockford alphabet', () => {
    // RFC 4648: "foobar" is MZXW6YTBOI; the same five-bit values in Crockford's letters.
    expect(encodeBase32(toUtf8('foobar'))).toBe('CSQPYRK1E8');
    expect(encodeBase32(toUtf8('f'))).toBe('CR');
    expect(encodeBase32(new Uint8Array(0))).toBe('');
  });

  it('reads small letters and look-alikes', () => {
    expect(decodeBase32('csqpyrk1e8')).toEqual(toUtf8('foobar'));
    expect(decodeBase32('csqpyrkie8')).toEqual(toUtf8('foobar'));
    expect(decodeBase32('oO')).toEqual(Uint8Array.of(0));
    expect(canonicalBase32('oOiIlLz9')).toBe('001111Z9');
  });

  it.each(['U', 'u', '-', ' ', 'ſſ', 'ı0', 'ß', 'ﬁ', '🙂', 'C', 'CS1', 'C1'])('refuses %j', async (text) => {
    expect(await codeOf(() => decodeBase32(text))).toBe('format.base32');
  });

  it('comes back, and one value has one text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(decodeBase32(encodeBase32(bytes))).toEqual(bytes);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('base64url', () => {
  it('agrees with the platform', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64url');
        expect(toBase64Url(bytes)).toBe(text);
        expect(fromBase64Url(text)).toEqual(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['A', 'AB', 'AAB', 'AA==', 'A+', 'A/', 'AA\n', 'AAAAA', 'é'])('refuses %j', async (text) => {
    expect(await codeOf(() => fromBase64Url(text))).toBe('format.base64url');
  });
});

describe('hexadecimal', () => {
  it('agrees with the platform in both cases of letters', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = Buffer.from(bytes).toString('hex');
        expect(toHex(bytes)).toBe(text);
        expect(fromHex(text.toUpperCase())).toEqual(bytes);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(['0', '0g', ' 00', '0x00', '00\n', '٠٠'])('refuses %j', async (text) => {
    expect(await codeOf(() => fromHex(text))).toBe('format.hex');
  });
});
