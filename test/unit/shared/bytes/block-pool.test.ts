import { expect, test } from 'vitest';
import { BLOCK_SIZE, freeBlocks, giveBlock, takeBlock, trimBlocks } from '#shared/bytes/index.ts';

function empty(): void {
  trimBlocks();
  trimBlocks();
}

test('a block goes round', () => {
  empty();
  const block = takeBlock();
  expect(block).toHaveLength(BLOCK_SIZE);
  giveBlock(block);
  expect(takeBlock()).toBe(block);
});

test('only so many are kept', () => {
  empty();
  for (let count = 0; count < 1000; count += 1) giveBlock(new Uint8Array(BLOCK_SIZE));
  expect(freeBlocks()).toBe(256);
  empty();
});

test('trimming frees what nobody needed since the last time, and no more', () => {
  empty();
  expect(freeBlocks()).toBe(0);
  const used = Array.from({ length: 10 }, takeBlock);
  for (const block of used) giveBlock(block);
  trimBlocks();
  expect(freeBlocks()).toBe(10);
  const [first, second] = [takeBlock(), takeBlock()];
  giveBlock(first);
  giveBlock(second);
  trimBlocks();
  expect(freeBlocks()).toBe(2);
  trimBlocks();
  expect(freeBlocks()).toBe(0);
});
