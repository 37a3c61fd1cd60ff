import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { nobleBackend } from '#shared/crypto/index.ts';
import { pairingWords } from '#shared/pairing/index.ts';
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
  const count = (first: number): Uint8Array => Uint8Array.from({ length: 32 }, (_, index) => first + index);
  const SOURCES = { handshakeHash: count(0), joinerNonce: count(32), inviterNonce: count(64) };

  it('are these for this hash and these nonces, with both back-ends', () => {
    // Computed once with another implementation of HKDF-SHA256.
    expect(pairingWords(nobleBackend, SOURCES)).toEqual(['cook', 'retail', 'reply', 'kitchen']);
    expect(pairingWords(nativeBackend, SOURCES)).toEqual(['cook', 'retail', 'reply', 'kitchen']);
  });

  it.each([
    ['another handshake hash', { ...SOURCES, handshakeHash: count(1) }],
    ['another nonce of the joiner', { ...SOURCES, joinerNonce: count(33) }],
    ['another nonce of the inviter', { ...SOURCES, inviterNonce: count(65) }],
    ['the nonces the other way round', { ...SOURCES, joinerNonce: count(64), inviterNonce: count(32) }],
  ])('are others with %s', (_what, sources) => {
    expect(pairingWords(nobleBackend, sources)).not.toEqual(pairingWords(nobleBackend, SOURCES));
  });

  it('use the whole list in each place', () => {
    const seen = [new Set<string>(), new Set<string>(), new Set<string>(), new Set<string>()];
    const joinerNonce = new Uint8Array(32);
    for (let run = 0; run < 20_000; run += 1) {
      new DataView(joinerNonce.buffer).setUint32(0, run);
      for (const [place, word] of pairingWords(nativeBackend, { ...SOURCES, joinerNonce }).entries())
        seen[place]?.add(word);
    }
    // Of 2048 words about 2048·e^(-20000/2048), a tenth of a word, is never drawn.
    for (const words of seen) expect(words.size).toBeGreaterThan(2040);
  });
});
