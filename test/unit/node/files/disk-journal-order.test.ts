import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DiskJournalFile } from '#node/files/index.ts';
import { fromUtf8, toUtf8 } from '#shared/bytes/index.ts';
import type { RecordPlace } from '#shared/storage.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { FragileDisk } from '#test/support/fragile-disk.ts';

const texts = (...all: readonly string[]): Uint8Array[] => all.map((text) => toUtf8(text));

/** Opens an empty journal on a disk that may lose power. */
async function open(): Promise<Readonly<{ disk: FragileDisk; file: DiskJournalFile; path: string }>> {
  const directory = temporaryDirectory();
  const path = join(directory, 'box.journal');
  const disk = new FragileDisk(directory);
  const file = new DiskJournalFile(path, disk);
  await file.load(() => undefined);
  return { disk, file, path };
}

async function recordsOf(path: string): Promise<readonly string[]> {
  const file = new DiskJournalFile(path);
  const records: string[] = [];
  await file.load((record) => records.push(fromUtf8(record)));
  await file.close();
  return records;
}

/** Returns the records that a power failure at this moment would leave. */
async function leftOf(disk: FragileDisk): Promise<readonly string[]> {
  const directory = temporaryDirectory();
  disk.losePower(directory);
  return await recordsOf(join(directory, 'box.journal'));
}

it('says that records are on the disk after they and the name of the file are [S-FILE-8]', async () => {
  const { disk, file } = await open();
  expect(disk.calls).toEqual(['datasync box.journal', 'sync directory']);
  disk.calls.length = 0;
  await file.append(texts('one', 'two'), () => disk.calls.push('applied'));
  disk.calls.push('resolved');
  expect(disk.calls).toEqual(['write box.journal', 'datasync box.journal', 'applied', 'resolved']);
  expect(await leftOf(disk)).toEqual(['one', 'two']);
  await file.close();
});

it('gives a file that replaces another one its name once it is on the disk, and says so once its name is [S-FILE-8]', async () => {
  const { disk, file } = await open();
  let places: readonly RecordPlace[] = [];
  await file.append(texts('one', 'two'), (given) => {
    places = given;
  });
  disk.calls.length = 0;
  await file.replace(
    () => [...places.slice(1), toUtf8('three')],
    () => disk.calls.push('applied'),
  );
  disk.calls.push('resolved');
  expect(disk.calls).toEqual([
    'write box.journal.new',
    'datasync box.journal.new',
    'rename box.journal.new',
    'applied',
    'sync directory',
    'resolved',
  ]);
  expect(await leftOf(disk)).toEqual(['two', 'three']);
  await file.append(texts('four'));
  expect(await leftOf(disk)).toEqual(['two', 'three', 'four']);
  await file.close();
});

it('loses nothing that it said is on the disk after a file that has replaced another one could not be made permanent [S-FILE-8]', async () => {
  const { disk, file, path } = await open();
  let places: readonly RecordPlace[] = [];
  await file.append(texts('one', 'two'), (given) => {
    places = given;
  });
  disk.failing.add('sync directory');
  let moved: readonly RecordPlace[] = [];
  const replacing = file.replace(
    () => places,
    (given) => {
      moved = given;
    },
  );
  await expect(replacing).rejects.toMatchObject({ code: 'store.write' });
  // It is the file now, and what is read comes from it.
  expect(moved).toHaveLength(2);
  expect(fromUtf8(await file.read(moved[1] ?? { offset: 0, length: 0 }))).toBe('two');
  // A power failure might bring the old file back, without this record.
  await expect(file.append(texts('refused'))).rejects.toMatchObject({ code: 'store.write' });
  disk.failing.clear();
  await file.append(texts('three'));
  expect(await leftOf(disk)).toEqual(['one', 'two', 'three']);
  await file.close();
  expect(await recordsOf(path)).toEqual(['one', 'two', 'three']);
});

it.each(['write', 'datasync', 'rename'] as const)('stays with its file if the new one fails at %s', async (call) => {
  const { disk, file, path } = await open();
  await file.append(texts('one'));
  disk.failing.add(call);
  const replacing = file.replace(
    () => texts('other'),
    () => expect.unreachable(),
  );
  await expect(replacing).rejects.toMatchObject({ code: 'store.write' });
  disk.failing.clear();
  await file.append(texts('two'));
  expect(await leftOf(disk)).toEqual(['one', 'two']);
  await file.close();
  expect(await recordsOf(path)).toEqual(['one', 'two']);
});

it.each(['write', 'datasync'] as const)('has nothing of records that failed at %s', async (call) => {
  const { disk, file, path } = await open();
  await file.append(texts('one'));
  disk.failing.add(call);
  await expect(file.append(texts('two'))).rejects.toMatchObject({ code: 'store.write' });
  disk.failing.clear();
  await file.append(texts('three'));
  expect(await leftOf(disk)).toEqual(['one', 'three']);
  await file.close();
  expect(await recordsOf(path)).toEqual(['one', 'three']);
});
