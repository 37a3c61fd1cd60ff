import { ByteWriter, equalBytes, toHex, toUtf8 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { peerIdBytes, type DeviceIdentity, type PeerId } from '../identity/index.ts';

/** Length of an announcement's random salt, bytes. */
export const SALT_BYTES = 8;
/** Length of a token, bytes. */
export const TOKEN_BYTES = 8;
/** Maximum number of tokens in one announcement. */
export const MOST_TOKENS = 128;

const NO_SALT = new Uint8Array(0);
const KEY_LABEL = toUtf8('clawreach lan key 1');
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const TOKEN_LABEL = 'clawreach lan token 1';

/** Peer that this device can recognise by its keys. */
export type KnownPeer = Readonly<{ peerId: PeerId; staticKey: Uint8Array }>;

/**
 * Announcement that a token belongs to: `epoch` is the number of its time span, `address` and `port` its sender. A token copied into another
 * announcement isn't valid.
 */
export type TokenContext = Readonly<{ epoch: number; salt: Uint8Array; address: string; port: number }>;

/**
 * Creates and checks the tokens in announcements on the local network, by which a device and its peers recognise each other while others learn
 * nothing (PROTOCOL section 8.4, ADR 21). Each pair of devices derives a common key from its pinned keys; a token is an HMAC under that key over the
 * announcing device, the address and the time. Keeps the keys in memory; sends nothing.
 */
export class LanTokens {
  readonly #crypto: CryptoBackend;
  readonly #identity: DeviceIdentity;
  readonly #keys = new Map<PeerId, Readonly<{ staticKey: Uint8Array; key: Uint8Array }>>();

  constructor(crypto: CryptoBackend, identity: DeviceIdentity) {
    this.#crypto = crypto;
    this.#identity = identity;
  }

  /** Derives the missing keys of these peers, and forgets the keys of all others. */
  async prepare(peers: readonly KnownPeer[]): Promise<void> {
    const wanted = new Set(peers.map(({ peerId }) => peerId));
    for (const peerId of this.#keys.keys()) if (!wanted.has(peerId)) this.#keys.delete(peerId);
    for (const { peerId, staticKey } of peers) {
      const known = this.#keys.get(peerId);
      if (known !== undefined && equalBytes(known.staticKey, staticKey)) continue;
      this.#keys.delete(peerId);
      const shared = await this.#identity.staticKey.agree(staticKey);
      this.#keys.set(peerId, { staticKey, key: this.#crypto.hkdfSha256(shared, NO_SALT, KEY_LABEL, 32) });
      shared.fill(0);
    }
  }

  /** Peers whose keys are derived. */
  get peerIds(): readonly PeerId[] {
    return [...this.#keys.keys()];
  }

  /**
   * Returns the tokens of an announcement: one for each of these peers, filled up with random ones to 8, 16, 32, 64 or 128 and shuffled, so that
   * observers learn neither the peers nor their number.
   */
  announce(peers: readonly PeerId[], context: TokenContext): readonly Uint8Array[] {
    const own = peers.slice(0, MOST_TOKENS).flatMap((peerId) => {
      const key = this.#keys.get(peerId)?.key;
      return key === undefined ? [] : [this.#token(key, this.#identity.peerId, context)];
    });
    let size = 8;
    while (size < own.length) size *= 2;
    const others = Array.from({ length: size - own.length }, () => this.#crypto.randomBytes(TOKEN_BYTES));
    return [...own, ...others].sort(compareBytes);
  }

  /**
   * Returns the peer that made an announcement with these tokens; undefined for a stranger. Accepts the neighboring epochs, because clocks differ.
   */
  recognise(tokens: readonly Uint8Array[], context: TokenContext): PeerId | undefined {
    if (context.salt.length !== SALT_BYTES || !IPV4.test(context.address)) return undefined;
    const shown = new Set(tokens.map((token) => toHex(token)));
    for (const [peerId, { key }] of this.#keys) {
      // The clocks of the two devices differ, and a new epoch may have begun in transit.
      for (const epoch of [context.epoch, context.epoch - 1, context.epoch + 1]) {
        if (epoch >= 0 && shown.has(toHex(this.#token(key, peerId, { ...context, epoch })))) return peerId;
      }
    }
    return undefined;
  }

  #token(key: Uint8Array, announcer: PeerId, { epoch, salt, address, port }: TokenContext): Uint8Array {
    const content = new ByteWriter(128)
      .text(TOKEN_LABEL)
      .bytes(peerIdBytes(announcer))
      .u32(epoch)
      .bytes(salt)
      .bytes(Uint8Array.from(address.split('.'), Number))
      .u16(port)
      .finish();
    return this.#crypto.hmacSha256(key, content).slice(0, TOKEN_BYTES);
  }
}

function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const at = left.findIndex((byte, index) => byte !== right[index]);
  return at < 0 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}
