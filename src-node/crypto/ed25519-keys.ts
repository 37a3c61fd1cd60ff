import { fromHex } from '#shared/bytes/index.ts';

/** First byte of 2^255 - 19, little-endian. The y coordinate of a canonical key is below that number. */
const FIRST_BYTE_OF_PRIME = 0xed;
/** y coordinates of the points of order 1, 2, 4 and 8, little-endian. With such a key, one signature is valid for many messages. */
const SMALL_ORDER = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
].map((hexadecimal) => fromHex(hexadecimal));

/**
 * Reports whether a public key is canonically encoded and not a point of small order. OpenSSL and BoringSSL also accept keys that fail this check;
 * `noble`, the other back-end, follows RFC 8032 strictly and rejects them. `nativeBackend` makes this check before it verifies a signature, so that
 * both back-ends give the same answer. Pure.
 */
export function isStrictEd25519Key(key: Uint8Array): boolean {
  if (key.length !== 32) return false;
  const last = (key[31] ?? 0) & 0x7f;
  const middleFull = key.subarray(1, 31).every((byte) => byte === 0xff);
  if (last === 0x7f && middleFull && (key[0] ?? 0) >= FIRST_BYTE_OF_PRIME) return false;
  return !SMALL_ORDER.some((point) => last === point[31] && point.subarray(0, 31).every((byte, i) => byte === key[i]));
}
