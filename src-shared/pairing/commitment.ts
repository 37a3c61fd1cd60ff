import { ByteWriter, equalBytes } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { PairingError } from './errors.ts';
import { prologueOf, type PairingFacts } from './secrets.ts';

const LABEL = 'clawreach pairing commitment 1';

/**
 * Computes the joiner's commitment to its nonce, which the joiner sends before it sees the inviter's nonce (ADR 6). The commitment doesn't reveal the
 * nonce, and covers the facts of the pairing, so that it is worthless in another pairing. Pure.
 * @param nonce 32 random bytes, used once
 * @returns 32 bytes
 */
export function commitmentTo(crypto: CryptoBackend, facts: PairingFacts, nonce: Uint8Array): Uint8Array {
  return crypto.sha256(new ByteWriter(256).text(LABEL).prefixed(prologueOf(facts)).bytes(nonce).finish());
}

/** Checks that the nonce that the joiner reveals later is the committed one. @throws {PairingError} `pairing.commitment` if it isn't */
export function checkOpening(
  crypto: CryptoBackend,
  facts: PairingFacts,
  commitment: Uint8Array,
  nonce: Uint8Array,
): void {
  if (equalBytes(commitmentTo(crypto, facts, nonce), commitment)) return;
  throw new PairingError('pairing.commitment', 'the joiner opened another nonce than the one it had committed to');
}
