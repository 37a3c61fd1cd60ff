import { afterEach, beforeEach, expect, it } from 'vitest';
import { settle } from '#test/support/fake-clock.ts';
import { MessageWorld } from '#test/support/messages/message-world.ts';

let world: MessageWorld;
beforeEach(async () => {
  world = new MessageWorld();
  await world.start();
  world.connect();
});
afterEach(async () => {
  await world.left.service?.close();
  await world.right.service?.close();
});

/** Sends messages from many callers, each of which sends the next one when the last is on the disk. @returns number of those that are */
const send = async (count: number): Promise<number> => {
  let left = count;
  let queued = 0;
  const caller = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const sent = world.left.service?.send({
        from: 'coder',
        to: { device: world.right.peerId, agent: 'coder' },
        body: String(left),
        media: 'text/plain',
        life: 3_600_000,
        auto: false,
        hops: 0,
      });
      await sent?.then(
        () => (queued += 1),
        () => undefined,
      );
    }
  };
  await Promise.all(Array.from({ length: 48 }, caller));
  return queued;
};
const states = (): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...Map.groupBy(world.left.sent(), ({ state }) => state)].map(([state, entries]) => [state, entries.length]),
  );

it('brings hundreds of messages that are sent at once by an agent that has never written to that one, without a new run of numbers', async () => {
  expect(await send(300)).toBe(300);
  const [first] = world.left.sent();
  const { epoch } = first ?? {};
  expect(await send(300)).toBe(300);
  await settle(60);
  expect(states()).toEqual({ stored: 600 });
  expect(new Set(world.left.sent().map((entry) => entry.epoch))).toEqual(new Set([epoch]));
});

it('goes on with all that are on the disk when it has refused some in between', async () => {
  const before = await send(100);
  world.left.outboxDisk.failures = 4;
  const refused = await send(100);
  const after = await send(100);
  expect([before, after]).toEqual([100, 100]);
  expect(refused).toBeLessThan(100);
  await settle(60);
  await world.clock.advance(5000);
  expect(states()).toEqual({ stored: before + refused + after });
  expect(world.right.received()).toHaveLength(before + refused + after);
  expect(Math.max(...world.right.arrivals.values())).toBe(1);
});
