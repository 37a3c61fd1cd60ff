import { describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { Received } from '#agent/files/receiver/received.ts';
import { LIST_BYTES, MOST_ENTRIES, type IncomingFolder, type ListEntry, type Offer } from '#shared/files/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import { CrashDisk } from '#test/support/transfers/crash-disk.ts';
import { entry } from '#test/support/transfers/raw-sender.ts';

const LIMIT = 60_000;
const MIB = 1_048_576;

function offerOf(entries: readonly ListEntry[], given: Partial<Offer> = {}): Offer {
  const tops = entries.filter((one) => one.in === -1);
  return {
    type: 'offer',
    transfer: 'ab'.repeat(16),
    entries: entries.length,
    files: entries.filter(({ kind }) => kind === 'file').length,
    bytes: entries.reduce((sum, { size }) => sum + size, 0),
    roots: tops.slice(0, 16).map(({ name, kind }) => ({ name, kind })),
    top: tops.length,
    ...given,
  };
}

const take = async (): Promise<void> => undefined;

/** Loads what a disk has of a transfer, and lists its entries unless the disk has them. */
async function load(disk: CrashDisk, entries: readonly ListEntry[]): Promise<Received> {
  const received = await Received.load(nativeBackend, await disk.open(), offerOf(entries));
  if (received.isListed) return received;
  await received.addList(entries, take);
  await received.endList(received.entries.hash());
  return received;
}

describe('the list of a transfer', () => {
  const folder = entry('folder', { kind: 'folder' });
  /** Entries that take a sixteenth of the bytes. What the texts of entries are doesn't matter here. */
  const long = [{ ...entry('name', { in: 0 }), padding: 'x'.repeat(LIST_BYTES / 16 - 256) }];
  const offer = offerOf([folder], { entries: MOST_ENTRIES, files: MOST_ENTRIES - 1 });

  /** A folder whose journal has these records, and takes others without keeping them. */
  const folderWith = async (records: Iterable<unknown>): Promise<IncomingFolder> => ({
    ...(await new CrashDisk().open()),
    journal: {
      size: 0,
      load: async (each) => {
        for (const record of records) each(toUtf8(JSON.stringify(record)), { offset: 0, length: 0 });
      },
      append: async () => undefined,
      read: async () => new Uint8Array(0),
      replace: async () => undefined,
      close: async () => undefined,
    },
  });

  it('has so many bytes at most, however few entries it has [S-FILE-3]', { timeout: LIMIT }, async () => {
    const received = await Received.load(nativeBackend, await folderWith([]), offer);
    await received.addList([folder], take);
    for (let line = 0; line < 16; line += 1) await received.addList(long, take);
    await expect(received.addList(long, take)).rejects.toMatchObject({ code: 'file.too-many' });
  });

  it('has no more of them when it is read again [S-FILE-3]', { timeout: LIMIT }, async () => {
    const { entries, files, bytes } = offer;
    const begin = [
      { k: 'offer', entries, files, bytes, folds: false },
      { k: 'list', e: [folder] },
    ];
    const lines = Array.from({ length: 17 }, () => ({ k: 'list', e: long }));
    const loading = Received.load(nativeBackend, await folderWith([...begin, ...lines]), offer);
    await expect(loading).rejects.toMatchObject({ code: 'file.too-many' });
  });

  it('waits for space before it is written [S-FILE-3]', async () => {
    const disk = new CrashDisk();
    const received = await Received.load(nativeBackend, await disk.open(), offerOf([folder]));
    const before = disk.journal.records.length;
    const { promise, resolve } = Promise.withResolvers<void>();
    let asked = 0;
    const adding = received.addList([folder], async (bytes) => {
      asked = bytes;
      await promise;
    });
    await new Promise((done) => setTimeout(done, 20));
    expect(disk.journal.records).toHaveLength(before);
    resolve();
    await adding;
    expect(disk.journal.records.at(-1)).toHaveLength(asked);
  });
});

describe('a file that was given up', () => {
  const hashes = new Uint8Array(32).fill(7);

  it('stays so when its contents come to the disk afterwards [S-FILE-4]', async () => {
    const disk = new CrashDisk();
    const entries = [entry('a', { size: 2 * MIB })];
    const received = await load(disk, entries);
    await received.begin(0, { from: 0, size: 2 * MIB, mtime: 1 });
    const losing = received.lose(0, 'file.busy');
    await received.keepChunks(0, { size: 2 * MIB, mtime: 1, hashes }, 0);
    await received.keep([{ n: 0, size: 2 * MIB }]);
    await received.drop(0);
    await losing;
    for (const one of [received, await load(disk, entries)]) {
      expect([...one.lost]).toEqual([[0, 'file.busy']]);
      expect([one.isPending(0), one.isKept(0), one.partOf(0), one.files, one.bytes]).toEqual([
        false,
        false,
        undefined,
        0,
        0,
      ]);
    }
  });

  it('stays so in the journal of an earlier version, which noted chunks after that [S-FILE-4]', async () => {
    const disk = new CrashDisk();
    const entries = [entry('a', { size: 2 * MIB })];
    await (await load(disk, entries)).lose(0, 'file.busy');
    const chunks = { k: 'chunks', n: 0, size: 2 * MIB, mtime: 1, at: 0, h: Buffer.from(hashes).toString('base64url') };
    disk.journal.records.push(toUtf8(JSON.stringify(chunks)), toUtf8(JSON.stringify({ k: 'kept', e: [[0, 5]] })));
    const received = await load(disk, entries);
    expect([received.isLost(0), received.files, received.bytes]).toEqual([true, 0, 0]);
  });

  it('counts no longer if it was whole before', async () => {
    const disk = new CrashDisk();
    const entries = [entry('a', { size: 3 })];
    const received = await load(disk, entries);
    const keeping = received.keep([{ n: 0, size: 3 }]);
    await received.lose(0, 'file.gone');
    await keeping;
    for (const one of [received, await load(disk, entries)])
      expect([one.isLost(0), one.isKept(0), one.files, one.bytes]).toEqual([true, false, 0, 0]);
  });
});

describe('the growth of files', () => {
  const entries = Array.from({ length: 5 }, (_, n) => entry(String(n), { size: 1 }));

  it.each([
    ['whole files', async (received: Received, n: number, size: number) => await received.keep([{ n, size }])],
    [
      'parts',
      async (received: Received, n: number, size: number) =>
        await received.keepChunks(n, { size, mtime: 1, hashes: new Uint8Array(32) }, 0),
    ],
    ['damaged files', async (received: Received, n: number) => await received.drop(n)],
    ['files that were given up', async (received: Received, n: number) => await received.lose(n, 'file.busy')],
  ])('is bounded over all attempts together: %s [S-FILE-3]', async (_what, note) => {
    const disk = new CrashDisk();
    for (let n = 0; n < 2; n += 1) {
      const received = await load(disk, entries);
      received.admit(n, 8 * MIB);
      await note(received, n, 8 * MIB);
    }
    const received = await load(disk, entries);
    expect(() => received.admit(2, 8 * MIB)).toThrow(expect.objectContaining({ code: 'file.too-large' }));
    // What is no larger than before is taken again.
    received.admit(1, 8 * MIB);
    received.admit(3, 1);
  });
});
