import { describe, expect, it } from 'vitest';
import { answerForFile } from '#agent/forwards/folders/index.ts';

const MODIFIED = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const DATE = 'Fri, 02 Jan 2026 03:04:05 GMT';
const FILE = { name: 'a.bin', size: 1000, modified: MODIFIED, version: 'one' };
const LATER = MODIFIED + 60_000;

const ask = (
  headers: Record<string, string>,
  options: { method?: 'GET' | 'HEAD'; size?: number; now?: number } = {},
) => {
  const { method = 'GET', size = 1000, now = LATER } = options;
  const { status, headers: answered, body } = answerForFile(method, headers, { ...FILE, size }, now);
  return { status, body, range: answered['Content-Range'], length: answered['Content-Length'] };
};
const whole = { status: 200, body: { start: 0, length: 1000 }, range: undefined, length: '1000' };
const part = (start: number, length: number) => ({
  status: 206,
  body: { start, length },
  range: `bytes ${start}-${start + length - 1}/1000`,
  length: String(length),
});

describe('a range of a file', () => {
  it.each([
    ['bytes=0-0', part(0, 1)],
    ['bytes=500-', part(500, 500)],
    ['bytes=-1', part(999, 1)],
    ['bytes=-5000', part(0, 1000)],
    ['bytes=990-5000', part(990, 10)],
    ['bytes=0-4,5-9', whole],
    ['bytes=5-4', whole],
    ['bytes=-', whole],
    ['Bytes= 5-5 ', part(5, 1)],
    ['bytes=0-4,100-104', whole],
    ['lines=1-2', whole],
    ['bytes', whole],
  ])('%s', (range, expected) => expect(ask({ range })).toEqual(expected));

  it.each(['bytes=1000-', 'bytes=5000-6000', 'bytes=-0'])('%s cannot be met', (range) =>
    expect(ask({ range })).toMatchObject({ status: 416, body: undefined, range: 'bytes */1000' }),
  );

  it('is not for HEAD', () => expect(ask({ range: 'bytes=0-0' }, { method: 'HEAD' })).toEqual(whole));

  it.each([
    ['"one"', part(5, 995)],
    ['"two"', whole],
    ['W/"one"', whole],
    [DATE, part(5, 995)],
    ['Fri, 02 Jan 2026 03:04:06 GMT', whole],
    ['nonsense', whole],
  ])('goes on only with the same file: If-Range %s', (value, expected) =>
    expect(ask({ range: 'bytes=5-', 'if-range': value })).toEqual(expected),
  );

  it('does not go on with a file that may just be written', () => {
    const now = MODIFIED + 500;
    expect(answerForFile('GET', {}, FILE, now).headers).toMatchObject({ ETag: 'W/"one"' });
    expect(ask({ range: 'bytes=5-', 'if-range': 'W/"one"' }, { now })).toEqual(whole);
    expect(ask({ range: 'bytes=5-', 'if-range': DATE }, { now })).toEqual(whole);
  });
});

describe('a condition', () => {
  it.each([
    [{ 'if-none-match': '"one"' }, 304],
    [{ 'if-none-match': '"two", W/"one"' }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': '"two"', 'if-modified-since': DATE }, 200],
    [{ 'if-modified-since': DATE }, 304],
    [{ 'if-modified-since': 'Fri, 02 Jan 2026 03:04:04 GMT' }, 200],
    [{ 'if-match': '"one"' }, 200],
    [{ 'if-match': '"two"' }, 412],
    [{ 'if-match': 'W/"one"' }, 412],
    [{ 'if-unmodified-since': DATE }, 200],
    [{ 'if-unmodified-since': 'Fri, 02 Jan 2026 03:04:04 GMT' }, 412],
  ])('%j: %i', (headers, status) => expect(ask(headers as Record<string, string>).status).toBe(status));
});

it.each([
  ['a.txt', 'text/plain; charset=utf-8'],
  ['a.PNG', 'image/png'],
  ['a', 'application/octet-stream'],
  ['a.unheard-of', 'application/octet-stream'],
])('%s is %s', (name, type) =>
  expect(answerForFile('GET', {}, { ...FILE, name }, LATER).headers['Content-Type']).toBe(type),
);

it.each(['a.html', 'a.svg', 'a.xhtml', 'a.xml', 'a.rss', 'a.mathml', 'a.kml', 'a.mht'])(
  '%s runs no scripts [S-FOLDER-4]',
  (name) =>
    expect(answerForFile('GET', {}, { ...FILE, name }, LATER).headers['Content-Security-Policy']).toMatch(/; sandbox$/),
);
