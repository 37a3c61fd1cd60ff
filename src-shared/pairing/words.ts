import { concatBytes, toUtf8 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { WORD_LIST } from './word-list.ts';

/** Four words that both screens of a pairing show. */
export type PairingWords = readonly [string, string, string, string];

/** Bits per word: the list has 2^11 words. */
const WORD_BITS = 11;

/** Inputs of the words, 32 bytes each, so that their concatenation is unambiguous. */
export type WordSources = Readonly<{ handshakeHash: Uint8Array; joinerNonce: Uint8Array; inviterNonce: Uint8Array }>;

/**
 * Computes the four words (44 bits) that people compare after a pairing (PROTOCOL section 2). If they depended on the handshake hash alone, an
 * attacker could search for keys with equal words. Each side's nonce prevents that: the joiner commits to its nonce before it knows the other, so an
 * attacker has one attempt per pairing (ADR 6). The words are shown only after the other side has authenticated a message that depends on the PSK.
 * Pure.
 */
export function pairingWords(crypto: CryptoBackend, sources: WordSources): PairingWords {
  const secret = concatBytes(sources.handshakeHash, sources.joinerNonce, sources.inviterNonce);
  const bytes = crypto.hkdfSha256(secret, new Uint8Array(0), toUtf8('clawreach pairing words 1'), 6);
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  const word = (index: number): string =>
    WORD_LIST[Number((bits >> BigInt(48 - WORD_BITS * (index + 1))) & 0x7ffn)] ?? '';
  return [word(0), word(1), word(2), word(3)];
}
