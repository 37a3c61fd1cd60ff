import { expect, test } from 'vitest';
import { freeBlocks, giveBlock, takeBlock } from '#shared/bytes/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { TestDevice } from '#test/support/hostile/device.ts';
import { HostileRelay } from '#test/support/hostile/hostile-relay.ts';

test('an agent that carries nothing gives the memory of its last transfer back within half a minute', async () => {
  const clock = new FakeClock();
  const device = await TestDevice.create({ name: 'idle', dialer: new HostileRelay(clock).dialer('idle'), clock });
  const blocks = Array.from({ length: 100 }, takeBlock);
  for (const block of blocks) giveBlock(block);
  // Other agents of this process may have left some.
  expect(freeBlocks()).toBeGreaterThanOrEqual(100);
  await clock.advance(30_000);
  expect(freeBlocks()).toBe(0);
  expect(blocks.every(({ length }) => length === 0)).toBe(true);
  const ended = device.close();
  await clock.advance(10_000);
  await ended;
});
