import { ByteWriter, equalBytes } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { PairingError } from './errors.ts';
import { prologueOf, type PairingFacts } from './secrets.ts';

const LABEL = 'clawreach pairing commitment 1';

/**
 * Commits the joiner to its nonce before it sees the inviter's, without revealing it (ADR 6). The commitment covers the facts of the run, so
 * that no one can reuse a commitment that was opened in another run.
 * @param nonce 32 random bytes, used once
 * @returns 32 bytes
 */
export function commitmentTo(crypto: CryptoBackend, facts: PairingFacts, nonce: Uint8Array): Uint8Array {
  return crypto.sha256(new ByteWriter(256).text(LABEL).prefixed(prologueOf(facts)).bytes(nonce).finish());
}

/** Checks the opened nonce. @throws {PairingError} `pairing.commitment` if it isn't the nonce committed to in this run */
export function checkOpening(
  crypto: CryptoBackend,
  facts: PairingFacts,
  commitment: Uint8Array,
  nonce: Uint8Array,
): void {
  if (equalBytes(commitmentTo(crypto, facts, nonce), commitment)) return;
  throw new PairingError('pairing.commitment', 'the joiner opened another nonce than the one it had committed to');
}
