import { expect, it } from 'vitest';
import { FileLog } from '#agent/files/file-log.ts';
import { NOTHING_YET, type TransferRecord } from '#agent/files/transfer-book.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

const PEER = 'A'.padEnd(56, '0') as PeerId;
const OTHER = 'B'.padEnd(56, '0') as PeerId;

type Written = Readonly<{ event: string; fields: Readonly<Record<string, unknown>> }>;

function open() {
  const clock = new FakeClock();
  const written: Written[] = [];
  const audit = { record: (event: string, fields: object) => void written.push({ event, fields: { ...fields } }) };
  const log = new FileLog({ audit, clock, nameOf: (peerId) => (peerId === PEER ? 'laptop' : 'phone') });
  const sumOf = (event: string, field = 'count'): number =>
    written.reduce((all, one) => all + (one.event === event ? Number(one.fields[field]) : 0), 0);
  return { clock, written, log, sumOf };
}

function transfer(id: number, given: Partial<TransferRecord> = {}): TransferRecord {
  return {
    id: id.toString(16).padStart(32, '0'),
    direction: 'in',
    peer: PEER,
    names: ['a'],
    top: 1,
    state: 'done',
    since: 0,
    startedAt: 0,
    ...NOTHING_YET,
    filesDone: 2,
    bytesDone: 10,
    folder: '/inbox',
    ...given,
  };
}

it('a peer that changes shared folders without end fills no log, and all of it is counted [S-FILE-3]', async () => {
  const { clock, written, log, sumOf } = open();
  for (let number = 0; number < 1000; number += 1) {
    log.changed(PEER, { action: 'mkdir', path: `photos/${number}`, to: '' });
    log.changed(PEER, { action: 'remove', path: `photos/${number}`, to: '' });
    log.read(PEER, `${number}`, `photos/${number}`);
  }
  // Others are written as before.
  log.changed(OTHER, { action: 'rename', path: 'photos/a', to: 'photos/b' });
  expect(written.at(-1)).toEqual({
    event: 'folder.changed',
    fields: { peer: OTHER, name: 'phone', action: 'rename', path: 'photos/a', to: 'photos/b', count: 1 },
  });
  expect(written.length).toBeLessThan(50);
  await clock.advance(60_000);
  expect(written.length).toBeLessThan(60);
  expect(sumOf('folder.changed')).toBe(2001);
  expect(sumOf('folder.read')).toBe(1000);
  expect(written[0]?.fields).toMatchObject({ name: 'laptop', action: 'mkdir', path: 'photos/0', count: 1 });
  expect(written.find(({ fields }) => fields['path'] === '*' && Number(fields['count']) > 1)).toBeDefined();
});

it('two transfers of the same file are two entries, and what goes on again is counted under its own', async () => {
  const { clock, written, log } = open();
  for (const transfer of ['1', '2', '1', '1']) log.read(PEER, transfer, 'photos/a');
  await clock.advance(60_000);
  expect(written.map(({ fields: { transfer, path, count } }) => [transfer, path, count])).toEqual([
    ['1', 'photos/a', 1],
    ['2', 'photos/a', 1],
    ['1', 'photos/a', 2],
  ]);
});

it('nor one that copies the same file without end [S-FILE-3]', async () => {
  const { clock, written, log, sumOf } = open();
  for (let number = 0; number < 1000; number += 1) log.read(PEER, `${number}`, 'photos/a');
  await clock.advance(60_000);
  expect(written.length).toBeLessThan(50);
  expect(sumOf('folder.read')).toBe(1000);
  expect(written.at(-1)?.fields).toMatchObject({ transfer: '*', path: '*' });
});

it('nor one that sends without end: files and bytes are added up [S-FILE-3]', () => {
  const { written, log, sumOf } = open();
  for (let number = 0; number < 500; number += 1) {
    log.over(transfer(number));
    log.over(transfer(1000 + number, { state: 'failed', code: 'file.protocol' }));
  }
  log.close();
  expect(written.length).toBeLessThan(50);
  expect([sumOf('transfer.received'), sumOf('transfer.received', 'bytes')]).toEqual([500, 5000]);
  expect([sumOf('transfer.ended'), sumOf('transfer.ended', 'files')]).toEqual([500, 1000]);
});

it('what a person here has sent or asked for is written each time', () => {
  const { written, log } = open();
  for (let number = 0; number < 100; number += 1) {
    log.over(transfer(number, { direction: 'out' }));
    log.over(transfer(1000 + number, { there: { folder: 'photos', path: [] } }));
  }
  expect(written).toHaveLength(200);
  expect(written[199]?.fields).toMatchObject({ transfer: transfer(1099).id, count: 1 });
});
