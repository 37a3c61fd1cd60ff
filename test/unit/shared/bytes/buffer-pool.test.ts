import { afterEach, expect, test } from 'vitest';
import {
  BLOCK_SIZE,
  BufferPool,
  freeBlocks,
  giveBlock,
  PoolTrimmer,
  takeBlock,
  trimPools,
} from '#shared/bytes/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

afterEach(() => {
  trimPools();
  trimPools();
});

test('a buffer goes round', () => {
  const pool = new BufferPool(10_000, 4);
  const buffer = pool.take();
  expect(buffer).toHaveLength(10_000);
  pool.give(buffer);
  expect(pool.take()).toBe(buffer);
});

test('only so many are kept; the memory of the others is freed at once', () => {
  const pool = new BufferPool(10_000, 4);
  const buffers = Array.from({ length: 6 }, () => pool.take());
  for (const buffer of buffers) pool.give(buffer);
  expect(pool.free).toBe(4);
  expect(buffers.map(({ length }) => length)).toEqual([10_000, 10_000, 10_000, 10_000, 0, 0]);
});

test('trimming frees what was not needed since the last time, and no more', () => {
  const pool = new BufferPool(10_000, 100);
  const used = Array.from({ length: 10 }, () => pool.take());
  for (const buffer of used) pool.give(buffer);
  trimPools();
  expect(pool.free).toBe(10);
  const [first, second] = [pool.take(), pool.take()];
  pool.give(first);
  pool.give(second);
  trimPools();
  expect(pool.free).toBe(2);
  expect(used.filter(({ length }) => length === 0)).toHaveLength(8);
  trimPools();
  expect(pool.free).toBe(0);
  expect(used.every(({ length }) => length === 0)).toBe(true);
});

test('what is in use is never freed', () => {
  const pool = new BufferPool(10_000, 100);
  const buffer = pool.take().fill(7);
  for (let round = 0; round < 3; round += 1) trimPools();
  expect(buffer[9999]).toBe(7);
});

test('blocks are pooled: at most 16 MiB of them', () => {
  for (let count = 0; count < 1000; count += 1) giveBlock(new Uint8Array(BLOCK_SIZE));
  expect(freeBlocks()).toBe(256);
  expect(takeBlock()).toHaveLength(BLOCK_SIZE);
});

test('while bytes flow buffers stay; half a minute after the last they are gone, and a closed trimmer does nothing', async () => {
  const clock = new FakeClock();
  const pool = new BufferPool(10_000, 100);
  const trimmer = new PoolTrimmer(clock);
  const carry = (): void => {
    for (const buffer of Array.from({ length: 20 }, () => pool.take())) pool.give(buffer);
  };
  for (let minute = 0; minute < 60; minute += 1) {
    for (let second = 0; second < 60; second += 10) {
      carry();
      await clock.advance(10_000);
    }
    expect(pool.free).toBe(20);
  }
  await clock.advance(30_000);
  expect(pool.free).toBe(0);
  carry();
  trimmer.close();
  await clock.advance(60_000);
  expect(pool.free).toBe(20);
  expect(clock.pending).toBe(0);
});
