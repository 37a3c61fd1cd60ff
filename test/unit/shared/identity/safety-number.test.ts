import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { fromHex } from '#shared/bytes/index.ts';
import { nobleBackend } from '#shared/crypto/index.ts';
import { safetyNumber } from '#shared/identity/index.ts';

// The public keys of RFC 8032, tests 1 and 2.
const one = fromHex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
const two = fromHex('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');

describe('safety number', () => {
  it.each([nativeBackend, nobleBackend])('is the known one on $name, from either side', (crypto) => {
    // Worked out by a program of its own.
    const known = '04934 20169 07738 90923 21837 67514 97387 05922 81806 95771 95839 29236';
    expect(safetyNumber(crypto, one, two)).toBe(known);
    expect(safetyNumber(crypto, two, one)).toBe(known);
  });

  it('changes in one half only when one side has another key', () => {
    const halves = (text: string): string[] => [text.slice(0, 35), text.slice(36)];
    const before = halves(safetyNumber(nativeBackend, one, two));
    const after = halves(safetyNumber(nativeBackend, one, new Uint8Array(32).fill(3)));
    expect(before.filter((half) => after.includes(half))).toHaveLength(1);
    expect([...before, ...after].every((half) => /^\d{5}( \d{5}){5}$/.test(half))).toBe(true);
  });
});
