import { expect, test } from 'vitest';
import { toCsv, toJson } from '#renderer/features/history/export-text.ts';
import type { HistoryEntry } from '#shared/app-api/index.ts';

const ENTRY: HistoryEntry = {
  id: 'a',
  kind: 'forward',
  direction: 'in',
  peerId: null,
  peerName: '=cmd|calc',
  detail: 'say "hi", then\r\nleave',
  startedAt: 0,
  endedAt: null,
  open: false,
  outcome: null,
  count: 3,
};

test('a table has one line an entry, quoted, and nothing that a spreadsheet would run', () => {
  expect(toCsv([ENTRY])).toBe(
    'startedAt,endedAt,kind,direction,peerName,peerId,name,detail,outcome,count\r\n' +
      '1970-01-01T00:00:00.000Z,,forward,in,\'=cmd|calc,,,"say ""hi"", then\r\nleave",,3\r\n',
  );
});

test('JSON gives back every entry', () => {
  expect(JSON.parse(toJson([ENTRY]))).toEqual([ENTRY]);
});
