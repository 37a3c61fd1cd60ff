/**
 * Largest accepted value of a QUIC variable-length integer (RFC 9000 section 16). The format has 6, 14, 30 or 62 bits, but a JavaScript number can't
 * hold 62 bits exactly.
 */
export const MAX_VARINT = Number.MAX_SAFE_INTEGER;

/** Returns the number of bytes that the shortest encoding of `value` takes: 1, 2, 4 or 8. */
export function varintLength(value: number): 1 | 2 | 4 | 8 {
  if (value < 0x40) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x4000_0000) return 4;
  return 8;
}
