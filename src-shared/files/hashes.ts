import { toUtf8, concatBytes } from '../bytes/index.ts';
import { CHUNK } from './limits.ts';
import type { ListEntry } from './wire.ts';

/** Bytes of a SHA-256 hash. */
export const HASH_BYTES = 32;

const LABEL = toUtf8('clawreach file 1');

/** Hash function SHA-256 of bytes. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** Returns the number of chunks of a file. All but the last one have `CHUNK` bytes; an empty file has none. Pure, like all functions of this file. */
export function chunkCount(size: number): number {
  return Math.ceil(size / CHUNK);
}

/** Returns the length of a chunk of a file, bytes. */
export function chunkLength(size: number, index: number): number {
  return Math.min(CHUNK, size - index * CHUNK);
}

/**
 * Returns the root of a file's contents: SHA-256 of the label `clawreach file 1`, the size as a u64, and the hash of each chunk.
 * @param hashes SHA-256 of all chunks, one after the other
 */
export function fileRoot(sha256: Sha256, size: number, hashes: Uint8Array): Uint8Array {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(size));
  return sha256(concatBytes(LABEL, length, hashes));
}

/** Returns the text of a list entry that the hash of the list covers, with its line feed. */
export function entryText({ in: folder, name, kind, size, mtime, exec }: ListEntry): string {
  return `${JSON.stringify([folder, name, kind, size, mtime, exec])}\n`;
}
