import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { createCore } from '#agent/core/core.ts';
import { createPageFiles, type PageFilesModule } from '#agent/files/page/index.ts';
import { TransferBook, NOTHING_YET, type TransferRecord } from '#agent/files/transfer-book.ts';
import { createMemoryLists } from '#browser/files/memory-lists.ts';
import { createPickedDisk } from '#browser/files/picked-disk.ts';
import { createPickedSource } from '#browser/files/picked-source.ts';
import { systemClock } from '#node/clock/index.ts';
import { nobleBackend } from '#shared/crypto/index.ts';
import { isOver, PAGE_JOURNAL_BYTES, type ListEntry } from '#shared/files/index.ts';
import { createIdentity } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { until } from '#test/support/e2e/until.ts';
import { FakeLink } from '#test/support/fake-link.ts';
import { MemoryDocumentFile, MemoryLineFile } from '#test/support/memory-files.ts';
import { entry, RawSender, rootOf } from '#test/support/transfers/raw-sender.ts';
import { SENDER } from '#test/support/transfers/transfer-world.ts';

const ID = 'cd'.repeat(16);
const PLACE = `${'01'.repeat(16)}/0`;
const MIB = 1_048_576;

let module: PageFilesModule;
let link: FakeLink;
/** What the browser was asked to save, by its name. */
let saved: Map<string, Blob>;
let released: string[];

/** Starts the page's part with one transfer that the person has asked for, into memory. */
async function start(given: Partial<TransferRecord> = {}): Promise<void> {
  saved = new Map();
  released = [];
  const book = new MemoryDocumentFile();
  new TransferBook({
    file: book,
    clock: systemClock,
    logger: silentLogger,
    onChange: () => undefined,
    onRemembered: () => undefined,
  }).add({
    ...NOTHING_YET,
    id: ID,
    direction: 'in',
    peer: SENDER,
    names: ['a'],
    top: 1,
    state: 'reconnecting',
    since: 0,
    startedAt: 0,
    folder: PLACE,
    there: { folder: 'photos', path: ['a'] },
    ...given,
  });
  const secret = randomBytes(32);
  const core = await createCore({
    crypto: nobleBackend,
    clock: systemClock,
    logger: silentLogger,
    version: '0.0.0',
    pid: 0,
    profile: 'relay.example',
    deviceName: 'a browser',
    secret: {
      load: () => Promise.resolve(secret),
      save: () => Promise.resolve(),
      describe: () => 'browser',
    },
    identity: createIdentity(nobleBackend, secret, { generation: 1, now: 1_800_000_000 }),
    files: {
      settings: new MemoryDocumentFile(),
      peers: new MemoryDocumentFile(),
      approvals: new MemoryDocumentFile(),
      audit: new MemoryLineFile(),
    },
  });
  const picks = {
    tops: () => Promise.resolve([]),
    place: () => Promise.resolve({ place: { kind: 'memory' }, uses: 1 } as const),
    save: (_token: string, { name, file }: Readonly<{ name: string; file: Blob }>) => {
      saved.set(name, file);
      return Promise.resolve();
    },
    release: (token: string) => void released.push(token),
  };
  const disk = createPickedDisk(picks);
  module = createPageFiles(core, {
    files: {
      book,
      store: createMemoryLists(() => undefined),
      source: createPickedSource(picks),
      disk,
      forget: (path) => disk.forget(path),
    },
    network: {
      network: {
        current: () => undefined,
        mayReach: () => false,
        session: () => Promise.reject(new Error('there is no network')),
      },
    } as unknown as Parameters<typeof createPageFiles>[1]['network'],
  });
  link = new FakeLink((stream) => {
    if (stream.kind === 'file') module.serveContents(stream, SENDER);
    else module.serveFiles(stream, SENDER);
  });
}

const transfer = async (id = ID) => {
  const answer = await module.handlers?.['transfers.get']?.({ id }, {} as never);
  return answer?.transfer;
};
const ended = async () =>
  await until('the end of the transfer', async () => {
    const view = await transfer();
    return view !== undefined && isOver(view.state) ? view : undefined;
  });

const savedAs = async (name: string): Promise<Buffer | undefined> => {
  const file = saved.get(name);
  return file === undefined ? undefined : Buffer.from(new Uint8Array(await file.arrayBuffer()));
};

beforeEach(() => start());

describe('files that come to a page', () => {
  it('refuses what it has not asked for [S-FILE-6]', async () => {
    await start({ state: 'cancelled' });
    await expect(RawSender.open(link.session, ID)).rejects.toMatchObject({ details: { code: 'rights.denied' } });
    const stream = link.session.open('file', { transfer: ID, entry: 0, from: 0, size: 3, mtime: 1 });
    await expect(stream.opened).rejects.toMatchObject({ details: { code: 'file.params' } });
  });

  it('refuses another transfer of a machine of which it has asked for one [S-FILE-6]', async () => {
    const sender = await RawSender.open(link.session, 'ef'.repeat(16));
    await sender.offer([entry('a', { size: 3 })]);
    expect(await sender.last()).toMatchObject({ type: 'refuse', code: 'rights.denied' });
    expect(saved.size).toBe(0);
  });

  it('saves what it has asked for, byte-exact, and forgets its place then', async () => {
    const contents = randomBytes(2 * MIB + 70_001);
    const sender = await RawSender.open(link.session, ID);
    await sender.begin([entry('a', { size: contents.length })]);
    await sender.next('want');
    await sender.contents(0, contents);
    expect(await sender.next('done')).toMatchObject({ files: 1, names: ['a'] });
    expect((await savedAs('a'))?.equals(contents)).toBe(true);
    expect(await ended()).toMatchObject({ state: 'done' });
    await until('the end of the place', () => (released.length > 0 ? true : undefined));
    expect(released).toEqual([PLACE.split('/')[0]]);
  });

  it('goes on where it was when the machine comes back', async () => {
    const contents = randomBytes(20 * MIB);
    const first = await RawSender.open(link.session, ID);
    await first.begin([entry('a', { size: contents.length })]);
    await first.next('want');
    const stream = first.openContents(0, { size: contents.length });
    await stream.opened;
    await stream.write(contents.subarray(0, 17 * MIB + 5));
    await until('what is kept', async () => (((await transfer())?.bytes.done ?? 0) > 0 ? true : undefined));
    link.lose();
    await until('the loss', async () => ((await transfer())?.state === 'reconnecting' ? true : undefined));
    link = new FakeLink((one) => {
      if (one.kind === 'file') module.serveContents(one, SENDER);
      else module.serveFiles(one, SENDER);
    });
    const second = await RawSender.open(link.session, ID);
    await second.offer([entry('a', { size: contents.length })]);
    expect(await second.next('take')).toMatchObject({ have: 1 });
    await second.list([], [entry('a', { size: contents.length })]);
    const { from } = await second.next('want');
    expect(from).toBeGreaterThanOrEqual(MIB);
    const rest = second.openContents(0, { size: contents.length, from });
    await rest.opened;
    await rest.write(contents.subarray(from));
    await rest.write(rootOf(contents));
    await rest.end();
    await second.next('done');
    expect((await savedAs('a'))?.equals(contents)).toBe(true);
  });

  it('saves nothing of a file that is longer than it was said to be [S-FILE-3]', async () => {
    const sender = await RawSender.open(link.session, ID);
    await sender.begin([entry('a', { size: MIB })]);
    await sender.next('want');
    const stream = sender.openContents(0, { size: MIB });
    await stream.opened;
    await stream.write(randomBytes(MIB + 100)).catch(() => undefined);
    expect(await ended()).toMatchObject({ state: 'failed', code: 'file.protocol' });
    expect(saved.size).toBe(0);
  });

  it('saves nothing of which the hash is wrong [S-FILE-4]', async () => {
    const sender = await RawSender.open(link.session, ID);
    await sender.begin([entry('a', { size: 300_000 })]);
    for (let times = 0; times < 3; times += 1) {
      await sender.next('want');
      await sender.contents(0, randomBytes(300_000), { root: randomBytes(32) });
    }
    expect(await ended()).toMatchObject({ state: 'partly', code: 'file.damaged' });
    expect(saved.size).toBe(0);
  });

  it.each<readonly [string, readonly ListEntry[]]>([
    ['another name', [entry('b', { size: 3 })]],
    ['a path', [entry('../a', { size: 3 })]],
    ['more than one', [entry('a', { size: 3 }), entry('b', { size: 3 })]],
  ])('takes nothing else in place of what it has asked for: %s [S-FILE-5]', async (_about, entries) => {
    const sender = await RawSender.open(link.session, ID);
    await sender.offer(entries);
    expect(await sender.last()).toMatchObject({ type: 'refuse', code: 'file.protocol' });
    expect(await ended()).toMatchObject({ state: 'failed' });
    expect(saved.size).toBe(0);
  });

  it('takes no folder in place of one file [S-FILE-5]', async () => {
    const sender = await RawSender.open(link.session, ID);
    await sender.begin([entry('a', { kind: 'folder' }), entry('b', { in: 0, size: 3 })]);
    expect(await sender.next('refuse')).toMatchObject({ code: 'file.protocol' });
    expect(saved.size).toBe(0);
  });

  it('saves under a name that hides nothing [S-FILE-1]', async () => {
    const name = 'report\u202Efdp.exe';
    await start({ names: [name], there: { folder: 'photos', path: [name] } });
    const sender = await RawSender.open(link.session, ID);
    await sender.begin([entry(name, { size: 3 })]);
    await sender.next('want');
    await sender.contents(0, randomBytes(3));
    await sender.next('done');
    expect([...saved.keys()]).toEqual(['report_fdp.exe']);
  });

  it('ends a list that would fill the memory of the page [S-FILE-3]', async () => {
    const sender = await RawSender.open(link.session, ID);
    await sender.offer([entry('a', { kind: 'folder' })], { entries: 1_000_000, files: 999_999, bytes: 0 });
    await sender.next('take');
    await sender.say({ type: 'list', entries: [entry('a', { kind: 'folder' })] });
    const name = 'x'.repeat(1000);
    const line = Array.from({ length: 50 }, () => entry(name, { in: 0 }));
    const lines = Math.ceil(PAGE_JOURNAL_BYTES / (50 * 1000));
    let said = 0;
    void (async () => {
      for (; said < lines; said += 1) await sender.say({ type: 'list', entries: line });
    })();
    expect(await sender.next('refuse')).toMatchObject({ code: 'file.browser-many' });
    expect(await ended()).toMatchObject({ state: 'failed', code: 'file.browser-many' });
  }, 30_000);

  it('saves nothing of what a person cancels [S-FILE-7]', async () => {
    const sender = await RawSender.open(link.session, ID);
    await sender.begin([entry('a', { size: 3 * MIB })]);
    await sender.next('want');
    const stream = sender.openContents(0, { size: 3 * MIB });
    await stream.opened;
    await stream.write(randomBytes(MIB));
    await module.handlers?.['transfers.cancel']?.({ id: ID }, {} as never);
    await sender.next('cancel');
    expect(await ended()).toMatchObject({ state: 'cancelled' });
    // It is over for good: the machine is told so again.
    const again = await RawSender.open(link.session, ID).catch((error: unknown) => error);
    expect(again).toMatchObject({ details: { code: 'rights.denied' } });
    expect(saved.size).toBe(0);
  });
});
