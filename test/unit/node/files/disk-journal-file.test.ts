import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DiskJournalFile } from '#node/files/index.ts';
import { fromUtf8, toUtf8 } from '#shared/bytes/index.ts';
import type { RecordPlace } from '#shared/storage.ts';
import { temporaryDirectory } from '#test/support/directories.ts';

const texts = (...all: readonly string[]): Uint8Array[] => all.map((text) => toUtf8(text));

async function load(
  path: string,
): Promise<Readonly<{ file: DiskJournalFile; records: string[]; places: RecordPlace[] }>> {
  const file = new DiskJournalFile(path);
  const records: string[] = [];
  const places: RecordPlace[] = [];
  await file.load((record, place) => {
    records.push(fromUtf8(record));
    places.push(place);
  });
  return { file, records, places };
}

it('gives back what was appended, in order, with its places, readable by the owner only', async () => {
  const path = join(temporaryDirectory(), 'profile', 'box.journal');
  const { file } = await load(path);
  const order: string[] = [];
  await Promise.all([
    file.append(texts('one', 'two'), () => order.push('first')),
    file.append(texts('thrée'), () => order.push('second')),
  ]);
  expect(order).toEqual(['first', 'second']);
  await file.close();
  const again = await load(path);
  expect(again.records).toEqual(['one', 'two', 'thrée']);
  for (const [index, place] of again.places.entries())
    expect(fromUtf8(await again.file.read(place))).toBe(again.records[index]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await again.file.close();
});

it('cuts off a torn end, wherever it was torn, and goes on from there', async () => {
  const path = join(temporaryDirectory(), 'box.journal');
  const { file } = await load(path);
  await file.append(texts('{"a":1}', '{"b":2}', '{"c":3}'));
  await file.close();
  const whole = readFileSync(path);
  for (let length = whole.length - 1; length >= 0; length -= 1) {
    writeFileSync(path, whole.subarray(0, length), { mode: 0o600 });
    const torn = await load(path);
    expect(torn.records).toEqual(['{"a":1}', '{"b":2}', '{"c":3}'].slice(0, Math.floor(length / 17)));
    await torn.file.append(texts('next'));
    await torn.file.close();
    const after = await load(path);
    expect(after.records.at(-1)).toBe('next');
    await after.file.close();
  }
});

it('takes no record whose bytes have changed, nor those after it', async () => {
  const path = join(temporaryDirectory(), 'box.journal');
  const { file } = await load(path);
  await file.append(texts('first', 'second', 'third'));
  await file.close();
  writeFileSync(path, readFileSync(path, 'latin1').replace('second', 'sEcond'), 'latin1');
  const { file: again, records } = await load(path);
  expect(records).toEqual(['first']);
  await again.close();
  appendFileSync(path, 'no record\n');
  const last = await load(path);
  expect(last.records).toEqual(['first']);
  await last.file.close();
});

it('replaces its records by others and by copies, atomically, while more are appended', async () => {
  const path = join(temporaryDirectory(), 'box.journal');
  const { file } = await load(path);
  let places: readonly RecordPlace[] = [];
  await file.append(texts('a'.repeat(100), 'b', 'c'), (given) => {
    places = given;
  });
  const before = file.size;
  let moved: readonly RecordPlace[] = [];
  const replacing = file.replace(
    () => [toUtf8('new'), places[1] ?? { offset: 0, length: 0 }],
    (given) => {
      moved = given;
    },
  );
  const appended = file.append(texts('d'));
  await Promise.all([replacing, appended]);
  expect(file.size).toBeLessThan(before);
  expect(fromUtf8(await file.read(moved[1] ?? { offset: 0, length: 0 }))).toBe('b');
  await file.close();
  const { records, file: again } = await load(path);
  expect(records).toEqual(['new', 'b', 'd']);
  await again.close();
});

it('reads what is longer than a block, and starts without a file', async () => {
  const path = join(temporaryDirectory(), 'box.journal');
  const { file, records } = await load(path);
  expect(records).toEqual([]);
  const long = 'x'.repeat(3_000_000);
  await file.append(texts('short', long, 'short'));
  await file.close();
  const again = await load(path);
  expect(again.records).toEqual(['short', long, 'short']);
  await again.file.close();
  truncateSync(path, 2_000_000);
  const torn = await load(path);
  expect(torn.records).toEqual(['short']);
  await torn.file.close();
});

it('copies records of any length and in any order when it is replaced', async () => {
  const path = join(temporaryDirectory(), 'box.journal');
  const { file } = await load(path);
  // Some fit into one read together, some are longer than one, and one ends where the file ends.
  const all = [3, 1_500_000, 10, 700_000, 400_000, 1, 2_097_152, 5].map((length, index) => `${index}`.repeat(length));
  let places: readonly RecordPlace[] = [];
  await file.append(texts(...all), (given) => {
    places = given;
  });
  const order = [7, 0, 1, 2, 3, 5, 4, 6, 0];
  await file.replace(
    () => order.flatMap((index) => places[index] ?? []),
    () => undefined,
  );
  await file.close();
  const again = await load(path);
  expect(again.records.map((record) => [record[0], record.length])).toEqual(
    order.map((index) => [`${index}`, all[index]?.length]),
  );
  await again.file.close();
});
