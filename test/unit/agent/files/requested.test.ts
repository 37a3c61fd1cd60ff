import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createIncomingDisk } from '#node/transfers/index.ts';
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
