import { expect, it } from 'vitest';
import { TransferBook, type TransferRecord } from '#agent/files/transfer-book.ts';
import { silentLogger } from '#shared/logger.ts';
import { StoreError } from '#shared/storage.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';
import { RECEIVER, SENDER } from '#test/support/transfers/transfer-world.ts';

const record = (number: number, change: Partial<TransferRecord> = {}): TransferRecord => ({
  id: number.toString(16).padStart(32, '0'),
  direction: 'out',
  peer: RECEIVER,
  names: ['a'],
  top: 1,
  state: 'refused',
  since: number,
  startedAt: number,
  code: null,
  entries: 1,
  files: 1,
  bytes: 1,
  filesDone: 0,
  bytesDone: 0,
  changed: 0,
  renamed: 0,
  failed: 0,
  leftOut: 0,
  failures: [],
  ...change,
});

const hidden = { path: '/shares/photos', identity: '1:2', has: 'trash' } as const;

function open(file = new MemoryDocumentFile()) {
  const book = new TransferBook({
    file,
    clock: new FakeClock(),
    logger: silentLogger,
    onChange: () => undefined,
    onRemembered: () => undefined,
  });
  return { book, file };
}

it('a folder with hidden parts that could not be written is noted at its next use, and one that could not be forgotten stays', () => {
  const { book, file } = open();
  file.failure = { write: 'ENOSPC' };
  expect(() => book.noteHidden(hidden)).toThrow(StoreError);
  expect(book.hidden()).toEqual([]);
  file.failure = {};
  book.noteHidden(hidden);
  expect(open(file).book.hidden()).toMatchObject([hidden]);
  file.failure = { write: 'ENOSPC' };
  const [noted] = book.hidden();
  if (noted === undefined) throw new Error('nothing was noted');
  expect(() => book.forgetHidden(noted)).toThrow(StoreError);
  expect(book.hidden()).toEqual([noted]);
});

it('a folder with hidden parts that is used again while someone looks at it is not forgotten', () => {
  const { book, file } = open();
  book.noteHidden(hidden);
  const [noted] = book.hidden();
  if (noted === undefined) throw new Error('nothing was noted');
  // The look has found nothing; then parts come.
  book.noteHidden(hidden);
  book.forgetHidden(noted);
  expect(book.hidden()).toEqual([noted]);
  expect(file.writes).toBe(1);
  const [again] = book.hidden();
  if (again !== undefined) book.forgetHidden(again);
  expect(open(file).book.hidden()).toEqual([]);
});

it('tells of transfers of which only the ID stays, so that their files can be removed', () => {
  const remembered: string[] = [];
  const book = new TransferBook({
    file: new MemoryDocumentFile(),
    clock: new FakeClock(),
    logger: silentLogger,
    onChange: () => undefined,
    onRemembered: ({ id }) => remembered.push(id),
  });
  for (let number = 0; number < 201; number += 1) book.add(record(number));
  expect(remembered).toEqual([record(0).id]);
  book.add(record(300, { peer: SENDER, state: 'failed', direction: 'in' }));
  book.add(record(301, { peer: SENDER, state: 'running', direction: 'in' }));
  remembered.length = 0;
  book.forgetPeer(SENDER);
  expect(remembered).toEqual([record(300).id]);
  expect(book.get(record(301).id)).toBeDefined();
});
