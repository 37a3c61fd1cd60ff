import { assert, integer, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitText } from '#renderer/store/files/text-pieces.ts';

describe('a text that is too long for one message', () => {
  it('is the joined pieces, each of them valid by itself', () => {
    assert(
      property(string({ unit: 'grapheme', maxLength: 40 }), integer({ min: 2, max: 9 }), (whole, most) => {
        const pieces = splitText(whole, most);
        expect(pieces.join('')).toBe(whole);
        for (const piece of pieces) {
          expect(piece.length).toBeLessThanOrEqual(most);
          expect(new TextDecoder().decode(new TextEncoder().encode(piece))).toBe(piece);
        }
      }),
    );
    expect(splitText('')).toEqual(['']);
  });
});
