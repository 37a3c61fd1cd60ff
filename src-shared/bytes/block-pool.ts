import { BufferPool } from './buffer-pool.ts';

/** Bytes of a block. */
export const BLOCK_SIZE = 64 * 1024;

/** At most 16 MiB are kept in this process, what bulk over a fast path has in flight. */
const blocks = new BufferPool(BLOCK_SIZE, 256);

/** A block whose content is undefined. */
export function takeBlock(): Uint8Array {
  return blocks.take();
}

/** Gives back what `takeBlock` gave. Nobody may hold a view of it any more. */
export function giveBlock(block: Uint8Array): void {
  blocks.give(block);
}

/** Blocks kept for later. For tests and statistics. */
export function freeBlocks(): number {
  return blocks.free;
}
