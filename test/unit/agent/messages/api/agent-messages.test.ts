import { beforeEach, expect, it } from 'vitest';
import { AgentMessages } from '#agent/messages/api/agent-messages.ts';
import { ApiViews } from '#agent/messages/api/api-views.ts';
import type { Holder } from '#agent/messages/api/hand-out-queue.ts';
import { MessageChanges } from '#agent/messages/api/message-changes.ts';
import { Inbox } from '#agent/messages/inbox/inbox.ts';
import type { OutboxEntry } from '#agent/messages/outbox/outbox-entry.ts';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import { createIdentity, type PeerId } from '#shared/identity/index.ts';
import type { TransferState } from '#shared/files/index.ts';
import { MESSAGE_API_LIMITS } from '#shared/message-api/index.ts';
import { silentLogger } from '#shared/logger.ts';
import type { AgentMessage } from '#shared/messages/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { MemoryDisk, MemoryJournal } from '#test/support/messages/memory-journal.ts';

const [OWN, PEER, OTHER] = ([1, 2, 3] as const).map(
  (byte) => createIdentity(crypto, new Uint8Array(32).fill(byte), { generation: 1, now: 1_800_000_000 }).peerId,
) as [PeerId, PeerId, PeerId];
/** Turns of the event loop that a write takes. */
const SLOW = 20;

let clock: FakeClock;
let disk: MemoryDisk;
let inbox: Inbox;
let messages: AgentMessages;
let number: number;
let changes: MessageChanges;
/** State of all files. */
let transfer: TransferState;
const program: Holder = { isOver: false };

beforeEach(() => {
  clock = new FakeClock();
  disk = new MemoryDisk();
  number = 0;
  changes = new MessageChanges();
  transfer = 'running';
  inbox = new Inbox({
    file: new MemoryJournal(disk, SLOW),
    clock,
    onChange: (entry) => changes.emit({ box: 'in', entry, isRemoved: false }),
    onRemove: (entry) => changes.emit({ box: 'in', entry, isRemoved: true }),
  });
  const none = async (): Promise<never> => {
    throw new Error('nothing is sent');
  };
  messages = new AgentMessages({
    clock,
    logger: silentLogger,
    run: '00000000',
    onTransfer: () => () => undefined,
    boxes: {
      inbox,
      outbox: { list: () => [] as OutboxEntry[], get: () => undefined, read: none },
      changes,
      send: none,
      cancel: none,
      settle: async (id, state) => void (await inbox.settle(id, state)),
      acknowledge: async (id) => await inbox.acknowledge(id),
    },
    views: new ApiViews({
      ownId: OWN,
      filesOf: ({ files }) =>
        files.map((file) => ({ ...file, size: file.size ?? null, state: transfer, code: null, path: null })),
      views: {
        sent: ({ id }: OutboxEntry) => ({ id }) as never,
        received: () => {
          throw new Error('not for a window');
        },
      },
      addressOf: (peerId) => peerId,
    }),
  });
  messages.keep(['coder']);
});

/** A message comes in. @returns its ID */
async function arrive(peerId: PeerId, more: Partial<AgentMessage> = {}): Promise<string> {
  number += 1;
  const id = String(number).padStart(32, '0');
  const message: AgentMessage = {
    type: 'message',
    id,
    from: `${peerId}/tests`,
    to: `${OWN}/coder`,
    epoch: '0'.repeat(16),
    seq: inbox.list().filter(({ from }) => from.device === peerId).length + 1,
    time: clock.now(),
    expires: clock.now() + 60_000,
    thread: id,
    media: 'text/plain',
    body: `message ${number}`,
    auto: false,
    hops: 0,
    sig: '',
    ...more,
  };
  await inbox.store(peerId, message, undefined);
  return id;
}
const handOut = async (most = 1): Promise<readonly string[]> =>
  (await messages.handOut('coder', program, { most })).map(({ message }) => message.id);

it('hands out what is behind messages that can not be read, which stay as they are', async () => {
  const damaged = [await arrive(PEER), await arrive(PEER)];
  const whole = await arrive(PEER);
  for (const index of [0, 1]) disk.records[index] = new Uint8Array();
  expect(await handOut()).toEqual([whole]);
  expect(damaged.map((id) => inbox.get(id)?.state)).toEqual(['stored', 'stored']);
  expect(damaged.every((id) => messages.queueOf('coder').has(id))).toBe(true);
});

it('hands out no message whose time is over, and what is behind it', async () => {
  const over = await arrive(PEER);
  const later = await arrive(PEER, { expires: clock.now() + 120_000 });
  await clock.advance(60_000);
  expect(await handOut()).toEqual([later]);
  expect(inbox.get(over)?.state).toBe('stored');
  await inbox.expire();
  expect(messages.queueOf('coder').has(over)).toBe(false);
});

it('hands out no message that a person has declined before it is released [S-MCP-2]', async () => {
  const declined = await arrive(PEER);
  const next = await arrive(PEER);
  await inbox.decline(declined);
  expect(await handOut()).toEqual([next]);
  await expect(messages.get('coder', declined)).rejects.toMatchObject({ code: 'message.unknown' });
  expect(await messages.acknowledge('coder', [declined], true)).toEqual([]);
  await inbox.release(declined);
  expect(await handOut()).toEqual([declined]);
});

it('counts messages that were removed no longer among those that a stream has', async () => {
  for (let each = 0; each < 3; each += 1) await arrive(PEER);
  const kept = await arrive(OTHER);
  const queue = messages.queueOf('coder');
  expect(await handOut(100)).toHaveLength(4);
  let told = 0;
  queue.onChange(() => (told += 1));
  await inbox.forgetPeer(PEER);
  expect(queue.heldBy(program)).toBe(1);
  expect(queue.has(kept)).toBe(true);
  expect(told).toBe(3);
});

it('hands out no message that is removed while the disk is busy', async () => {
  const id = await arrive(PEER);
  const removed = inbox.forgetPeer(PEER);
  expect(await handOut()).toEqual([]);
  await removed;
  expect(messages.queueOf('coder').has(id)).toBe(false);
});

const FILES = { media: 'text/plain+files', files: [{ transfer: 'f'.repeat(32), name: 'a', size: 1 }] } as const;

it('tells of files once their transfer has ended, of each message, and tells a stream that continues', async () => {
  const told: unknown[] = [];
  messages.onChange('coder', ({ event, change }) => told.push([event, change.id]));
  messages.onChange('other', () => told.push('another agent'));
  const id = await arrive(PEER, { ...FILES, files: [...FILES.files] });
  changes.emitFiles(id);
  changes.emitFiles('0'.repeat(32));
  expect(told).toEqual([]);
  const before = messages.cursor();
  transfer = 'failed';
  changes.emitFiles(id);
  expect(told).toEqual([['files', id]]);
  expect(messages.changesAfter('coder', before).changes).toMatchObject([
    { event: 'files', change: { id, direction: 'in', files: [{ name: 'a', state: 'failed' }] } },
  ]);
  expect(messages.changesAfter('other', before).changes).toEqual([]);
});

it('tells a program nothing of the files of a message that waits for a person [S-MCP-2]', async () => {
  const told: unknown[] = [];
  messages.onChange('coder', (change) => told.push(change));
  const id = await arrive(PEER, { ...FILES, files: [...FILES.files] });
  await inbox.decline(id);
  transfer = 'done';
  changes.emitFiles(id);
  expect(told).toEqual([]);
  await inbox.release(id);
  changes.emitFiles(id);
  expect(told).toHaveLength(1);
});

it('shows a program nothing of a message that a person has discarded, or that expired before anyone took it [S-MCP-2]', async () => {
  const told: unknown[] = [];
  messages.onChange('coder', (change) => told.push(change));
  const discarded = await arrive(PEER, { ...FILES, files: [...FILES.files] });
  await inbox.discard(({ id }) => id === discarded);
  const expired = await arrive(PEER, { ...FILES, files: [...FILES.files], expires: clock.now() + 1000 });
  await clock.advance(1000);
  await inbox.expire();
  transfer = 'done';
  for (const id of [discarded, expired]) {
    changes.emitFiles(id);
    await expect(messages.get('coder', id)).rejects.toMatchObject({ code: 'message.unknown' });
    expect(await messages.acknowledge('coder', [id], true)).toEqual([]);
  }
  expect(told).toEqual([]);
  expect(messages.endedFiles('coder').messages).toEqual([]);
});

it('keeps the states of one agent while another one is busy, and says if some are missing', () => {
  const tell = (from: string, count: number): void => {
    for (let each = 0; each < count; each += 1)
      changes.emit({
        box: 'out',
        entry: { id: String(each), from, to: { device: PEER, agent: 'x' } } as OutboxEntry,
        isRemoved: false,
      });
  };
  messages.keep(['coder', 'busy']);
  const before = messages.cursor();
  tell('coder', 1);
  const middle = messages.cursor();
  tell('busy', 3000);
  expect(messages.changesAfter('coder', before)).toMatchObject({ isWhole: true, changes: [{ event: 'state' }] });
  expect(messages.changesAfter('coder', middle)).toEqual({ isWhole: true, changes: [] });
  const busy = messages.changesAfter('busy', middle);
  expect(busy.isWhole).toBe(false);
  expect(busy.changes).toHaveLength(MESSAGE_API_LIMITS.states);
  expect(messages.changesAfter('busy', messages.cursor())).toEqual({ isWhole: true, changes: [] });
  // Of another run, no one knows.
  expect(messages.changesAfter('coder', 'ffffffff.0').isWhole).toBe(false);
});
