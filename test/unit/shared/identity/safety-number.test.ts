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

  it('is the same with a key after another one, also in the place of another one', () => {
    const known = safetyNumber(nobleBackend, one, two);
    const key = Uint8Array.from(two);
    expect(safetyNumber(nativeBackend, key, one)).toBe(known);
    key.fill(3);
    expect(safetyNumber(nativeBackend, key, one)).not.toBe(known);
    expect(safetyNumber(nativeBackend, one, key)).toBe(safetyNumber(nobleBackend, key, one));
    expect(safetyNumber(nativeBackend, one, two)).toBe(known);
  });

  it('costs one half for each further peer', () => {
    let hashes = 0;
    const counting = {
      ...nativeBackend,
      sha512: (...pieces: readonly Uint8Array[]) => {
        hashes += 1;
        return nativeBackend.sha512(...pieces);
      },
    };
    const own = new Uint8Array(32).fill(7);
    safetyNumber(counting, own, one);
    expect(hashes).toBe(10_400);
    safetyNumber(counting, own, two);
    expect(hashes).toBe(15_600);
  });

  it('changes in one half only when one side has another key', () => {
    const halves = (text: string): string[] => [text.slice(0, 35), text.slice(36)];
    const before = halves(safetyNumber(nativeBackend, one, two));
    const after = halves(safetyNumber(nativeBackend, one, new Uint8Array(32).fill(3)));
    expect(before.filter((half) => after.includes(half))).toHaveLength(1);
    expect([...before, ...after].every((half) => /^\d{5}( \d{5}){5}$/.test(half))).toBe(true);
  });
});
