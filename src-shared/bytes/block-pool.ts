import { BufferPool } from './buffer-pool.ts';

/** Bytes of a block. Links use blocks for the sent and received bytes of records and streams. */
export const BLOCK_SIZE = 64 * 1024;

/** Pool of this process, at most 16 MiB: enough for the bulk data in flight on a fast path. */
const blocks = new BufferPool(BLOCK_SIZE, 256);

/** Takes a block of `BLOCK_SIZE` bytes from the process-wide pool, or allocates one. Its content is undefined. */
export function takeBlock(): Uint8Array {
  return blocks.take();
}

/** Returns a block from `takeBlock` to the pool. The caller must not use any view of it afterwards. */
export function giveBlock(block: Uint8Array): void {
  blocks.give(block);
}

/** Returns the number of free blocks in the pool. For tests and statistics. */
export function freeBlocks(): number {
  return blocks.free;
}
