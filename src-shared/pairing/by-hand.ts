import { ByteWriter, toHex, toUtf8 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { peerIdBytes, type PeerId } from '../identity/index.ts';

/** Number of mailboxes in which a device can wait; the relay reserves all of them for it (PROTOCOL section 2.3). */
export const BY_HAND_ROUNDS = 3;

/**
 * Derives the mailbox in which a device waits to be added by hand, and the PSK of the handshake there. Anyone who knows the peer ID, such as
 * the relay, knows both: they introduce two devices and prove nothing (PROTOCOL section 2.3).
 * @param round from 0, below `BY_HAND_ROUNDS`
 * @returns the mailbox ID for the relay, 32 hexadecimal digits, and the PSK, 32 bytes
 */
export function deriveByHand(
  crypto: CryptoBackend,
  waiting: PeerId,
  round: number,
): Readonly<{ mailbox: string; psk: Uint8Array }> {
  const none = new Uint8Array(0);
  const id = peerIdBytes(waiting);
  const place = new ByteWriter(64).bytes(toUtf8('clawreach adding mailbox 1')).u8(round).finish();
  return {
    mailbox: toHex(crypto.hkdfSha256(id, none, place, 16)),
    psk: crypto.hkdfSha256(id, none, toUtf8('clawreach adding psk 1'), 32),
  };
}

/** Lists the IDs of all mailboxes in which a device may wait, in the order in which they are tried. */
export function byHandPlaces(crypto: CryptoBackend, waiting: PeerId): readonly string[] {
  return Array.from({ length: BY_HAND_ROUNDS }, (_unused, round) => deriveByHand(crypto, waiting, round).mailbox);
}
