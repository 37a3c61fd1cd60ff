import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { nobleBackend } from '#shared/crypto/index.ts';
import { wordsOf } from '#shared/pairing/index.ts';
import { WORD_LIST } from '../../../../src-shared/pairing/word-list.ts';

describe('the word list', () => {
  it('has 2048 words of three to eight small letters, in alphabetical order, none twice', () => {
    expect(WORD_LIST).toHaveLength(2048);
    expect(new Set(WORD_LIST).size).toBe(2048);
    for (const word of WORD_LIST) expect(word).toMatch(/^[a-z]{3,8}$/);
    expect(WORD_LIST).toEqual(WORD_LIST.toSorted());
  });

  it('can be told apart by four letters, and no word begins another', () => {
    expect(new Set(WORD_LIST.map((word) => word.slice(0, 4))).size).toBe(2048);
    for (const [index, word] of WORD_LIST.entries()) {
      // Sorted: a longer word that begins with this one would stand right behind it.
      expect(WORD_LIST[index + 1]?.startsWith(word) ?? false).toBe(false);
    }
  });

  it('never changes: both screens must show the same', () => {
    expect(createHash('sha256').update(WORD_LIST.join(' ')).digest('hex')).toBe(
      '927e390a73722b1cfd5d79cc5c51ffc2634bf6451e404f3df73653abb1228e1f',
    );
  });
});

describe('the words of a pairing', () => {
  it('are these for this hash, with both back-ends', () => {
    const hash = Uint8Array.from({ length: 32 }, (_, index) => index);
    // Computed once with another implementation of HKDF-SHA256.
    expect(wordsOf(nobleBackend, hash)).toEqual(['rose', 'love', 'credit', 'delta']);
    expect(wordsOf(nativeBackend, hash)).toEqual(['rose', 'love', 'credit', 'delta']);
  });

  it('use the whole list in each place', () => {
    const seen = [new Set<string>(), new Set<string>(), new Set<string>(), new Set<string>()];
    const hash = new Uint8Array(32);
    for (let run = 0; run < 20_000; run += 1) {
      new DataView(hash.buffer).setUint32(0, run);
      for (const [place, word] of wordsOf(nativeBackend, hash).entries()) seen[place]?.add(word);
    }
    // Of 2048 words about 2048·e^(-20000/2048), a tenth of a word, is never drawn.
    for (const words of seen) expect(words.size).toBeGreaterThan(2040);
  });
});
