import { describe, expect, test } from 'vitest';
import { historyCsv, type PlatformHistoryEntry, wantsCsv } from '#shared/platform/index.ts';

const entry: PlatformHistoryEntry = {
  id: '7',
  kind: 'link',
  who: { account: null, name: null, device: 'PEER', label: 'laptop' },
  device: { id: 'OTHER', label: 'Home, "lab"' },
  event: null,
  subject: null,
  status: 'ended',
  startedAt: 0,
  endedAt: 61_001,
  bytes: { toDevice: 12, fromDevice: 0 },
  reason: 'ended',
};
const [, line = ''] = historyCsv([entry]).split('\r\n');

describe('the history as CSV', () => {
  test('has a line of column names, and one line for each entry', () => {
    expect(historyCsv([])).toBe(
      'id,kind,account,name,from_device,from_label,device,label,status,started_at,ended_at,' +
        'bytes_to_device,bytes_from_device,reason,event,subject\r\n',
    );
    expect(line).toBe(
      '7,link,,,PEER,laptop,OTHER,"Home, ""lab""",ended,1970-01-01T00:00:00.000Z,1970-01-01T00:01:01.001Z,12,0,ended,,',
    );
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '=HYPERLINK("http://x")', '\uff1d1+1'])(
    'has no cell that a spreadsheet runs as a formula: %j',
    (label) => {
      const cells = historyCsv([{ ...entry, device: { id: 'OTHER', label } }]).split('OTHER,')[1] ?? '';
      expect(cells.replace(/^"/, '').startsWith(`'${label[0] ?? ''}`)).toBe(true);
    },
  );

  test.each([
    ['x;=1+1;', "x;'=1+1;"],
    ['x; \uff0d1', "x;' \uff0d1"],
    [' =1', "' =1"],
    ['a=b; c-d', 'a=b; c-d'],
  ])('has none where a spreadsheet divides cells by semicolons: %j', (label, text) => {
    expect(historyCsv([{ ...entry, device: { id: 'OTHER', label } }])).toContain(`,OTHER,${text},ended`);
  });

  test('has empty cells for what is not known yet, and keeps lines together', () => {
    const csv = historyCsv([{ ...entry, status: 'active', endedAt: null, bytes: null, reason: null }]);
    expect(csv.split('\r\n')[1]).toMatch(/Z,,,,,,$/);
    expect(historyCsv([{ ...entry, reason: 'a\r\nb' }])).toContain('"a\r\nb"');
  });

  test('is chosen by the query before the header', () => {
    expect(wantsCsv(undefined, undefined)).toBe(false);
    expect(wantsCsv(undefined, 'application/json, Text/CSV;q=0.5')).toBe(true);
    expect(wantsCsv('json', 'text/csv')).toBe(false);
    expect(wantsCsv('csv', 'application/json')).toBe(true);
  });
});
