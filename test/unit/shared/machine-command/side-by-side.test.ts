import { expect, it } from 'vitest';
import { sideBySide } from '#shared/machine-command/index.ts';

it('works on 20 machines at the same time, and on the next when one ends', async () => {
  const machines = Array.from({ length: 45 }, (_, index) => index);
  const ends = new Map<number, () => void>();
  let most = 0;
  const work = sideBySide(machines, async (machine) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    ends.set(machine, resolve);
    most = Math.max(most, ends.size);
    await promise;
    ends.delete(machine);
    return machine * 2;
  });
  expect([...ends.keys()]).toEqual(machines.slice(0, 20));
  ends.get(7)?.();
  await expect.poll(() => [...ends.keys()].at(-1)).toBe(20);
  const timer = setInterval(() => {
    for (const end of ends.values()) end();
  }, 1);
  expect(await work).toEqual(machines.map((machine) => machine * 2));
  clearInterval(timer);
  expect(most).toBe(20);
});

it('works on none', async () => {
  expect(await sideBySide([], async () => 1)).toEqual([]);
});
