import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalizeEmail } from '#shared/platform/index.ts';

describe('an e-mail address', () => {
  test.each([
    ['anna@example.com', 'anna@example.com'],
    // Domain and local part have one case.
    ['Anna.B@EXAMPLE.com', 'anna.b@example.com'],
    [' anna@example.com\n', 'anna@example.com'],
    ["o'brien+lists@example.com", "o'brien+lists@example.com"],
    ['admin@localhost', 'admin@localhost'],
    // Composed and decomposed are one.
    ['ren\u0065\u0301@example.com', 'ren\u00e9@example.com'],
    ['REN\u00c9@example.com', 'ren\u00e9@example.com'],
    ['\u5f20\u4f1f@example.com', '\u5f20\u4f1f@example.com'],
    // Kelvin sign, which is a K.
    ['\u212aurt@example.com', 'kurt@example.com'],
    // IDN: all spellings are the ASCII form.
    ['a@M\u00fcller.example', 'a@xn--mller-kva.example'],
    ['a@mu\u0308ller.example', 'a@xn--mller-kva.example'],
    ['a@XN--MLLER-KVA.example', 'a@xn--mller-kva.example'],
    ['a@\uff45xample\u3002com', 'a@example.com'],
    ['a@fa\u00df.example', 'a@xn--fa-hia.example'],
  ])('has one canonical form: %j', (typed, canonical) => {
    expect(normalizeEmail(typed)).toBe(canonical);
  });

  test.each([
    ['', 'empty'],
    ['anna', 'no @'],
    ['@example.com', 'no local part'],
    ['anna@', 'no domain'],
    ['anna@b@example.com', 'two @'],
    ['"anna"@example.com', 'quoted local part'],
    ['"a@b"@example.com', 'quoted local part with @'],
    ['anna@[192.0.2.1]', 'address literal'],
    ['anna@192.0.2.1', 'IPv4 address'],
    ['anna@0x7f.1', 'IPv4 address in hexadecimal'],
    ['anna@example.com.', 'root dot'],
    ['anna@example..com', 'empty label'],
    ['anna@-example.com', 'hyphen first'],
    ['anna@ex_ample.com', 'underscore'],
    ['anna@ex%61mple.com', 'escape of a URL'],
    ['anna@example.com:25', 'port'],
    ['anna@example.com/x', 'path'],
    ['x:y@z@example.com', 'user of a URL'],
    ['.anna@example.com', 'dot first'],
    ['an..na@example.com', 'two dots'],
    ['anna.@example.com', 'dot last'],
    ['an na@example.com', 'blank'],
    ['Anna <anna@example.com>', 'display name'],
    ['anna(home)@example.com', 'comment'],
    ['anna@example.com, eve@example.com', 'two addresses'],
    ['anna@example.com\r\nBcc: eve@example.com', 'header'],
    ['an\u0000na@example.com', 'control character'],
    ['an\u200bna@example.com', 'invisible character'],
    ['an\u202ena@example.com', 'character that reorders'],
    // A pattern that can match one letter in two ways would take years to refuse this one.
    [`${'a'.repeat(200)}\u200b@example.com`, 'invisible character after many letters'],
    ['\u0301anna@example.com', 'mark on nothing'],
    ['\ud800@example.com', 'lone surrogate'],
    [`${'a'.repeat(65)}@example.com`, 'local part over 64 bytes'],
    [`${'\u00fc'.repeat(33)}@example.com`, 'local part over 64 bytes of UTF-8'],
    [`a@${'b'.repeat(64)}.com`, 'label over 63 characters'],
    [`${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.com`, 'over 254 bytes'],
  ])('is refused: %j (%s)', (typed) => {
    expect(normalizeEmail(typed)).toBeUndefined();
  });

  test('of 254 bytes is accepted, and one byte more is not', () => {
    const domain = `${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(57)}.com`;
    const longest = `${'a'.repeat(254 - 1 - domain.length)}@${domain}`;
    expect(longest).toHaveLength(254);
    expect(normalizeEmail(longest)).toBe(longest);
    expect(normalizeEmail(`a${longest}`)).toBeUndefined();
  });

  test('in its canonical form stays as it is, whatever was typed', () => {
    const part = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
    const letters = fc.string({
      unit: fc.constantFrom(...'aZ0.-+ßİıſKéüА字\u0301\u200d\u00ad'),
      minLength: 1,
      maxLength: 12,
    });
    const side = fc.oneof({ weight: 4, arbitrary: letters }, part);
    let accepted = 0;
    fc.assert(
      fc.property(side, side, (local, domain) => {
        const canonical = normalizeEmail(`${local}@${domain}`);
        if (canonical === undefined) return;
        accepted += 1;
        expect(normalizeEmail(canonical)).toBe(canonical);
        expect(canonical).toBe(canonical.toLowerCase());
        expect(canonical.split('@')[1]).toMatch(/^[a-z0-9.-]+$/);
      }),
      { numRuns: 1000 },
    );
    expect(accepted).toBeGreaterThan(20);
  });
});
