import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createIncomingDisk } from '#node/transfers/index.ts';
import { isOver, type ListEntry } from '#shared/files/index.ts';
import { casesOf } from '#test/support/fuzz.ts';
import { until } from '#test/support/e2e/until.ts';
import { MemorySource } from '#test/support/transfers/memory-source.ts';
import { entry, RawSender } from '#test/support/transfers/raw-sender.ts';
import { TransferWorld } from '#test/support/transfers/transfer-world.ts';

const LIMIT = 60_000;
const MIB = 1_048_576;

let directory: string;
let inbox: string;
let world: TransferWorld;

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'clawreach-hostile-')));
  inbox = join(directory, 'inbox');
  world = new TransferWorld(new MemorySource(new Map()), createIncomingDisk(), inbox);
  world.startSender();
  world.startReceiver();
  world.connect();
});
afterEach(async () => {
  world.killSender();
  world.killReceiver();
  await rm(directory, { recursive: true, force: true });
});

const opened = async (id?: string): Promise<RawSender> => await RawSender.open(world.session, id);
const stateOf = (sender: RawSender) => world.receiver?.book.get(sender.id);

/** Waits until the receiver has ended the transfer. */
async function ended(sender: RawSender) {
  return await until('the end', () => {
    const record = stateOf(sender);
    return record !== undefined && isOver(record.state) ? record : undefined;
  });
}

/** Sends small files as an honest sender does. @returns the last line of the receiver */
async function sendSmall(sender: RawSender, entries: readonly ListEntry[], bytes: Uint8Array) {
  await sender.begin(entries);
  for (const [n, one] of entries.entries())
    if (one.kind === 'file') {
      await sender.next('want');
      await sender.contents(n, bytes);
    }
  return await sender.next('done');
}

it('writes nothing outside of its folder, whatever the names are [S-FILE-1]', { timeout: LIMIT }, async () => {
  const names = ['..', '.', '../up', '/etc/passwd', 'a/../../b', 'nul\0byte', '..\\up', 'C:\\up', '\u202Egpj.exe', ' '];
  const sender = await opened();
  const bytes = new Uint8Array([1, 2, 3]);
  const done = await sendSmall(
    sender,
    names.map((name) => entry(name, { size: 3 })),
    bytes,
  );
  expect(done).toMatchObject({ files: names.length, failures: 0 });
  expect(done.renamed).toBeGreaterThanOrEqual(8);
  expect(await readdir(directory)).toEqual(['inbox']);
  const there = (await readdir(inbox)).filter((name) => name !== '.incoming');
  expect(there).toHaveLength(names.length);
  for (const name of there) expect(name).not.toMatch(/[/\\\0\u202e]|^\.{1,2}$/);
});

it('keeps names apart that clash after cleaning [S-FILE-1]', { timeout: LIMIT }, async () => {
  const sender = await opened();
  const entries = ['a/b', 'a\\b', 'a_b', 'e\u0301', '\u00e9'].map((name) => entry(name, { size: 1 }));
  await sendSmall(sender, entries, new Uint8Array([7]));
  expect((await readdir(inbox)).filter((name) => name !== '.incoming').toSorted()).toEqual(
    ['a_b', 'a_b (2)', 'a_b (3)', 'é', 'é (2)'].toSorted(),
  );
});

it('replaces nothing and hides nothing [S-FILE-2]', { timeout: LIMIT }, async () => {
  await mkdir(inbox, { recursive: true });
  await writeFile(join(inbox, 'report'), 'mine');
  await mkdir(join(inbox, 'folder'));
  await symlink('/nowhere', join(inbox, 'link'));
  const sender = await opened();
  const entries = [
    entry('report', { size: 2, exec: true }),
    entry('folder', { kind: 'folder' }),
    entry('link', { size: 2 }),
    entry('.bashrc', { size: 2 }),
  ];
  const done = await sendSmall(sender, entries, new Uint8Array([8, 8]));
  expect(done.names).toEqual(['report (2)', 'folder (2)', 'link (2)', '_bashrc']);
  expect(await readFile(join(inbox, 'report'), 'utf8')).toBe('mine');
  expect(await readdir(join(inbox, 'folder'))).toEqual([]);
});

it(
  'follows no link that is put in the place of a folder while files are written [S-FILE-1]',
  { timeout: LIMIT },
  async () => {
    const outside = join(directory, 'outside');
    await mkdir(outside);
    const sender = await opened();
    const entries = [
      entry('tree', { kind: 'folder' }),
      entry('one', { in: 0, size: MIB }),
      entry('two', { in: 0, size: MIB }),
    ];
    await sender.begin(entries);
    await sender.next('want');
    await sender.next('want');
    const tree = join(inbox, '.incoming', sender.id, 'tree', 'tree');
    await until('the folder', async () => await readdir(tree).catch(() => undefined));
    await rm(tree, { recursive: true });
    await symlink(outside, tree);
    await sender.contents(1, new Uint8Array(MIB)).catch(() => undefined);
    await sender.contents(2, new Uint8Array(MIB)).catch(() => undefined);
    await ended(sender);
    expect(await readdir(outside)).toEqual([]);
  },
);

it('writes to no file of others that is put in the place of a part [S-FILE-1]', { timeout: LIMIT }, async () => {
  const other = join(directory, 'other');
  await writeFile(other, 'precious');
  const sender = await opened();
  await sender.begin([entry('one', { size: MIB })]);
  await sender.next('want');
  const { link } = await import('node:fs/promises');
  await link(other, join(inbox, '.incoming', sender.id, 'tree', 'one'));
  await sender.contents(0, new Uint8Array(MIB)).catch(() => undefined);
  expect(await ended(sender)).toMatchObject({ state: 'failed', code: 'file.disk' });
  expect(await readFile(other, 'utf8')).toBe('precious');
});

it.each([
  ['more entries than it has offered', [entry('a'), entry('b')], { entries: 1, files: 1 }, 'file.too-many'],
  ['more bytes than it has offered', [entry('a', { size: 100 })], { bytes: 10 }, 'file.too-large'],
  ['fewer entries than it has offered', [entry('a')], { entries: 5 }, 'file.protocol'],
  ['entries in no folder', [entry('a'), entry('b', { in: 3 })], {}, 'file.protocol'],
  ['entries in a file', [entry('a'), entry('b', { in: 0 })], {}, 'file.protocol'],
] as const)('is ended when it lists %s [S-FILE-3]', { timeout: LIMIT }, async (_what, entries, given, code) => {
  const sender = await opened();
  await sender.offer(entries, given);
  await sender.next('take');
  await sender.list(entries);
  expect(await sender.last()).toMatchObject({ type: 'refuse', code });
  expect(await ended(sender)).toMatchObject({ state: 'failed', code });
});

it('nests folders only so deep [S-FILE-3]', { timeout: LIMIT }, async () => {
  const sender = await opened();
  const entries = Array.from({ length: 70 }, (_, n) => entry('d', { in: n - 1, kind: 'folder' }));
  await sender.offer(entries);
  await sender.next('take');
  await sender.list(entries);
  expect(await sender.last()).toMatchObject({ type: 'refuse', code: 'file.name' });
});

it('is ended when a file grows far beyond what was offered [S-FILE-3]', { timeout: LIMIT }, async () => {
  const sender = await opened();
  await sender.begin([entry('a', { size: 10 })]);
  await sender.next('want');
  await sender.contents(0, new Uint8Array(10), { size: 17 * MIB + 10 }).catch(() => undefined);
  expect(await ended(sender)).toMatchObject({ state: 'failed', code: 'file.too-large' });
});

it.each([
  [
    'a file twice',
    async (sender: RawSender) =>
      await sender.contents(0, new Uint8Array(3)).then(async () => await sender.contents(0, new Uint8Array(3))),
  ],
  ['a file that was not listed', async (sender: RawSender) => await sender.contents(9, new Uint8Array(3))],
  [
    'the end of a file only',
    async (sender: RawSender) => await sender.contents(0, new Uint8Array(1), { size: 3, from: 2 }),
  ],
  ['more bytes than the size', async (sender: RawSender) => await sender.contents(0, new Uint8Array(300), { size: 3 })],
  [
    'fewer bytes than the size',
    async (sender: RawSender) => await sender.contents(0, new Uint8Array(3), { size: 300 }),
  ],
] as const)('is ended when it sends %s [S-FILE-4]', { timeout: LIMIT }, async (_what, attack) => {
  const sender = await opened();
  await sender.begin([entry('a', { size: 3 }), entry('b', { size: 3 })]);
  await sender.next('want');
  await attack(sender).catch(() => undefined);
  expect(await ended(sender)).toMatchObject({ state: 'failed', code: 'file.protocol' });
  expect((await readdir(inbox)).filter((name) => name !== '.incoming')).toEqual([]);
});

it('gets nothing into its place whose hash is wrong [S-FILE-4]', { timeout: LIMIT }, async () => {
  const sender = await opened();
  await sender.begin([entry('a', { size: 3 }), entry('b', { size: 3 })]);
  await sender.next('want');
  await sender.next('want');
  await sender.contents(1, new Uint8Array([1, 2, 3]));
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await sender.contents(0, new Uint8Array(3), { root: new Uint8Array(32) });
    const again = attempt < 2 ? await sender.next('want') : { n: 0, from: 0 };
    expect(again).toMatchObject({ n: 0, from: 0 });
  }
  expect(await sender.next('done')).toMatchObject({ files: 1, failed: [{ n: 0, code: 'file.damaged' }], names: ['b'] });
  expect((await readdir(inbox)).filter((name) => name !== '.incoming')).toEqual(['b']);
});

it('sends no contents for a transfer that is not its own or not under way [S-FILE-4]', { timeout: LIMIT }, async () => {
  const sender = await opened();
  await sender.begin([entry('a', { size: 3 })]);
  await sender.next('want');
  await expect(sender.contents(0, new Uint8Array(3), { transfer: 'cd'.repeat(16) })).rejects.toMatchObject({
    code: 'link.refused',
  });
});

it('gets a cancelled transfer nowhere any more [S-FILE-7]', { timeout: LIMIT }, async () => {
  const sender = await opened();
  await sender.begin([entry('a', { size: MIB })]);
  await sender.next('want');
  await world.receiver?.transfers.cancel(sender.id);
  expect(await sender.next('cancel')).toBeDefined();
  await until('no parts', async () =>
    (await readdir(join(inbox, '.incoming')).catch(() => [])).length === 0 ? true : undefined,
  );
  world.killReceiver();
  world.startReceiver();
  world.connect();
  const again = await opened();
  await again.offer([entry('a', { size: MIB })]);
  expect(await again.last()).toMatchObject({ type: 'cancel' });
  expect(await readdir(join(inbox, '.incoming')).catch(() => [])).toEqual([]);
});

it('is stopped within a second when it loses the right [S-FILE-6]', { timeout: LIMIT }, async () => {
  const sender = await opened();
  await sender.begin([entry('a', { size: 64 * MIB })]);
  await sender.next('want');
  const sending = sender.contents(0, new Uint8Array(64 * MIB)).catch(() => undefined);
  await until('some bytes', () => ((stateOf(sender)?.bytesDone ?? 0) > 0 ? true : undefined));
  const before = performance.now();
  world.mayOffer = false;
  world.receiver?.transfers.revoke((await import('#test/support/transfers/transfer-world.ts')).SENDER, () => true);
  const last = [];
  for (let line = await sender.last(); line !== undefined; line = await sender.last()) last.push(line);
  expect(performance.now() - before).toBeLessThan(1000);
  expect(last.at(-1)).toMatchObject({ type: 'refuse', code: 'rights.denied' });
  await sending;
  expect(stateOf(sender)).toMatchObject({ state: 'refused' });
  world.killReceiver();
  world.startReceiver();
  world.connect();
  const again = await opened();
  await again.offer([entry('a', { size: 3 })]);
  expect(await again.last()).toMatchObject({ type: 'refuse', code: 'rights.denied' });
});

it(
  'is asked about once for each transfer, and never begins one that was declined [S-FILE-6]',
  { timeout: LIMIT },
  async () => {
    let asked = 0;
    world.authorize = async (_describe, _signal, onWaiting) => {
      asked += 1;
      onWaiting();
      return asked === 1 ? { code: 'rights.denied' } : undefined;
    };
    const declined = await opened();
    await declined.offer([entry('a', { size: 3 })]);
    await declined.next('ask');
    expect(await declined.last()).toMatchObject({ type: 'refuse', code: 'rights.denied' });
    const accepted = await opened('cd'.repeat(16));
    await accepted.offer([entry('a', { size: 3 })]);
    await accepted.next('ask');
    await accepted.next('take');
    world.lose();
    world.connect();
    const resumed = await opened('cd'.repeat(16));
    await resumed.offer([entry('a', { size: 3 })]);
    await resumed.next('take');
    expect(asked).toBe(2);
  },
);

it('does not go on with a transfer after it has lost the right meanwhile [S-FILE-6]', { timeout: LIMIT }, async () => {
  const accepted = await opened();
  await accepted.begin([entry('a', { size: 3 })]);
  world.lose();
  await until('the loss', () => (stateOf(accepted)?.state === 'reconnecting' ? true : undefined));
  world.mayOffer = false;
  world.connect();
  const again = await opened();
  await again.offer([entry('a', { size: 3 })]);
  expect(await again.last()).toMatchObject({ type: 'refuse', code: 'rights.denied' });
});

it('has only so many transfers open [S-FILE-3]', { timeout: LIMIT }, async () => {
  world.authorize = async () => await new Promise(() => undefined);
  for (let number = 0; number < 16; number += 1) {
    const one = await opened(number.toString(16).padStart(32, '0'));
    await one.offer([entry('a')]);
  }
  await expect(opened('f'.repeat(32))).rejects.toMatchObject({ details: { code: 'file.offers' } });
});

it('makes the receiver do nothing by random lines [S-FILE-3]', { timeout: LIMIT * 5 }, async () => {
  const value = fc.anything({ withNullPrototype: false, maxDepth: 2 });
  const line = fc.oneof(
    fc.record({
      type: fc.constantFrom('offer', 'list', 'list-end', 'lost', 'pause', 'go', 'cancel', 'cancelled', 'want'),
      transfer: fc.oneof(fc.constant('ab'.repeat(16)), value),
      entries: fc.oneof(fc.nat(), fc.array(fc.constant(entry('a', { size: 1 }))), value),
      files: value,
      bytes: value,
      roots: value,
      top: value,
      hash: value,
      n: value,
      code: value,
    }),
    value,
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 5 }), fc.boolean(), async (lines, isOffered) => {
      const sender = await opened();
      if (isOffered) {
        await sender.offer([entry('a', { size: 1 })]);
        await sender.last();
      }
      for (const one of lines) await sender.say(one as Readonly<Record<string, unknown>>);
      sender.stream.reset(0);
    }),
    { numRuns: casesOf(4000) },
  );
  expect(await readdir(directory)).toEqual(['inbox']);
  expect((await readdir(inbox).catch(() => [])).filter((name) => name !== '.incoming')).toEqual([]);
});
