import { afterEach, beforeEach, expect, it } from 'vitest';
import type { OutboxEntry } from '#agent/messages/outbox/outbox-entry.ts';
import { BOX_MESSAGES } from '#shared/messages/index.ts';
import { settle } from '#test/support/fake-clock.ts';
import { MessageWorld } from '#test/support/messages/message-world.ts';

/** Messages of one peer that an empty inbox takes: as many as stay free, without the 1000 that are kept for the device's own agents. */
const SHARE = (BOX_MESSAGES - 1000) / 2;

let world: MessageWorld;
beforeEach(async () => {
  world = new MessageWorld();
  await world.start();
});
afterEach(async () => {
  await world.left.service?.close();
  await world.right.service?.close();
});

type Device = MessageWorld['left'];

/** Sends messages from a device to an agent of the right one, at once. */
const send = async (count: number, from: Device = world.left): Promise<readonly OutboxEntry[]> => {
  const to = { device: world.right.peerId, agent: 'coder' };
  const hello = { from: 'tester', to, body: 'x', media: 'text/plain', life: 3_600_000, auto: false, hops: 0 } as const;
  const { service } = from;
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
  const { left, right } = world;
  world.connect();
  const waiting = (): readonly string[] =>
    right.received().flatMap(({ id, state }) => (state === 'stored' ? [id] : []));
  // A peer has a share; the rest is for the agents of the device itself.
  for (let sent = 0; sent < SHARE; sent += 500) {
    await send(500);
    await settle(2000);
  }
  expect(waiting()).toHaveLength(SHARE);
  const [late] = await send(1);
  await settle(200);
  expect(late).toMatchObject({ state: 'refused', code: 'message.full' });
  for (let sent = SHARE; sent < BOX_MESSAGES; sent += 500) {
    await send(500, right);
    await settle(2000);
  }
  expect(waiting()).toHaveLength(BOX_MESSAGES);
  const [own] = await send(1, right);
  await settle(200);
  expect(own).toMatchObject({ state: 'refused', code: 'message.full' });
  await right.service?.settle(waiting().at(-1) ?? '', 'read');
  const [next] = await send(1, right);
  await settle(200);
  expect(next?.state).toBe('stored');
  expect(waiting()).toHaveLength(BOX_MESSAGES);
  expect(left.lies).toEqual([]);
}, 120_000);
