import type { MessageView } from '#shared/app-api/index.ts';

/** Messages of a conversation in blocks, oldest first. A block keeps its identity while none of its messages changes, so that the others aren't drawn again. */
export type Blocks = readonly (readonly MessageView[])[];

/** Most messages in a block. */
export const BLOCK_SIZE = 50;

/** Returns the blocks with a page of older messages before them. The functions of this file are pure. @param page newest first, as the agent answers */
export function prependPage(blocks: Blocks, page: readonly MessageView[]): Blocks {
  const known = new Set(blocks.flat().map(({ id }) => id));
  const older = page.filter(({ id }) => !known.has(id)).toReversed();
  return older.length === 0 ? blocks : [older, ...blocks];
}

/** Returns the blocks with the newest page in the place of their end. Blocks that don't reach it are dropped: between them something would be missing. */
export function mergeNewest(blocks: Blocks, page: readonly MessageView[]): Blocks {
  const [oldest] = page.slice(-1);
  const reaches = oldest !== undefined && blocks.some((block) => block.some(({ id }) => id === oldest.id));
  if (!reaches) return page.length === 0 ? [] : [page.toReversed()];
  return page.toReversed().reduce((merged, message) => applyMessage(merged, message), blocks);
}

/** Returns the blocks with a message that has changed, or with a new one at the end. */
export function applyMessage(blocks: Blocks, message: MessageView): Blocks {
  // Messages that change are nearly always new ones.
  const at = blocks.findLastIndex((block) => block.some(({ id }) => id === message.id));
  if (at !== -1)
    return blocks.map((block, index) =>
      index === at ? block.map((before) => (before.id === message.id ? message : before)) : block,
    );
  const last = blocks.at(-1);
  if (last === undefined || last.length >= BLOCK_SIZE) return [...blocks, [message]];
  return [...blocks.slice(0, -1), [...last, message]];
}
