import { describe, expect, it } from 'vitest';
import { Received } from '#agent/files/receiver/received.ts';
import { LIST_BYTES, MOST_ENTRIES, type IncomingFolder, type ListEntry, type Offer } from '#shared/files/index.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import { CrashDisk } from '#test/support/transfers/crash-disk.ts';
import { entry } from '#test/support/transfers/raw-sender.ts';

const LIMIT = 60_000;

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
    const received = await Received.load(await folderWith([]), offer);
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
    const loading = Received.load(await folderWith([...begin, ...lines]), offer);
    await expect(loading).rejects.toMatchObject({ code: 'file.too-many' });
  });

  it('waits for space before it is written [S-FILE-3]', async () => {
    const disk = new CrashDisk();
    const received = await Received.load(await disk.open(), offerOf([folder]));
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
