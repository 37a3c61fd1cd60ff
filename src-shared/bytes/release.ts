/** Smaller arrays are left to the collector: they cost it less than the call. */
const LEAST_SIZE = 4096;

/**
 * Frees the memory of an unused array at once. The array and every view of its memory are empty afterwards.
 * Array memory lies outside V8's heap and counts towards the limit at which V8 collects everything: in an agent that
 * carries bulk data, arrays waiting for the collector cause a full collection every 60 ms, which costs more than cipher
 * and sockets together (ADR 12). A view of a part of a larger buffer is left alone.
 */
export function releaseBytes(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (bytes.length < LEAST_SIZE || bytes.length !== buffer.byteLength) return;
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
