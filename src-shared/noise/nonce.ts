/** Length of an AESGCM nonce (Noise rev. 34, section 12.4), bytes: four zero bytes, then the counter as 64 bits, big-endian. */
export const NONCE_LENGTH = 12;

/** Maximum counter, well below 2^53, above which JavaScript numbers are inexact. */
export const MAX_COUNTER = 2 ** 48;

/** Writes `counter` into a nonce, whose first four bytes stay zero. */
export function writeCounter(nonce: Uint8Array, counter: number): void {
  const high = Math.floor(counter / 0x1_0000_0000);
  nonce[4] = high >>> 24;
  nonce[5] = high >>> 16;
  nonce[6] = high >>> 8;
  nonce[7] = high;
  nonce[8] = counter >>> 24;
  nonce[9] = counter >>> 16;
  nonce[10] = counter >>> 8;
  nonce[11] = counter;
}

/** Returns the nonce for `Rekey()`, with the counter 2^64 - 1 (section 4.2). */
export function rekeyNonce(): Uint8Array {
  const nonce = new Uint8Array(NONCE_LENGTH).fill(0xff);
  nonce.fill(0, 0, 4);
  return nonce;
}
