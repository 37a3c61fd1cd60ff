import { afterEach, beforeEach, expect, it } from 'vitest';
import type { NewMessage } from '#agent/messages/outbox/outbox.ts';
import { AUTOMATIC_IN_A_ROW } from '#shared/messages/index.ts';
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

const send = async (change: Partial<NewMessage>): Promise<string | undefined> => {
  const to = { device: world.right.peerId, agent: 'coder' };
  const hello = { from: 'tester', to, body: 'hello', media: 'text/plain', life: 60_000, auto: false, hops: 0 } as const;
  return (await world.left.service?.send({ ...hello, ...change }))?.id;
};

it('sends a message once under its idempotency key, though it is sent twice at the same moment, later, and after a restart', async () => {
  const idempotencyKey = 'build-7';
  const [first, second] = await Promise.all([send({ idempotencyKey }), send({ idempotencyKey })]);
  const later = await send({ idempotencyKey });
  world.left.crash(0);
  await world.left.start();
  const restarted = await send({ idempotencyKey });
  expect(new Set([first, second, later, restarted]).size).toBe(1);
  expect(world.left.sent()).toHaveLength(1);
  expect(await send({ idempotencyKey, from: 'coder' })).not.toBe(first);
});

it('sends a message under its idempotency key after the disk has refused it', async () => {
  world.left.outboxDisk.failures = 1;
  await expect(send({ idempotencyKey: 'build-7' })).rejects.toMatchObject({ code: 'store.write' });
  await send({ idempotencyKey: 'build-7' });
  expect(world.left.sent()).toHaveLength(1);
});

it('does not send a message that was taken back, after its journal was rewritten and a restart', async () => {
  world.left.outboxDisk.waste = 1e9;
  const id = (await send({})) ?? '';
  world.left.crash(1);
  await world.left.start();
  // It may have left the device before the restart, so the recipient has to say that it doesn't have it.
  expect((await world.left.service?.cancel(id))?.state).toBe('queued');
  world.left.crash(1);
  await world.left.start();
  await world.finish();
  expect(world.left.sent().map(({ state }) => state)).toEqual(['cancelled']);
  expect(world.right.received()).toEqual([]);
});

it('holds the first message too many in a row between two agents of one device', async () => {
  const to = { device: world.left.peerId, agent: 'coder' };
  for (let each = 0; each <= AUTOMATIC_IN_A_ROW; each += 1) await send({ to, thread: 'talk', auto: true });
  const held = world.left.received().map((entry) => entry.held);
  expect(held.filter((because) => because !== undefined)).toHaveLength(1);
  expect(held.at(-1)).toBe('loop');
});
