import { expect, test } from 'vitest';
import { entryDetail, entryTitle, outcomeText } from '#renderer/features/history/entry-text.ts';
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

test.each([
  [{ kind: 'terminal', detail: '' }, 'Terminal on office'],
  [{ kind: 'terminal', detail: 'vim' }, 'vim on office'],
  [{ kind: 'forward', detail: 'Web app on office' }, 'Forward Web app on office'],
  [{ kind: 'forward', detail: 'intranet' }, 'Forward intranet through office'],
  [{ kind: 'pairing', detail: 'added' }, 'Paired with office'],
  [{ kind: 'pairing', detail: 'again' }, 'Paired with office again'],
  [{ kind: 'pairing', detail: 'removed' }, 'Removed office'],
  [{ kind: 'permission', detail: 'terminal allow' }, 'office can open terminals here'],
  [{ kind: 'permission', detail: 'view deny' }, "office can't watch terminals here"],
  [{ kind: 'permission', detail: 'fly allow' }, 'Changed a permission of office: fly, allow'],
  [
    { kind: 'relay', detail: 'wss://relay.example.net:7474' },
    'This machine uses the relay wss://relay.example.net:7474',
  ],
  [{ kind: 'relay', detail: '' }, 'This machine uses no relay'],
] as const)('an entry %j is told with all that is known of it, once', (given, title) => {
  expect(entryTitle({ ...ENDED, ...given })).toBe(title);
  expect(entryDetail({ ...ENDED, ...given })).toBe('');
});

test('a terminal that the person has named goes by that name, with its programs below', () => {
  const entry = { ...ENDED, detail: 'bash, vim', name: 'notes' };
  expect(entryTitle(entry)).toBe('notes on office');
  expect(entryDetail(entry)).toBe('bash, vim');
  expect(entryTitle({ ...ENDED, detail: 'bash, vim' })).toBe('bash, vim on office');
});

test('the reason of a path stands alone, and begins with a large letter', () => {
  expect(outcomeText({ ...ENDED, kind: 'path', detail: 'direct', outcome: 'better' })).toBe('Better path found');
});

test('a target that could not be reached for a machine is told as tried, with the cause', () => {
  const entry = { ...ENDED, kind: 'forward', direction: 'in', detail: '10.77.0.99:80' } as const;
  expect(entryTitle(entry)).toBe('office reached 10.77.0.99:80 through this machine');
  const failed = { ...entry, outcome: 'forward.refused' };
  expect(entryTitle(failed)).toBe('office tried to reach 10.77.0.99:80 through this machine');
  expect(outcomeText(failed)).not.toBe('');
});
