import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createIncomingDisk } from '#node/transfers/index.ts';
import { FolderClient } from '#agent/files/folders/folder-client.ts';
import { RequestedTransfers } from '#agent/files/folders/requested-transfers.ts';
import { systemClock } from '#node/clock/index.ts';
import { encodeLine, LineReader } from '#shared/lines.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { settle } from '#test/support/fake-clock.ts';
import { FakeLink } from '#test/support/fake-link.ts';
import type { TransferState } from '#shared/files/index.ts';
import { MemorySource } from '#test/support/transfers/memory-source.ts';
import { entry, RawSender } from '#test/support/transfers/raw-sender.ts';
import { SENDER, TransferWorld } from '#test/support/transfers/transfer-world.ts';

const ID = 'cd'.repeat(16);

let directory: string;
let inbox: string;
let world: TransferWorld;

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'clawreach-requested-')));
  inbox = join(directory, 'inbox');
  world = new TransferWorld(new MemorySource(new Map()), createIncomingDisk(), inbox);
  world.startSender();
  world.startReceiver();
  world.connect();
  // The peer may send nothing by itself.
  world.mayOffer = false;
});
afterEach(async () => {
  world.killSender();
  world.killReceiver();
  await rm(directory, { recursive: true, force: true });
});

/** Adds a transfer that the receiver has asked for. */
function asked(state: TransferState): void {
  world.receiver?.book.add({
    id: ID,
    direction: 'in',
    peer: SENDER,
    names: ['a'],
    top: 1,
    state,
    since: 0,
    startedAt: 0,
    code: null,
    entries: null,
    files: null,
    bytes: null,
    filesDone: 0,
    bytesDone: 0,
    changed: 0,
    renamed: 0,
    failed: 0,
    leftOut: 0,
    failures: [],
    folder: inbox,
    there: { folder: 'photos', path: ['a'] },
  });
}

it('a transfer that was asked for is taken without the right to send', async () => {
  asked('waiting');
  const sender = await RawSender.open(world.session, ID);
  await sender.begin([entry('a', { size: 3 })]);
  await sender.next('want');
  await sender.contents(0, new Uint8Array([97, 98, 99])).catch(() => undefined);
  expect(await sender.next('done')).toMatchObject({ files: 1, names: ['a'] });
  expect(await readFile(join(inbox, 'a'), 'utf8')).toBe('abc');
});

it.each(['failed', 'refused'] as const)('one that is %s is not taken any more [S-FILE-6]', async (state) => {
  asked(state);
  const sender = await RawSender.open(world.session, ID);
  await sender.offer([entry('a', { size: 3 })]);
  expect(await sender.last()).toMatchObject({ type: 'refuse', code: 'file.refused' });
  expect(await readdir(inbox).catch(() => [])).toEqual([]);
});

it('another one is not taken, whatever was asked for [S-FILE-6]', async () => {
  asked('waiting');
  const sender = await RawSender.open(world.session);
  await sender.offer([entry('a', { size: 3 })]);
  expect(await sender.last()).toMatchObject({ type: 'refuse', code: 'rights.denied' });
});

it.each<readonly [string, readonly string[]]>([
  ['another name', ['Makefile']],
  ['more than that', ['a', 'Makefile']],
  ['a hidden one', ['.a']],
])('nothing else is taken in place of what was asked for: %s [S-FILE-5]', async (_about, names) => {
  asked('waiting');
  const sender = await RawSender.open(world.session, ID);
  await sender.offer(names.map((name) => entry(name, { size: 3 })));
  expect(await sender.last()).toMatchObject({ type: 'refuse', code: 'file.protocol' });
  expect(await readdir(inbox).catch(() => [])).toEqual([]);
});

it('is asked for once its machine can be reached, also without a new link', async () => {
  asked('waiting');
  const book = world.receiver?.book;
  if (book === undefined) throw new Error('no receiver');
  let isReachable = false;
  let asks = 0;
  const requested = new RequestedTransfers({
    book,
    client: { change: async () => void (asks += 1) },
    clock: systemClock,
    logger: silentLogger,
    random: () => 0,
    isActive: () => false,
    mayReach: () => isReachable,
    onOver: () => undefined,
  });
  requested.start();
  requested.reachableChanged();
  expect(asks).toBe(0);
  isReachable = true;
  requested.reachableChanged();
  // It was asked for, so that another link's change is no reason to do it again.
  requested.reachableChanged();
  await settle();
  requested.reachableChanged();
  expect(asks).toBe(1);
  requested.close();
});

it.each(['internal', 'link.no-service', 'file.offers', 'file.full'])('is asked for again after %s', async (code) => {
  asked('waiting');
  const { session } = new FakeLink((stream) => {
    if (asks === 0 && !code.startsWith('file.')) stream.refuse(code, 'no');
    else void answer(stream).catch(() => undefined);
    asks += 1;
  });
  let asks = 0;
  const answer = async (stream: IncomingStream): Promise<void> => {
    const link = stream.accept({});
    const lines = new LineReader(link, 65_536);
    for (let turn = 0; (await lines.read()) !== null; turn += 1)
      await link.write(encodeLine(turn === 0 && code.startsWith('file.') ? { type: 'error', code } : { type: 'done' }));
  };
  const network = { current: () => session, mayReach: () => true, session: async () => session };
  const client = new FolderClient({ network, clock: systemClock });
  const done = Promise.withResolvers<void>();
  const change: FolderClient['change'] = async (...request) => {
    await client.change(...request);
    done.resolve();
  };
  const book = world.receiver?.book;
  if (book === undefined) throw new Error('no receiver');
  const requested = new RequestedTransfers({
    book,
    client: { change },
    clock: systemClock,
    logger: silentLogger,
    random: () => 0,
    isActive: () => false,
    mayReach: () => true,
    onOver: () => undefined,
  });
  requested.start();
  await done.promise;
  expect(book.get(ID)?.state).toBe('waiting');
  requested.close();
  client.close();
});
