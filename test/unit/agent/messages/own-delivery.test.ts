import { afterEach, beforeEach, expect, it } from 'vitest';
import type { OutboxEntry } from '#agent/messages/outbox/outbox-entry.ts';
import { settle } from '#test/support/fake-clock.ts';
import { MessageWorld, type MessageDevice } from '#test/support/messages/message-world.ts';

let world: MessageWorld;
let device: MessageDevice;
beforeEach(async () => {
  world = new MessageWorld();
  device = world.left;
  await world.start();
});
afterEach(async () => {
  if (device.lies.length > 0) throw new Error(device.lies.join('\n'));
  await world.left.service?.close();
  await world.right.service?.close();
});

/** Sends a message from one agent of the device to another one. */
const send = async (life = 3_600_000): Promise<OutboxEntry> => {
  const to = { device: device.peerId, agent: 'coder' };
  const hello = { from: 'tester', to, body: 'hello', media: 'text/plain', auto: false, hops: 0 } as const;
  const entry = await device.service?.send({ ...hello, life });
  if (entry === undefined) throw new Error('the device is down');
  return entry;
};
/** Begins to send a message, and lets the disk of the outbox fail once the message itself is on it. */
const sendAndLoseState = async (): Promise<OutboxEntry> => {
  const sending = send();
  while (device.sent().length === 0) await new Promise<void>((resolve) => setImmediate(resolve));
  device.outboxDisk.failures = 1;
  const entry = await sending;
  expect(device.outboxDisk.failures).toBe(0);
  expect(device.received().map(({ state }) => state)).toEqual(['stored']);
  return entry;
};
const states = (): readonly string[] => device.sent().map(({ state }) => state);

it('a message that the inbox has is not called queued though the outbox could not note that, and that is made up for', async () => {
  const entry = await sendAndLoseState();
  expect(entry.state).toBe('sent');
  await world.clock.advance(60_000);
  expect(entry.state).toBe('stored');
  expect([...device.arrivals.values()]).toEqual([1]);
});

it('a message that the inbox has is not cancelled, whatever the outbox knows', async () => {
  const { id } = await sendAndLoseState();
  await expect(device.service?.cancel(id)).rejects.toMatchObject({ code: 'message.delivered' });
  expect(states()).toEqual(['stored']);
  expect(device.received().map(({ state }) => state)).toEqual(['stored']);
});

it('what the disk of the inbox has refused is delivered a moment later, without another message', async () => {
  device.inboxDisk.failures = 1;
  const entry = await send();
  expect(entry.state).toBe('sent');
  expect(device.received()).toEqual([]);
  await world.clock.advance(5000);
  expect(entry.state).toBe('stored');
  expect(device.received()).toHaveLength(1);
});

it('a message that the inbox does not have is taken back, and the next one arrives', async () => {
  device.inboxDisk.failures = 1;
  const { id } = await send();
  expect(await device.service?.cancel(id)).toMatchObject({ state: 'cancelled' });
  await send();
  await world.clock.advance(60_000);
  expect(states()).toEqual(['cancelled', 'stored']);
  expect(device.received()).toHaveLength(1);
});

it('a message that the inbox does not have expires, also while its disk fails', async () => {
  device.inboxDisk.failures = 1000;
  const entry = await send(3000);
  await world.clock.advance(3000);
  await settle();
  expect(entry.state).toBe('expired');
  device.inboxDisk.failures = 0;
  await world.clock.advance(61_000);
  const next = await send();
  expect(next.state).toBe('stored');
  expect(device.received().map(({ id }) => id)).toEqual([next.id]);
});

it('the sender hears that a message was read though the disk refused that once', async () => {
  const entry = await send();
  device.outboxDisk.failures = 1;
  await device.service?.settle(entry.id, 'read');
  await settle();
  expect(entry.state).toBe('stored');
  await world.clock.advance(60_000);
  expect(entry.state).toBe('read');
});
