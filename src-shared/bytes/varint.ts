/**
 * QUIC's variable-length integers (RFC 9000 section 16): two length bits, then 6, 14, 30 or 62 bits. Ours are cut to what a JavaScript
 * number holds exactly, which 62 bits would exceed.
 */
export const MAX_VARINT = Number.MAX_SAFE_INTEGER;

/** Bytes that `value` takes: 1, 2, 4 or 8. */
export function varintLength(value: number): 1 | 2 | 4 | 8 {
  if (value < 0x40) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x4000_0000) return 4;
  return 8;
}
