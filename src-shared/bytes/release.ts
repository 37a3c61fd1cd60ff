/** Smallest array that is freed explicitly, bytes. For smaller ones, garbage collection is cheaper than the call. */
const LEAST_SIZE = 4096;

/**
 * Frees the memory of an unused array at once; the array and every view of its memory are empty afterwards. Used for the records of links after they
 * were sent or processed, and by `BufferPool`. Does nothing for a view of a part of a larger buffer. Array memory lies outside V8's heap and counts
 * towards the limit at which V8 collects everything: in an agent that carries bulk data, unused arrays would cause a full collection every 60 ms,
 * which costs more than ciphers and sockets together (ADR 12).
 */
export function releaseBytes(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (bytes.length < LEAST_SIZE || bytes.length !== buffer.byteLength) return;
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
