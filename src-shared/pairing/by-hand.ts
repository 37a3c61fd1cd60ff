import { ByteWriter, toHex, toUtf8 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { peerIdBytes, type PeerId } from '../identity/index.ts';

/** Number of mailboxes in which one device can wait. The relay reserves all of them for that device (PROTOCOL section 2.3). */
export const BY_HAND_ROUNDS = 3;

/**
 * Derives the relay's mailbox in which a device waits to be added by its peer ID, and the PSK of the handshake there. Anyone who knows the peer ID,
 * such as the relay, can derive both, so they prove nothing; both people compare words instead (PROTOCOL section 2.3). Pure.
 * @param round 0 to `BY_HAND_ROUNDS` - 1
 * @returns the mailbox ID, 32 hexadecimal digits, and the PSK, 32 bytes
 */
export function deriveByHand(
  crypto: CryptoBackend,
  waiting: PeerId,
  round: number,
): Readonly<{ mailbox: string; psk: Uint8Array }> {
  const none = new Uint8Array(0);
  const id = peerIdBytes(waiting);
  const info = new ByteWriter(64).bytes(toUtf8('clawreach adding mailbox 1')).u8(round).finish();
  return {
    mailbox: toHex(crypto.hkdfSha256(id, none, info, 16)),
    psk: crypto.hkdfSha256(id, none, toUtf8('clawreach adding psk 1'), 32),
  };
}

/** Returns the IDs of all mailboxes in which a device may wait, in the order of the attempts. */
export function byHandMailboxes(crypto: CryptoBackend, waiting: PeerId): readonly string[] {
  return Array.from({ length: BY_HAND_ROUNDS }, (_unused, round) => deriveByHand(crypto, waiting, round).mailbox);
}
