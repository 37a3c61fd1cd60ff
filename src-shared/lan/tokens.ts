import { ByteWriter, equalBytes, toHex, toUtf8 } from '../bytes/index.ts';
import type { CryptoBackend } from '../crypto/index.ts';
import { peerIdBytes, type DeviceIdentity, type PeerId } from '../identity/index.ts';

export const SALT_BYTES = 8;
export const TOKEN_BYTES = 8;
export const MOST_TOKENS = 128;

const NO_SALT = new Uint8Array(0);
const KEY_LABEL = toUtf8('clawreach lan key 1');
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const TOKEN_LABEL = 'clawreach lan token 1';

/** Keys by which a peer is recognised. */
export type KnownPeer = Readonly<{ peerId: PeerId; staticKey: Uint8Array }>;

/** Time and place of an announcement; a token is valid for nothing else. */
export type TokenPlace = Readonly<{ epoch: number; salt: Uint8Array; address: string; port: number }>;

/**
 * Tokens by which a device and its peers recognise each other in a local network, and no one else does (PROTOCOL
 * section 8.4, ADR 21). Each pair of devices derives a key from its pinned keys; a token under that key identifies
 * announcer, place and time.
 */
export class LanTokens {
  readonly #crypto: CryptoBackend;
  readonly #identity: DeviceIdentity;
  readonly #keys = new Map<PeerId, Readonly<{ staticKey: Uint8Array; key: Uint8Array }>>();

  constructor(crypto: CryptoBackend, identity: DeviceIdentity) {
    this.#crypto = crypto;
    this.#identity = identity;
  }

  /** Makes the keys that are missing, and forgets those of others. */
  async prepare(peers: readonly KnownPeer[]): Promise<void> {
    const wanted = new Set(peers.map(({ peerId }) => peerId));
    for (const peerId of this.#keys.keys()) if (!wanted.has(peerId)) this.#keys.delete(peerId);
    for (const { peerId, staticKey } of peers) {
      const known = this.#keys.get(peerId);
      if (known !== undefined && equalBytes(known.staticKey, staticKey)) continue;
      this.#keys.delete(peerId);
      const shared = await this.#crypto.x25519(this.#identity.staticKey.secretKey, staticKey);
      this.#keys.set(peerId, { staticKey, key: this.#crypto.hkdfSha256(shared, NO_SALT, KEY_LABEL, 32) });
      shared.fill(0);
    }
  }

  /** Peers whose keys are present. */
  get peerIds(): readonly PeerId[] {
    return [...this.#keys.keys()];
  }

  /**
   * Returns one token for each of these peers among random ones: 8, 16, 32, 64 or 128 in random order, so that
   * observers learn neither the peers nor their exact number.
   */
  announce(peers: readonly PeerId[], place: TokenPlace): readonly Uint8Array[] {
    const own = peers.slice(0, MOST_TOKENS).flatMap((peerId) => {
      const key = this.#keys.get(peerId)?.key;
      return key === undefined ? [] : [this.#token(key, this.#identity.peerId, place)];
    });
    let size = 8;
    while (size < own.length) size *= 2;
    const others = Array.from({ length: size - own.length }, () => this.#crypto.randomBytes(TOKEN_BYTES));
    return [...own, ...others].sort(compareBytes);
  }

  /** The peer that has announced this, here and about now; undefined for all others. */
  recognise(tokens: readonly Uint8Array[], place: TokenPlace): PeerId | undefined {
    if (place.salt.length !== SALT_BYTES || !IPV4.test(place.address)) return undefined;
    const shown = new Set(tokens.map((token) => toHex(token)));
    for (const [peerId, { key }] of this.#keys) {
      // Clocks differ, and the span may have changed since.
      for (const epoch of [place.epoch, place.epoch - 1, place.epoch + 1]) {
        if (epoch >= 0 && shown.has(toHex(this.#token(key, peerId, { ...place, epoch })))) return peerId;
      }
    }
    return undefined;
  }

  #token(key: Uint8Array, announcer: PeerId, { epoch, salt, address, port }: TokenPlace): Uint8Array {
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
