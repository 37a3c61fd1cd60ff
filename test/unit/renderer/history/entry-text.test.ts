import { expect, test } from 'vitest';
import { entryTitle, outcomeText } from '#renderer/features/history/entry-text.ts';
import type { HistoryEntry } from '#shared/app-api/index.ts';

const ENDED: HistoryEntry = {
  id: 'e1',
  kind: 'terminal',
  direction: 'out',
  peerId: null,
  peerName: 'office',
  detail: '',
  startedAt: 1,
  endedAt: 2,
  open: false,
  outcome: null,
  count: 1,
};

test.each([
  ['out', 'left', 'Left running'],
  ['out', 'closed', 'Closed'],
  ['out', 'exit 3', 'Exit code 3'],
  ['out', 'SIGHUP', 'SIGHUP'],
  ['out', 'terminal.revoked', 'The terminal was closed by the other machine'],
  // Here it was this device that took the right back.
  ['in', 'terminal.revoked', 'Permission withdrawn'],
] as const)('how what went %s with the outcome %s ended', (direction, outcome, words) => {
  expect(outcomeText({ ...ENDED, direction, outcome })).toBe(words);
});

test.each([
  ['terminal: open a terminal', 'office asked: open a terminal'],
  ['forward: connect to db:5432 (10.0.0.7)', 'office asked: connect to db:5432 (10.0.0.7)'],
  ['exec: rm -rf ./build', 'office asked: exec: rm -rf ./build'],
])('a request that said %s', (detail, title) => {
  expect(entryTitle({ ...ENDED, kind: 'approval', direction: 'in', detail })).toBe(title);
});
