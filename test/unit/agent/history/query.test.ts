import { expect, test } from 'vitest';
import { fits } from '#agent/history/index.ts';
import type { HistoryEntry } from '#shared/app-api/index.ts';

const ENTRY: HistoryEntry = {
  id: 'a',
  kind: 'terminal',
  direction: 'in',
  peerId: 'A'.repeat(56),
  peerName: 'Office',
  detail: 'vim notes.txt',
  startedAt: 1000,
  endedAt: 2000,
  open: false,
  outcome: 'exit 0',
  count: 1,
};

test('a peer is found by its name as it was then, and by its id', () => {
  expect([
    fits(ENTRY, { peer: 'office' }),
    fits(ENTRY, { peer: 'A'.repeat(56) }),
    fits(ENTRY, { peer: 'off' }),
  ]).toEqual([true, true, false]);
});

test('a time finds what went on then: what ended before, and what began later, does not count', () => {
  expect(fits(ENTRY, { since: 2000 })).toBe(true);
  expect(fits(ENTRY, { since: 2001 })).toBe(false);
  expect(fits(ENTRY, { until: 1001 })).toBe(true);
  expect(fits(ENTRY, { until: 1000 })).toBe(false);
  expect(fits({ ...ENTRY, endedAt: null, open: true }, { since: 9000 })).toBe(true);
  expect(fits({ ...ENTRY, endedAt: null }, { since: 9000 })).toBe(false);
});

test('all words have to be found, in any order', () => {
  expect(fits(ENTRY, { text: 'NOTES office' })).toBe(true);
  expect(fits(ENTRY, { text: 'notes nas' })).toBe(false);
  expect(fits(ENTRY, { kinds: ['forward', 'path'] })).toBe(false);
});
