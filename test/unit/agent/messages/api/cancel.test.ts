import { afterEach, beforeEach, expect, it } from 'vitest';
import { AgentMessages } from '#agent/messages/api/agent-messages.ts';
import { ApiViews } from '#agent/messages/api/api-views.ts';
import { MessageChanges } from '#agent/messages/api/message-changes.ts';
import type { OutboxEntry } from '#agent/messages/outbox/outbox-entry.ts';
import { silentLogger } from '#shared/logger.ts';
import { MESSAGE_API_LIMITS } from '#shared/message-api/index.ts';
import { settle } from '#test/support/fake-clock.ts';
import { MessageWorld } from '#test/support/messages/message-world.ts';

let world: MessageWorld;
let messages: AgentMessages;
beforeEach(async () => {
  world = new MessageWorld();
  await world.start();
  world.connect();
  const { left } = world;
  const { service } = left;
  if (service === undefined) throw new Error('the device is down');
  const changes = new MessageChanges();
  left.onSent = (entry) => changes.emit({ box: 'out', entry, isRemoved: false });
  const unused = (): never => {
    throw new Error('nothing is shown');
  };
  messages = new AgentMessages({
    clock: world.clock,
    logger: silentLogger,
    run: '00000000',
    onTransfer: () => () => undefined,
    boxes: {
      inbox: service.inbox,
      outbox: service.outbox,
      changes,
      send: async () => unused(),
      cancel: async (id) => await service.cancel(id),
      settle: async (id, state) => await service.settle(id, state),
      acknowledge: async (id) => await service.acknowledge(id),
    },
    views: new ApiViews({
      ownId: left.peerId,
      filesOf: () => [],
      views: { sent: unused, received: unused },
      addressOf: (peerId) => peerId,
    }),
  });
});
afterEach(async () => {
  messages.close();
  await world.left.service?.close();
  await world.right.service?.close();
});

/** Sends a message that the recipient stores, while the link is lost with the receipt. */
const sendAndLoseReceipt = async (): Promise<OutboxEntry> => {
  const to = { device: world.right.peerId, agent: 'coder' };
  const hello = { from: 'tester', to, body: 'hello', media: 'text/plain', auto: false, hops: 0 } as const;
  const sent = await world.left.service?.send({ ...hello, life: 3_600_000 });
  if (sent === undefined) throw new Error('the device is down');
  world.left.outboxDisk.failures = 1;
  await settle();
  world.lose();
  expect(world.right.received().map(({ id }) => id)).toEqual([sent.id]);
  expect(sent.state).toBe('sent');
  return sent;
};

it('says that a message was delivered if that turns out while it is taken back', async () => {
  const { id } = await sendAndLoseReceipt();
  const outcome = messages.cancel('tester', id, new AbortController().signal).catch((error: unknown) => error);
  await settle();
  world.connect();
  await world.clock.advance(5000);
  expect(await outcome).toMatchObject({ code: 'message.delivered', details: { state: 'stored' } });
});

it('says that it may be on its way if no one says that in time, and nothing else', async () => {
  const { id } = await sendAndLoseReceipt();
  const cancelling = messages.cancel('tester', id, new AbortController().signal);
  await settle();
  await world.clock.advance(MESSAGE_API_LIMITS.cancelTime);
  expect(await cancelling).toMatchObject({ state: 'sent', withdrawn: 'cancelled' });
});
