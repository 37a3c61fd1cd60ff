import { afterEach, beforeEach, expect, it } from 'vitest';
import type { NewMessage, OutboxEntry } from '#agent/messages/outbox/outbox.ts';
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

const send = async (life: number, change: Partial<NewMessage> = {}): Promise<OutboxEntry> => {
  const to = { device: world.right.peerId, agent: 'coder' };
  const hello = { from: 'tester', to, body: 'hello', media: 'text/plain', auto: false, hops: 0 } as const;
  const entry = await world.left.service?.send({ ...hello, life, ...change });
  if (entry === undefined) throw new Error('the device is down');
  return entry;
};

it('expires a message on time though the other machine is off, whatever expires before or after it', async () => {
  const sent = [await send(60_000), await send(3000), await send(10_000), await send(1000)];
  const states = (): readonly string[] => sent.map(({ state }) => state);
  await world.clock.advance(1000);
  expect(states()).toEqual(['queued', 'queued', 'queued', 'expired']);
  await world.clock.advance(1999);
  expect(states()).toEqual(['queued', 'queued', 'queued', 'expired']);
  await world.clock.advance(1);
  expect(states()).toEqual(['queued', 'expired', 'queued', 'expired']);
  await world.clock.advance(7000);
  expect(states()).toEqual(['queued', 'expired', 'expired', 'expired']);
  await world.clock.advance(50_000);
  expect(states()).toEqual(['expired', 'expired', 'expired', 'expired']);
});

it('expires a message on time that no one has taken, at both ends, also after a restart', async () => {
  world.connect();
  const early = await send(3000);
  const late = await send(9000);
  await settle();
  expect(early.state).toBe('stored');
  await world.clock.advance(3000);
  expect(world.right.received().map(({ state }) => state)).toEqual(['expired', 'stored']);
  expect([early.state, late.state]).toEqual(['expired', 'stored']);
  world.right.crash(1);
  await world.right.start();
  world.connect();
  await world.clock.advance(6000);
  expect(world.right.received().map(({ state }) => state)).toEqual(['expired', 'expired']);
  expect(late.state).toBe('expired');
});

it('gives no message away whose time is over, though the disk has refused to note that', async () => {
  world.connect();
  const { id } = await send(3000);
  await settle();
  world.right.inboxDisk.failures = 1;
  await world.clock.advance(3000);
  expect(world.right.received().map(({ state }) => state)).toEqual(['stored']);
  await world.right.service?.settle(id, 'read');
  expect(world.right.received().map(({ state }) => state)).toEqual(['expired']);
});

it('notes that a message has expired some seconds after the disk has refused it', async () => {
  const entry = await send(3000);
  world.left.outboxDisk.failures = 1;
  await world.clock.advance(3000);
  expect(entry.state).toBe('queued');
  await world.clock.advance(5000);
  expect(entry.state).toBe('expired');
});
