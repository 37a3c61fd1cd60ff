import { expect, it } from 'vitest';
import type { TransferRecord } from '#agent/files/transfer-book.ts';
import { listed, TransferViews } from '#agent/files/transfer-views.ts';
import { MOST_TRANSFERS } from '#shared/app-api/index.ts';
import { isOver, type TransferState } from '#shared/files/index.ts';

it('lists no more transfers than an answer may have: those that are not over, and the newest of the others', () => {
  const some = (state: TransferState, count: number, from: number) =>
    Array.from({ length: count }, (_, n) => ({ state, startedAt: from - n }) as TransferRecord);
  const records = [...some('done', 300, 9000), ...some('paused', MOST_TRANSFERS - 100, 8000)];
  const found = listed(records);
  expect(found).toHaveLength(MOST_TRANSFERS);
  expect(found.filter(({ state }) => !isOver(state))).toHaveLength(MOST_TRANSFERS - 100);
  expect(found.map(({ startedAt }) => startedAt)).toEqual(
    found.map(({ startedAt }) => startedAt).toSorted((one, other) => other - one),
  );
  expect(found.at(99)).toMatchObject({ state: 'done', startedAt: 9000 - 99 });
  expect(listed(records.slice(0, 5))).toEqual(records.slice(0, 5));
});

it('shows a running transfer as reconnecting while its link has no path, and one that is over as waiting for no one', () => {
  let isCutOff = false;
  const views = new TransferViews({
    nameOf: () => 'office',
    waitsFor: () => ({ reason: null, code: null }),
    meterOf: () => undefined,
    isCutOff: () => isCutOff,
    folderOf: () => undefined,
  });
  const stateOf = (state: TransferState) =>
    views.view({ state, names: ['a'], bytes: 1 } as unknown as TransferRecord).state;
  expect([stateOf('running'), stateOf('paused')]).toEqual(['running', 'paused']);
  const waitsFor = (state: TransferState) =>
    views.view({ state, paused: true, names: ['a'], bytes: 1 } as unknown as TransferRecord).waitsFor;
  expect([waitsFor('paused'), waitsFor('cancelled')]).toEqual(['here', null]);
  isCutOff = true;
  expect([stateOf('running'), stateOf('paused'), stateOf('done')]).toEqual(['reconnecting', 'paused', 'done']);
});
