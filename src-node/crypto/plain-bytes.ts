/**
 * Returns the same memory as a plain Uint8Array. A Buffer must not leave this folder: its `slice` is a view, while that
 * of a Uint8Array copies.
 */
export function plainBytes(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
