import { toHex, toUtf8 } from '#shared/bytes/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';

/** Code with which a session ends whose peer has been removed (PROTOCOL section 5, End). */
export const FORGOTTEN = 'link.forgotten';

/** Reason for a peer that has no pairing words, and that of earlier versions. */
const UNNAMED = 'this device has removed the peer';
const NAMED = /^pairing [0-9a-f]{16}$/;

/**
 * Returns the reason of a CLOSE that tells a peer that it was removed. It names the pairing that has ended, so that a late CLOSE says nothing about a
 * newer one. Pure.
 * @param words pairing words of the removed peer; undefined if it has none
 */
export function removalReason(crypto: CryptoBackend, words: readonly string[] | undefined): string {
  if (words === undefined) return UNNAMED;
  return `pairing ${toHex(crypto.sha256(toUtf8(`clawreach removed pairing 1 ${words.join(' ')}`)).subarray(0, 8))}`;
}

/**
 * Reports whether a reason names another pairing than that of these words. A reason that names none counts for every pairing. Pure.
 * @param words words of the latest pairing; undefined if it has none
 */
export function namesOtherPairing(
  crypto: CryptoBackend,
  reason: string,
  words: readonly string[] | undefined,
): boolean {
  return NAMED.test(reason) && reason !== removalReason(crypto, words);
}
