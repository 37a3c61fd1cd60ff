import { expect, test } from 'vitest';
import { matchesQuery } from '#agent/history/index.ts';
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
    matchesQuery(ENTRY, { peer: 'office' }),
    matchesQuery(ENTRY, { peer: 'A'.repeat(56) }),
    matchesQuery(ENTRY, { peer: 'off' }),
  ]).toEqual([true, true, false]);
});

test('a time finds what went on then: what ended before, and what began later, does not count', () => {
  expect(matchesQuery(ENTRY, { since: 2000 })).toBe(true);
  expect(matchesQuery(ENTRY, { since: 2001 })).toBe(false);
  expect(matchesQuery(ENTRY, { until: 1001 })).toBe(true);
  expect(matchesQuery(ENTRY, { until: 1000 })).toBe(false);
  expect(matchesQuery({ ...ENTRY, endedAt: null, open: true }, { since: 9000 })).toBe(true);
  expect(matchesQuery({ ...ENTRY, endedAt: null }, { since: 9000 })).toBe(false);
});

test('all words have to be found, in any order', () => {
  expect(matchesQuery(ENTRY, { text: 'NOTES office' })).toBe(true);
  expect(matchesQuery(ENTRY, { text: 'notes nas' })).toBe(false);
  expect(matchesQuery(ENTRY, { kinds: ['forward', 'path'] })).toBe(false);
});
