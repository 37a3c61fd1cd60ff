import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CROCKFORD, fromUtf8 } from '#shared/bytes/index.ts';
import { nobleBackend } from '#shared/crypto/index.ts';
import { createCodeSecret, formatCode, parseCode, PairingError, SpentCodes } from '#shared/pairing/index.ts';
import { codeOf } from '#test/support/rejections.ts';
import { casesOf } from '#test/support/fuzz.ts';

const CASES = casesOf(100_000);

function read(text: string): string {
  const { nameplate, secret } = parseCode(text);
  return `${nameplate}-${fromUtf8(secret.take())}`;
}

describe('a pairing code', () => {
  it.each([
    'ABCD-1234',
    'abcd-1234',
    'abcd1234',
    ' abcd 1234 ',
    'AB CD 12 34',
    'abcd\u20111234',
    'abcd – 1234',
    'ABCD\u22121234',
    'abcd\u00a01234\n',
    'ABCD-I234',
    'ABCD-l234',
    'abcd-L234',
  ])('is read as typed: %j', (text) => {
    expect(read(text)).toBe('ABCD-1234');
  });

  it('takes the letter O for zero, in both halves', () => {
    expect(read('oAO0-OO0o')).toBe('0A00-0000');
  });

  it.each([
    '',
    'ABCD',
    'ABCD-123',
    'ABCD-12345',
    'ABCD-123U',
    'uBCD-1234',
    'ABCD_1234',
    'ABCD-12.4',
    'ABCD-123é',
    'ABCD-\uff11234',
    '\u017fBCD-1234', // long s: its upper case is S
    'ABCD-\u0131234', // dotless i: its upper case is I
    'clawreach://pair?v=1',
    ' '.repeat(60) + 'ABCD-1234',
  ])('is nothing else: %j', async (text) => {
    expect(await codeOf(() => parseCode(text))).toBe('pairing.code-format');
  });

  it('never shows what was typed in the error [S-PAIR-6]', () => {
    expect(() => parseCode('WXYZ-987U')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('987') }),
    );
  });

  it('is put together from a nameplate and a secret of the right form only', async () => {
    expect(formatCode('ABCD', '1234')).toBe('ABCD-1234');
    for (const [nameplate, secret] of [
      ['abcd', '1234'],
      ['ABC', '1234'],
      ['ABCD', '12345'],
      ['ABCU', '1234'],
      ['ABCD', '123\n'],
    ] as const) {
      expect(await codeOf(() => formatCode(nameplate, secret))).toBe('pairing.code-format');
    }
  });
});

describe('the secret of a code', () => {
  it('is the same for who makes it and who types it', () => {
    const made = createCodeSecret(nobleBackend);
    expect(made.text).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(parseCode(formatCode('WXYZ', made.text)).secret.take()).toEqual(made.secret.take());
  });

  it('is uniform: each of the 2^20 texts comes from as many random values as any other', () => {
    let random = 0;
    const counting = {
      ...nobleBackend,
      randomBytes: () => Uint8Array.of((random >> 16) & 255, (random >> 8) & 255, random & 255),
    };
    const texts = new Set<string>();
    for (random = 0; random < 2 ** 20; random += 1) texts.add(createCodeSecret(counting).text);
    expect(texts.size).toBe(2 ** 20);
    // The upper four of 24 bits change nothing, so each text has the same sixteen values.
    random = 0x1_2345;
    const { text } = createCodeSecret(counting);
    for (let high = 1; high < 16; high += 1) {
      random = (high << 20) | 0x1_2345;
      expect(createCodeSecret(counting).text).toBe(text);
    }
  });

  it('can be taken once', async () => {
    const { secret } = parseCode('ABCD-1234');
    expect(secret.used).toBe(false);
    secret.take();
    expect(secret.used).toBe(true);
    expect(await codeOf(() => secret.take())).toBe('pairing.used');
  });

  it('cannot be taken again by typing the code again, however it is spelled [S-PAIR-3]', async () => {
    const spent = new SpentCodes();
    const first = parseCode('ABCD-1O34', spent);
    const second = parseCode('abcd 1034', spent);
    first.secret.take();
    expect(await codeOf(() => second.secret.take())).toBe('pairing.used');
    expect(await codeOf(() => parseCode('ABCD-1034', spent).secret.take())).toBe('pairing.used');
    expect(parseCode('ABCD-1035', spent).secret.take()).toHaveLength(4);
  });

  it('is not held against a code that was only read', () => {
    const spent = new SpentCodes();
    parseCode('ABCD-1234', spent);
    expect(parseCode('ABCD-1234', spent).secret.take()).toHaveLength(4);
  });

  it('of the latest thousand codes is remembered, not of more', async () => {
    const spent = new SpentCodes();
    for (let index = 0; index < 1001; index += 1)
      parseCode(`AAAA-${String(index).padStart(4, '0')}`, spent).secret.take();
    expect(await codeOf(() => parseCode('AAAA-1000', spent).secret.take())).toBe('pairing.used');
    expect(parseCode('AAAA-0000', spent).secret.take()).toHaveLength(4);
  });
});

it('reads strange texts as a canonical code or refuses them', () => {
  const alphabet = [...CROCKFORD, ...'oilOILuU- \u2013é\u0131.\n'];
  let read = 0;
  let rightLength = 0;
  const typed = fc
    .tuple(fc.boolean(), fc.nat(0xffff_ffff), fc.nat(0xffff_ffff), fc.nat(14))
    .map(([mutated, one, other, place]) => {
      if (!mutated) {
        // Any characters, 0 to 14 of them.
        return Array.from(
          { length: place },
          (_, index) => alphabet[((one >>> index) ^ (other >>> (14 - index))) % alphabet.length],
        ).join('');
      }
      const code = [0, 5, 10, 15].map((shift) => CROCKFORD[(one >>> shift) & 31]).join('');
      const secret = [0, 5, 10, 15].map((shift) => CROCKFORD[(other >>> shift) & 31]).join('');
      const text = `${code}-${secret}`;
      const inserted = alphabet[(one >>> 24) % alphabet.length] ?? '';
      return text.slice(0, place) + inserted + text.slice(place + ((other >>> 24) & 1));
    });
  fc.assert(
    fc.property(typed, (text) => {
      if (text.replaceAll(/[^0-9A-Za-z]/g, '').length === 8) rightLength += 1;
      try {
        const { nameplate, secret } = parseCode(text);
        const again = parseCode(formatCode(nameplate, fromUtf8(secret.take())));
        read += 1;
        return again.nameplate === nameplate;
      } catch (error) {
        return error instanceof PairingError && error.code === 'pairing.code-format';
      }
    }),
    { numRuns: CASES },
  );
  console.info(`codes: ${CASES} cases, ${rightLength} with eight letters and digits, ${read} read`);
  expect(read).toBeGreaterThan(CASES / 20);
  expect(rightLength).toBeGreaterThan(read);
});
