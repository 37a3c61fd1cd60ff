import { beforeEach, expect, it } from 'vitest';
import { Inbox } from '#agent/messages/inbox/inbox.ts';
import { peerIdFromBytes } from '#shared/identity/index.ts';
import type { AgentMessage } from '#shared/messages/index.ts';
import type { RecordPlace } from '#shared/storage.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { MemoryDisk, MemoryJournal } from '#test/support/messages/memory-journal.ts';

const PEER = peerIdFromBytes(new Uint8Array(32).fill(1));
const OWN = peerIdFromBytes(new Uint8Array(32).fill(2));
const DAY = 86_400_000;
/** Superseded bytes for which a journal is rewritten with the next record. */
const MUCH_WASTE = 1_000_000_000;

let clock: FakeClock;
let disk: MemoryDisk;
let inbox: Inbox;
let number: number;

/** A journal whose records take more room than they do here. */
class LargeJournal extends MemoryJournal {
  readonly #length: number;

  constructor(ofDisk: MemoryDisk, length: number) {
    super(ofDisk);
    this.#length = length;
  }

  override append(records: readonly Uint8Array[], applied?: (places: readonly RecordPlace[]) => void): Promise<void> {
    return super.append(records, (places) => applied?.(places.map((place) => ({ ...place, length: this.#length }))));
  }
}

/**
 * Reads the inbox from the disk, as a program does that starts.
 * @param length bytes that each record claims to take
 */
async function open(length?: number): Promise<void> {
  const file = length === undefined ? new MemoryJournal(disk) : new LargeJournal(disk, length);
  inbox = new Inbox({ file, clock, onChange: () => undefined, onRemove: () => undefined });
  await inbox.load();
}

beforeEach(async () => {
  clock = new FakeClock();
  disk = new MemoryDisk();
  number = 0;
  await open();
});

async function store(): Promise<string> {
  number += 1;
  const message: AgentMessage = {
    id: String(number).padStart(32, '0'),
    from: `${PEER}/tests`,
    to: `${OWN}/coder`,
    epoch: '0123456789abcdef',
    seq: number,
    time: clock.now(),
    expires: clock.now() + DAY,
    thread: 'talk',
    media: 'text/plain',
    body: 'hello',
    auto: false,
    hops: 0,
    sig: 'x',
  };
  await inbox.store(PEER, message, undefined);
  return message.id;
}

it('what was delivered and what was declined is known after the journal was rewritten and a restart', async () => {
  const delivered = await store();
  const taken = await store();
  const declined = await store();
  const released = await store();
  await inbox.settle(delivered, 'taken', true);
  await inbox.settle(taken, 'taken');
  await inbox.decline(declined);
  await inbox.decline(released);
  await inbox.release(released);
  const unasked = await store();
  await inbox.decline(unasked, 'rights.unasked');
  const facts = (): unknown =>
    [delivered, taken, declined, released, unasked].map((id) => {
      const { state, isDelivered, isDeclined, undecided } = inbox.get(id) ?? {};
      return { state, isDelivered, isDeclined, ...(undecided === undefined ? {} : { undecided }) };
    });
  const expected = [
    { state: 'taken', isDelivered: true, isDeclined: false },
    { state: 'taken', isDelivered: false, isDeclined: false },
    { state: 'stored', isDelivered: false, isDeclined: true },
    { state: 'stored', isDelivered: false, isDeclined: false },
    { state: 'stored', isDelivered: false, isDeclined: true, undecided: 'rights.unasked' },
  ];
  expect(facts()).toEqual(expected);
  await open();
  expect(facts()).toEqual(expected);
  const before = disk.records.length;
  disk.waste = MUCH_WASTE;
  await store();
  disk.waste = 0;
  // One record was new, all others were written anew.
  expect(disk.records.length).not.toBe(before + 1);
  await open();
  expect(facts()).toEqual(expected);
});

it('if there is no room, a message that no program has acknowledged is forgotten last', async () => {
  await open(100_000_000);
  const waiting = await store();
  const acknowledged = await store();
  await inbox.settle(waiting, 'taken');
  await inbox.settle(acknowledged, 'taken');
  await inbox.acknowledge(acknowledged);
  const third = await store();
  expect(inbox.list().map(({ id }) => id)).toEqual([waiting, third]);
  await inbox.settle(third, 'read');
  const fourth = await store();
  expect(inbox.list().map(({ id }) => id)).toEqual([waiting, fourth]);
  await store();
  expect(inbox.get(waiting)).toBeUndefined();
});

it('messages that were taken are forgotten after 30 days', async () => {
  const waiting = await store();
  await inbox.settle(waiting, 'taken');
  const stored = await store();
  await clock.advance(31 * DAY);
  await open();
  expect(inbox.list().map(({ id }) => id)).toEqual([stored]);
});

it('a message does not expire while it is given to its program, and at once if that has failed', async () => {
  const [acted, failed] = [await store(), await store()];
  for (const id of [acted, failed]) inbox.beginDelivery(id);
  await clock.advance(DAY + 1);
  expect(await inbox.expire()).toEqual([]);
  expect(inbox.nextExpiry).toBe(Infinity);
  expect(await inbox.settle(acted, 'read', true)).toBe(true);
  inbox.endDelivery(failed);
  expect((await inbox.expire()).map(({ id }) => id)).toEqual([failed]);
  expect([inbox.get(acted)?.state, inbox.get(failed)?.state]).toEqual(['read', 'expired']);
});
