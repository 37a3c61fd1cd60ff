import { encodeBase32 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';

/**
 * Formats a relay's key as a short ID that people can compare: the first 80 bits of its SHA-256 in base 32, as four groups of four characters. The
 * relay prints it when it starts, and the agent has it in its status. Programs compare the whole key. Pure.
 * @param relayKey Ed25519 public key, 32 bytes
 */
export function relayKeyId(crypto: CryptoBackend, relayKey: Uint8Array): string {
  const text = encodeBase32(crypto.sha256(relayKey)).slice(0, 16);
  return text.match(/.{4}/g)?.join('-') ?? text;
}
