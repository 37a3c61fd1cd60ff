import { afterEach, beforeEach, expect, it } from 'vitest';
import type { OutboxEntry } from '#agent/messages/outbox/outbox-entry.ts';
import { BOX_MESSAGES } from '#shared/messages/index.ts';
import { settle } from '#test/support/fake-clock.ts';
import { MessageWorld } from '#test/support/messages/message-world.ts';

let world: MessageWorld;
beforeEach(async () => {
  world = new MessageWorld();
  await world.start();
});
afterEach(async () => {
  await world.left.service?.close();
  await world.right.service?.close();
});

/** Sends messages from the left device to the right one, at once. */
const send = async (count: number): Promise<readonly OutboxEntry[]> => {
  const to = { device: world.right.peerId, agent: 'coder' };
  const hello = { from: 'tester', to, body: 'x', media: 'text/plain', life: 3_600_000, auto: false, hops: 0 } as const;
  const { service } = world.left;
  if (service === undefined) throw new Error('the device is down');
  return await Promise.all(Array.from({ length: count }, async () => await service.send(hello)));
};

it('an outbox takes no more messages than a box may have, and one again once one is taken back', async () => {
  const all = await send(BOX_MESSAGES);
  await expect(send(1)).rejects.toMatchObject({ code: 'message.full' });
  expect(world.left.sent()).toHaveLength(BOX_MESSAGES);
  await world.left.service?.cancel(all[0]?.id ?? '');
  await send(1);
  await expect(send(1)).rejects.toMatchObject({ code: 'message.full' });
}, 120_000);

it('an inbox takes no more messages than a box may have, refuses the next one, and takes one again once one was read', async () => {
  world.connect();
  // In parts, since the outbox has no more room than the inbox.
  for (let sent = 0; sent < BOX_MESSAGES; sent += 1000) {
    await send(1000);
    await settle(2000);
  }
  const [late] = await send(1);
  await settle(200);
  expect(late).toMatchObject({ state: 'refused', code: 'message.full' });
  const stored = world.right.received().filter(({ state }) => state === 'stored');
  expect(stored.length).toBeLessThanOrEqual(BOX_MESSAGES);
  await world.right.service?.settle(stored[0]?.id ?? '', 'read');
  const [next] = await send(1);
  // After a refusal the stream is read no further for a moment.
  await world.clock.advance(1000);
  expect(next?.state).toBe('stored');
  expect(world.left.lies).toEqual([]);
}, 120_000);
