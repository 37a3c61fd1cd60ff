import { beforeEach, expect, it } from 'vitest';
import { AgentMessages } from '#agent/messages/api/agent-messages.ts';
import { ApiViews } from '#agent/messages/api/api-views.ts';
import { ConnectionTakes } from '#agent/messages/api/connection-takes.ts';
import { MessageChanges } from '#agent/messages/api/message-changes.ts';
import { Inbox } from '#agent/messages/inbox/inbox.ts';
import type { OutboxEntry } from '#agent/messages/outbox/outbox-entry.ts';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import type { AppConnection } from '#shared/app-api/index.ts';
import { createIdentity } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { MESSAGE_API_LIMITS } from '#shared/message-api/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { MemoryDisk, MemoryJournal } from '#test/support/messages/memory-journal.ts';

const [OWN, PEER] = ([1, 2] as const).map(
  (byte) => createIdentity(crypto, new Uint8Array(32).fill(byte), { generation: 1, now: 1_800_000_000 }).peerId,
);
const never = new AbortController().signal;

/** Program at the control socket. */
class Program {
  readonly #closing = new AbortController();
  readonly connection = { closed: this.#closing.signal } as AppConnection;

  async take(
    options: Readonly<{ wait?: number; has?: string[]; limit?: number; signal?: AbortSignal }> = {},
  ): Promise<readonly string[]> {
    const { wait = 0, has = [], limit = 20, signal = never } = options;
    const taken = await takes.take({ agent: 'coder', limit, wait, has }, this.connection, signal);
    return taken.map(({ id, again }) => (again ? `${Number(id)} again` : `${Number(id)}`));
  }

  end(): void {
    this.#closing.abort();
  }
}

let clock: FakeClock;
let inbox: Inbox;
let messages: AgentMessages;
let takes: ConnectionTakes;
let one: Program;
let two: Program;
let number: number;
beforeEach(() => {
  clock = new FakeClock();
  number = 0;
  const changes = new MessageChanges();
  inbox = new Inbox({
    file: new MemoryJournal(new MemoryDisk(), 1),
    clock,
    onChange: (entry) => changes.emit({ box: 'in', entry, isRemoved: false }),
    onRemove: (entry) => changes.emit({ box: 'in', entry, isRemoved: true }),
  });
  const none = async (): Promise<never> => {
    throw new Error('nothing is sent');
  };
  const asked = { id: 'f'.repeat(32), from: 'coder', to: { device: PEER, agent: 'tests' }, state: 'stored' };
  messages = new AgentMessages({
    clock,
    logger: silentLogger,
    run: '00000000',
    onTransfer: () => () => undefined,
    boxes: {
      inbox,
      outbox: { list: () => [], get: (id) => (id === asked.id ? (asked as OutboxEntry) : undefined), read: none },
      changes,
      send: none,
      cancel: none,
      settle: async (id, state) => void (await inbox.settle(id, state)),
      acknowledge: async (id) => await inbox.acknowledge(id),
    },
    views: new ApiViews({
      ownId: OWN ?? '',
      views: { sent: none as never, received: none as never },
      filesOf: () => [],
      addressOf: (peerId) => peerId,
    } as ConstructorParameters<typeof ApiViews>[0]),
  });
  messages.keep(['coder']);
  takes = new ConnectionTakes(messages);
  [one, two] = [new Program(), new Program()];
});

async function arrive(body = 'hello', replyTo?: string, held?: 'loop'): Promise<string> {
  number += 1;
  const id = String(number).padStart(32, '0');
  await inbox.store(
    PEER as NonNullable<typeof PEER>,
    {
      id,
      from: `${PEER}/tests`,
      to: `${OWN}/coder`,
      epoch: '0'.repeat(16),
      seq: number,
      time: clock.now(),
      expires: clock.now() + 600_000,
      thread: id,
      ...(replyTo === undefined ? {} : { reply_to: replyTo }),
      media: 'text/plain',
      body,
      auto: false,
      hops: 0,
      sig: '',
    },
    held,
  );
  return id;
}

it('gives each message to one of two programs, also when both wait [S-MCP-4]', async () => {
  await arrive();
  expect([await one.take(), await two.take()]).toEqual([['1'], []]);
  const waiting = [one.take({ wait: 60_000 }), two.take({ wait: 60_000 })];
  await arrive();
  await arrive();
  await clock.advance(60_000);
  expect((await Promise.all(waiting)).flat().toSorted()).toEqual(['2', '3']);
});

it('gives it to neither this program nor an HTTP request at the same time', async () => {
  await arrive();
  expect(await one.take()).toEqual(['1']);
  expect(await messages.handOut('coder', { isOver: false }, { most: 10 })).toEqual([]);
  await arrive();
  expect(await messages.handOut('coder', { isOver: false }, { most: 10 })).toHaveLength(1);
  expect(await one.take()).toEqual([]);
});

it('brings it again at once when its program ends, and to one that waits [S-MCP-4]', async () => {
  await arrive();
  expect(await one.take()).toEqual(['1']);
  const waiting = two.take({ wait: 60_000 });
  one.end();
  expect(await waiting).toEqual(['1 again']);
});

it('brings it again after 60 s, but not to the program that has it', async () => {
  const id = await arrive();
  expect(await one.take()).toEqual(['1']);
  await clock.advance(MESSAGE_API_LIMITS.redelivery - 1);
  expect(await two.take()).toEqual([]);
  await clock.advance(1);
  expect(await one.take({ has: [id] })).toEqual([]);
  expect(await two.take()).toEqual(['1 again']);
});

it('keeps what a program has read, and takes back what a cancelled call was to get', async () => {
  const id = await arrive();
  await one.take();
  await inbox.settle(id, 'read');
  one.end();
  expect(await two.take()).toEqual([]);
  await arrive();
  const cancelling = new AbortController();
  const cancelled = one.take({ signal: cancelling.signal });
  cancelling.abort();
  await cancelled.catch(() => undefined);
  expect(await two.take()).toEqual(['2 again']);
});

it('hands out as much as has room, but always one', async () => {
  await arrive('x'.repeat(150_000));
  await arrive('x'.repeat(150_000));
  expect(await one.take()).toEqual(['1']);
  expect(await one.take()).toEqual(['2']);
});

it('gives the answer to the program that waits for it, before others that wait', async () => {
  const other = two.take({ wait: 30_000 });
  const asked = 'f'.repeat(32);
  const waiting = takes.take(
    { agent: 'coder', limit: 1, wait: 30_000, has: [], answerTo: asked },
    one.connection,
    never,
  );
  await arrive('yes', asked);
  expect(await waiting).toEqual([{ id: String(1).padStart(32, '0'), again: false }]);
  await clock.advance(30_000);
  expect(await other).toEqual([]);
});

it('hands out nothing that waits for a person, or that the person has declined [S-MCP-2]', async () => {
  const held = await arrive('held', undefined, 'loop');
  const declined = await arrive('declined');
  await inbox.decline(declined);
  await arrive('free');
  expect(await one.take()).toEqual(['3']);
  for (const id of [held, declined]) await inbox.release(id);
  expect((await one.take()).toSorted()).toEqual(['1', '2']);
});

it('needs an agent with a program', async () => {
  messages.keep([]);
  await expect(one.take()).rejects.toMatchObject({ code: 'message.unavailable' });
});
