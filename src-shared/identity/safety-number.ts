import { concatBytes, equalBytes, toUtf8 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';

const LABEL = toUtf8('clawreach safety number 1');
/** Number of hash rounds, as in Signal's numeric fingerprints. An attacker's search for a key with the same digits costs 5200 times as much. */
const ITERATIONS = 5200;
const GROUPS_PER_SIDE = 6;

/** Cache of the last own key and its half of the number. */
let last: Readonly<{ signingKey: Uint8Array; half: string }> | undefined;

/**
 * Computes the safety number of two devices, for the agent: 30 digits of each one's Ed25519 key, the lower half first, so that both screens show the
 * same number. Caches the half of `ownSigningKey` in memory; otherwise pure.
 * @returns 12 groups of 5 digits, separated by spaces
 */
export function safetyNumber(crypto: CryptoBackend, ownSigningKey: Uint8Array, otherSigningKey: Uint8Array): string {
  return [ownHalf(crypto, ownSigningKey), halfOf(crypto, otherSigningKey)].sort().join(' ');
}

function ownHalf(crypto: CryptoBackend, signingKey: Uint8Array): string {
  if (last !== undefined && equalBytes(last.signingKey, signingKey)) return last.half;
  const half = halfOf(crypto, signingKey);
  last = { signingKey: Uint8Array.from(signingKey), half };
  return half;
}

/** Computes the 30 digits of one key: six groups, each 40 bits of the digest modulo 100 000. */
function halfOf(crypto: CryptoBackend, signingKey: Uint8Array): string {
  let digest = crypto.sha512(concatBytes(LABEL, signingKey));
  for (let round = 1; round < ITERATIONS; round += 1) digest = crypto.sha512(digest, signingKey);
  const groups = Array.from({ length: GROUPS_PER_SIDE }, (_, group) => {
    let value = 0;
    for (const byte of digest.subarray(group * 5, group * 5 + 5)) value = value * 256 + byte;
    return String(value % 100_000).padStart(5, '0');
  });
  return groups.join(' ');
}
