import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { createCore, type Core } from '#agent/core/core.ts';
import { createPageFiles, type PageFilesModule } from '#agent/files/page/index.ts';
import { TransferBook, NOTHING_YET, type TransferRecord } from '#agent/files/transfer-book.ts';
import { createMemoryLists } from '#browser/files/memory-lists.ts';
import { createPickedDisk } from '#browser/files/picked-disk.ts';
import { createPickedSource } from '#browser/files/picked-source.ts';
import { systemClock } from '#node/clock/index.ts';
import { nobleBackend } from '#shared/crypto/index.ts';
import type { PickedPlace } from '#browser/pick-channel/index.ts';
import {
  FILES_LINE_BYTES,
  isOver,
  PAGE_JOURNAL_BYTES,
  PAGE_OPEN_FILES,
  PAGE_OPEN_PARTS,
  type ListEntry,
} from '#shared/files/index.ts';
import { createIdentity } from '#shared/identity/index.ts';
import { encodeLine, LineReader } from '#shared/lines.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { PickedFolder } from '#test/support/browser/picked-folder.ts';
import { certificateFor } from '#test/support/certificates.ts';
import { until } from '#test/support/e2e/until.ts';
import { FakeLink } from '#test/support/fake-link.ts';
import { MemoryDocumentFile, MemoryLineFile } from '#test/support/memory-files.ts';
import { entry, RawSender, rootOf } from '#test/support/transfers/raw-sender.ts';
import { SENDER } from '#test/support/transfers/transfer-world.ts';

const ID = 'cd'.repeat(16);
const PLACE = `${'01'.repeat(16)}/0`;
const MIB = 1_048_576;

let module: PageFilesModule;
let core: Core;
let book: MemoryDocumentFile;
let link: FakeLink;
/** What the browser was asked to save, by its name. */
let saved: Map<string, Blob>;
let released: string[];
/** What transfers have made in a picked folder, as the page knows it. */
const made = new Map<number, Map<string, readonly string[]>>();

type World = Readonly<{
  /** Default: memory. */
  place?: PickedPlace;
  /** Machine that is asked for files; undefined: it can't be reached. */
  machine?: FakeLink;
}>;

/** Starts the page's part with one transfer that the person has asked for. */
async function start(
  given: Partial<TransferRecord> = {},
  { place = { kind: 'memory' }, machine }: World = {},
): Promise<void> {
  saved = new Map();
  released = [];
  book = new MemoryDocumentFile();
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
  core = await createCore({
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
    place: () =>
      Promise.resolve({
        place,
        made: new Map([...made].map(([use, entries]) => [use, [...entries.values()]] as const)),
      }),
    note: (
      _token: string,
      { use, path, isThere }: Readonly<{ use: number; path: readonly string[]; isThere: boolean }>,
    ) => {
      const entries = made.get(use) ?? new Map<string, readonly string[]>();
      made.set(use, entries);
      if (isThere) entries.set(path.join('/'), path);
      else entries.delete(path.join('/'));
    },
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
        current: () => machine?.session,
        mayReach: () => machine !== undefined,
        session: () =>
          machine === undefined ? Promise.reject(new Error('there is no network')) : Promise.resolve(machine.session),
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

beforeEach(async () => {
  made.clear();
  await start();
});

/** Folder `album` with files in it. */
const album = (names: readonly string[], size: number): readonly ListEntry[] => [
  entry('album', { kind: 'folder' }),
  ...names.map((name) => entry(name, { in: 0, size })),
];
const ALBUM: Partial<TransferRecord> = { names: ['album'], there: { folder: 'photos', path: ['album'] } };

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

describe('a folder that comes into a picked one', () => {
  it('is written to no more, and is removed, when the machine sends and refuses it at once [S-FILE-6]', async () => {
    const folder = new PickedFolder();
    const asked = Promise.withResolvers<IncomingStream>();
    await start(
      { ...ALBUM, state: 'waiting' },
      { place: { kind: 'folder', handle: folder.handle }, machine: new FakeLink(asked.resolve) },
    );
    module.start?.();
    const stream = (await asked.promise).accept({});
    await new LineReader(stream, FILES_LINE_BYTES).read();
    const sender = await RawSender.open(link.session, ID);
    await sender.begin(album(['a', 'b', 'c'], 3 * MIB));
    await sender.next('want');
    const contents = sender.openContents(1, { size: 3 * MIB });
    await contents.opened;
    await contents.write(randomBytes(MIB));
    await until('the file', () => (folder.open === 1 ? true : undefined));
    await stream.write(encodeLine({ type: 'error', code: 'file.not-shared' }));
    expect(await ended()).toMatchObject({ state: 'refused', code: 'file.not-shared' });
    await until('the end of the place', () => (released.length > 0 ? true : undefined));
    for (const n of [2, 3]) {
      const more = await sender.contents(n, randomBytes(3 * MIB)).catch(() => undefined);
      await more?.closed;
    }
    expect([folder.paths, folder.open]).toEqual([[], 0]);
  });

  it('is removed by the agent of another tab before that one begins again, except what is not of it', async () => {
    const folder = new PickedFolder();
    const place = { kind: 'folder', handle: folder.handle } as const;
    await folder.getFileHandle('mine.txt', { create: true });
    await start(ALBUM, { place });
    const entries = album(['a', 'b'], 3 * MIB);
    const first = await RawSender.open(link.session, ID);
    await first.begin(entries);
    await first.next('want');
    await first.contents(1, randomBytes(3 * MIB));
    await until('the first file', async () => ((await transfer())?.files.done === 1 ? true : undefined));
    expect(folder.paths).toContain('album/a');
    // The tab of the agent is closed. This page stays, and the agent of another tab goes on.
    const machine = new FakeLink(() => undefined);
    await start(ALBUM, { place, machine });
    const contents = [randomBytes(3 * MIB), randomBytes(3 * MIB)];
    const second = await RawSender.open(link.session, ID);
    await second.begin(entries);
    for (const [index, bytes] of contents.entries()) {
      await second.next('want');
      await second.contents(index + 1, bytes);
    }
    expect(await second.next('done')).toMatchObject({ files: 2, names: ['album'] });
    expect(folder.paths).toEqual(['album/', 'album/a', 'album/b', 'mine.txt']);
    expect(folder.open).toBe(0);
  });

  it('loses a folder of which the browser refuses the name, with what is in it, and nothing else', async () => {
    const folder = new PickedFolder((name) => name === 'bad');
    await start(ALBUM, { place: { kind: 'folder', handle: folder.handle } });
    const bytes = randomBytes(1000);
    const sender = await RawSender.open(link.session, ID);
    await sender.begin([
      entry('album', { kind: 'folder' }),
      entry('bad', { in: 0, kind: 'folder' }),
      entry('deep', { in: 1, kind: 'folder' }),
      entry('x', { in: 2, size: 1000 }),
      entry('good', { in: 0, kind: 'folder' }),
      entry('y', { in: 4, size: 1000 }),
    ]);
    expect(await sender.next('want')).toMatchObject({ n: 5 });
    await sender.contents(5, bytes);
    const done = await sender.next('done');
    expect(done).toMatchObject({ files: 1, failures: 3, names: ['album'] });
    expect(done.failed).toEqual([1, 2, 3].map((n) => ({ n, code: 'file.name' })));
    expect(await ended()).toMatchObject({ state: 'partly', code: 'file.name', failed: 3 });
    expect(folder.paths).toEqual(['album/', 'album/good/', 'album/good/y']);
  });

  it('keeps no file open that was given up, however many there are', async () => {
    const folder = new PickedFolder();
    await start(ALBUM, { place: { kind: 'folder', handle: folder.handle } });
    const names = Array.from({ length: PAGE_OPEN_FILES + 5 }, (_, index) => `f${index}`);
    const sender = await RawSender.open(link.session, ID);
    await sender.begin(album([...names, 'last'], 2 * MIB));
    for (let count = 0; count <= names.length; count += 1) await sender.next('want');
    for (const index of names.keys()) {
      const stream = sender.openContents(index + 1, { size: 2 * MIB });
      await stream.opened;
      await stream.write(new Uint8Array(1000));
      stream.reset(1);
      await sender.say({ type: 'lost', n: index + 1, code: 'file.gone' });
      await until('the end of the file', () => (folder.open === 0 ? true : undefined));
    }
    await sender.contents(names.length + 1, randomBytes(2 * MIB));
    expect(await ended()).toMatchObject({ state: 'partly', failed: names.length });
    expect(folder.paths).toEqual(['album/', 'album/last']);
  });

  it('ends when a machine begins more files than it may, and keeps few open between attempts [S-FILE-3]', async () => {
    const folder = new PickedFolder();
    await start(ALBUM, { place: { kind: 'folder', handle: folder.handle } });
    const names = Array.from({ length: 2 * PAGE_OPEN_FILES }, (_, index) => `f${index}`);
    const entries = album(names, 2 * MIB);
    const begin = async (sender: RawSender, n: number): Promise<void> => {
      const stream = sender.openContents(n, { size: 2 * MIB });
      await stream.opened.catch(() => undefined);
      await stream.write(new Uint8Array(1000)).catch(() => undefined);
      stream.reset(1);
    };
    const first = await RawSender.open(link.session, ID);
    await first.begin(entries);
    for (let count = 0; count < names.length; count += 1) await first.next('want');
    for (let count = 0; count < names.length && folder.open < PAGE_OPEN_PARTS + 5; count += 1)
      await begin(first, count + 1);
    await until('the open files', () => (folder.open > PAGE_OPEN_PARTS ? true : undefined));
    link.lose();
    await until('the loss', async () => ((await transfer())?.state === 'reconnecting' ? true : undefined));
    await until('the files that stay open', () => (folder.open <= PAGE_OPEN_PARTS ? true : undefined));
    link = new FakeLink((one) => {
      if (one.kind === 'file') module.serveContents(one, SENDER);
      else module.serveFiles(one, SENDER);
    });
    const second = await RawSender.open(link.session, ID);
    await second.offer(entries);
    await second.next('take');
    await second.list([], entries);
    await second.next('want');
    for (const index of names.keys()) await begin(second, index + 1);
    expect(await ended()).toMatchObject({ state: 'failed', code: 'file.protocol' });
    expect(folder.mostOpen).toBeLessThanOrEqual(PAGE_OPEN_FILES);
    await until('the end of the place', () => (released.length > 0 ? true : undefined));
    expect([folder.paths, folder.open]).toEqual([[], 0]);
  });

  it('does not start again: its place is given up', async () => {
    await start({ ...ALBUM, state: 'failed', code: 'file.disk' });
    const again = module.handlers?.['transfers.go']?.({ id: ID }, {} as never);
    await expect(again).rejects.toMatchObject({ code: 'file.browser-again' });
    expect(await transfer()).toMatchObject({ state: 'failed', code: 'file.disk' });
  });

  it('gives up a place into which it could not begin to copy', async () => {
    const words = ['amber', 'kitchen', 'orbit', 'velvet'];
    const certificate = certificateFor('D');
    core.peers.add({ certificate, name: 'office', grants: {}, words, provisionalUntil: null, enrolledBy: null });
    const [{ peerId } = { peerId: '' }] = core.peers.list();
    core.peers.confirmWords(peerId as typeof SENDER, words);
    book.failure = { write: 'ENOSPC' };
    const request = { peer: peerId, folder: 'photos', path: ['a'], into: `${'02'.repeat(16)}/0` };
    await expect(module.handlers?.['folders.get']?.(request, {} as never)).rejects.toMatchObject({
      code: 'store.write',
    });
    expect(released).toEqual(['02'.repeat(16)]);
  });
});
