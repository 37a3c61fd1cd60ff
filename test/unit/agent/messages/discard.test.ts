import { afterEach, beforeEach, expect, it } from 'vitest';
import type { OutboxEntry } from '#agent/messages/outbox/outbox-entry.ts';
import { isFinal } from '#shared/messages/index.ts';
import { settle } from '#test/support/fake-clock.ts';
import { MessageWorld, type MessageDevice } from '#test/support/messages/message-world.ts';

let world: MessageWorld;
beforeEach(async () => {
  world = new MessageWorld();
  await world.start();
  world.connect();
});
afterEach(async () => {
  if (world.left.lies.length > 0) throw new Error(world.left.lies.join('\n'));
  await world.left.service?.close();
  await world.right.service?.close();
});

const send = async (from: MessageDevice = world.left, agent = 'tester', body = 'hello'): Promise<OutboxEntry> => {
  const to = { device: world.right.peerId, agent: 'coder' };
  const text = { to, media: 'text/plain', life: 600_000, auto: false, hops: 0 } as const;
  const entry = await from.service?.send({ ...text, from: agent, body });
  if (entry === undefined) throw new Error('the device is down');
  return entry;
};
const discard = async (isWanted: (preview: string) => boolean = () => true): Promise<number | undefined> =>
  (await world.right.service?.discard(({ preview }) => isWanted(preview)))?.length;
const states = (entries: readonly OutboxEntry[]): readonly string[] =>
  entries.map(({ state, code }) => `${state} ${code ?? ''}`.trim());
const DISCARDED = 'expired message.discarded';

it('discards those that are wanted, and only those that no one has taken; their senders hear that', async () => {
  const sent = [];
  for (const body of ['one', 'two', 'three', 'four']) sent.push(await send(world.left, 'tester', body));
  await settle();
  await world.right.service?.settle(sent[1]?.id ?? '', 'taken');
  world.right.service?.inbox.beginDelivery(sent[2]?.id ?? '');
  expect(await discard((preview) => preview !== 'four')).toBe(1);
  await settle();
  expect(states(sent)).toEqual([DISCARDED, 'taken', 'stored', 'stored']);
  expect(sent.map(({ state }) => isFinal(state))).toEqual([true, false, false, false]);
  // Again: it is over.
  expect(await discard((preview) => preview === 'one')).toBe(0);
});

it('tells a sender that was away, and one that asks after a restart of both', async () => {
  const one = await send();
  await settle();
  world.lose();
  await discard();
  expect(states([one])).toEqual(['stored']);
  world.right.crash(1);
  world.left.crash(1);
  await world.finish();
  expect(states(world.left.sent())).toEqual([DISCARDED]);
  expect(world.right.received()).toMatchObject([{ state: 'expired', isDiscarded: true }]);
});

it('keeps that when the journal is rewritten', async () => {
  const one = await send();
  await settle();
  await discard();
  world.right.inboxDisk.waste = 10_000_000;
  await send(world.right);
  world.right.inboxDisk.waste = 0;
  await settle();
  world.right.crash(1);
  await world.right.start();
  const inbox = world.right.service?.inbox;
  expect(inbox?.get(one.id)).toMatchObject({ state: 'expired', isDiscarded: true });
});

it('tells an agent of this machine likewise', async () => {
  const own = await send(world.right);
  expect(own.state).toBe('stored');
  await discard();
  await settle();
  expect(states([own])).toEqual([DISCARDED]);
});

it('gives no program a message that is being discarded, and leaves one that was taken in the same moment', async () => {
  const [one, two] = [await send(), await send()];
  await settle();
  const taking = world.right.service?.settle(two.id, 'taken');
  const discarding = discard();
  const late = world.right.service?.settle(one.id, 'taken');
  await Promise.all([taking, late]);
  expect(await discarding).toBe(1);
  await settle();
  expect(states([one, two])).toEqual([DISCARDED, 'taken']);
  world.right.crash(1);
  await world.right.start();
  expect(world.right.received().map(({ state, isDiscarded }) => [state, isDiscarded])).toEqual([
    ['expired', true],
    ['taken', false],
  ]);
});

it('leaves all as they are if the disk refuses it', async () => {
  const one = await send();
  await settle();
  world.right.inboxDisk.failures = 1;
  await expect(discard()).rejects.toMatchObject({ code: 'store.write' });
  expect(world.right.received()).toMatchObject([{ state: 'stored', isDiscarded: false }]);
  expect(await discard()).toBe(1);
  await settle();
  expect(states([one])).toEqual([DISCARDED]);
});

it('frees the room of its sender', async () => {
  const sent: OutboxEntry[] = [];
  for (let each = 0; each < 20; each += 1) sent.push(await send());
  await settle();
  expect(await discard()).toBe(20);
  await settle();
  expect(new Set(states(sent))).toEqual(new Set([DISCARDED]));
  expect((await send()).state).toMatch(/queued|sent/);
  await settle();
  expect(world.right.received().filter(({ state }) => state === 'stored')).toHaveLength(1);
});
