import { toHex, toUtf8 } from '#shared/bytes/index.ts';
import type { ForgottenBecause } from '#shared/app-api/index.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';

/** Code with which a session ends whose peer has been removed (PROTOCOL section 5, End). */
export const FORGOTTEN = 'link.forgotten';

/** Reason for a peer that has no pairing words, and that of earlier versions. */
const UNNAMED = 'this device has removed the peer';
const NAMED = /^(?<pairing>pairing [0-9a-f]{16})(?: words-differ)?$/;

/** End of a reason, or the whole of it, by which a device tells the peer that a person has found other words. */
const WORDS_DIFFER = /(?:^| )words-differ$/;

/**
 * Returns the reason of a CLOSE that tells a peer that it was removed. It names the pairing that has ended, so that a late CLOSE says nothing about a
 * newer one. Pure.
 * @param words pairing words of the removed peer; undefined if it has none
 * @param because why a person has removed it
 */
export function removalReason(
  crypto: CryptoBackend,
  words: readonly string[] | undefined,
  because?: ForgottenBecause,
): string {
  const parts = [
    ...(words === undefined ? [] : [pairingName(crypto, words)]),
    ...(because === 'words' ? ['words-differ'] : []),
  ];
  return parts.length === 0 ? UNNAMED : parts.join(' ');
}

/** Returns why a person there has removed this device, as the reason of a CLOSE says; undefined if it says nothing. Pure. */
export function removedBecause(reason: string): ForgottenBecause | undefined {
  return WORDS_DIFFER.test(reason) ? 'words' : undefined;
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
  const pairing = NAMED.exec(reason)?.groups?.['pairing'];
  return pairing !== undefined && (words === undefined || pairing !== pairingName(crypto, words));
}

function pairingName(crypto: CryptoBackend, words: readonly string[]): string {
  return `pairing ${toHex(crypto.sha256(toUtf8(`clawreach removed pairing 1 ${words.join(' ')}`)).subarray(0, 8))}`;
}
