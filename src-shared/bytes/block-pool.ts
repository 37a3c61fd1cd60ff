import { BufferPool } from './buffer-pool.ts';

/** Bytes of a block. */
export const BLOCK_SIZE = 64 * 1024;

/** Pool of at most 16 MiB per process, the bulk data a fast path has in flight. */
const blocks = new BufferPool(BLOCK_SIZE, 256);

/** A block whose content is undefined. */
export function takeBlock(): Uint8Array {
  return blocks.take();
}

/** Returns a block from `takeBlock` to the pool. No view of it may be in use. */
export function giveBlock(block: Uint8Array): void {
  blocks.give(block);
}

/** Blocks kept for later. For tests and statistics. */
export function freeBlocks(): number {
  return blocks.free;
}
