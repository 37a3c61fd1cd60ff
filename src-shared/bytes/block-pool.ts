/** Bytes of a block. */
export const BLOCK_SIZE = 64 * 1024;

/** Free blocks that are kept: 16 MiB in this process, what bulk over a fast path has in flight. */
const MOST_FREE = 256;

const free: Uint8Array[] = [];
/** Fewest free blocks since the last trim: so many were not needed. */
let spare = 0;

/**
 * A block whose content is undefined. Blocks go round instead of being made anew: each array of this size lies outside V8's heap, and some
 * MiB of new ones force a full collection unless they are garbage at once (docs/PERFORMANCE.md).
 */
export function takeBlock(): Uint8Array {
  const block = free.pop() ?? new Uint8Array(BLOCK_SIZE);
  spare = Math.min(spare, free.length);
  return block;
}

/** Gives back what `takeBlock` gave. Nobody may hold a view of it any more. */
export function giveBlock(block: Uint8Array): void {
  if (free.length < MOST_FREE) free.push(block);
}

/** Frees the blocks that were not needed since the last call; called now and then by whoever has a timer anyway. */
export function trimBlocks(): void {
  free.splice(0, spare);
  spare = free.length;
}

/** Blocks kept for later. For tests and statistics. */
export function freeBlocks(): number {
  return free.length;
}
