import { expect, it } from 'vitest';
import { FakeClock } from '#test/support/fake-clock.ts';
import { NetworkWatch } from '../../../../src-main/desktop/power/network-watch.ts';

it('a network that is back is told of, also with the addresses of before; one that goes is not', async () => {
  const clock = new FakeClock();
  let online = true;
  let told = 0;
  const watch = new NetworkWatch(
    clock,
    () => online,
    () => (told += 1),
  );
  await clock.advance(10_000);
  expect(told).toBe(0);
  online = false;
  await clock.advance(10_000);
  expect(told).toBe(0);
  online = true;
  await clock.advance(3000);
  expect(told).toBe(1);
  await clock.advance(60_000);
  expect(told).toBe(1);
  watch.close();
  expect(clock.pending).toBe(0);
});
