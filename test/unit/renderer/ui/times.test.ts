import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeLanguage } from '#renderer/locale/index.ts';
import { formatAgo, formatLeft, formatMoment } from '#renderer/ui/text/times.ts';

const NOW = new Date(2026, 10, 21, 14, 30).getTime();
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

describe('how long ago', () => {
  it.each([
    [0, 'just now'],
    [-5 * MINUTE, 'just now'],
    [MINUTE - 1, 'just now'],
    [MINUTE, '1 minute ago'],
    [59 * MINUTE, '59 minutes ago'],
    [60 * MINUTE, '1 hour ago'],
    [DAY, 'yesterday'],
    [29 * DAY, '29 days ago'],
    [30 * DAY, 'last month'],
    [800 * DAY, '2 years ago'],
  ])('%d ms reads %s', (passed, expected) => {
    expect(formatAgo(NOW - passed, NOW)).toBe(expected);
  });
});

describe('a moment', () => {
  beforeAll(() => changeLanguage('de'));
  afterAll(() => changeLanguage('en'));

  it('is the time alone today, and has the day otherwise', () => {
    expect(formatMoment(new Date(2026, 10, 21, 9, 5).getTime(), NOW)).toBe('09:05');
    expect(formatMoment(new Date(2026, 10, 22, 9, 5).getTime(), NOW)).toBe('22.11.2026, 09:05');
    expect(formatMoment(new Date(2025, 10, 21, 14, 30).getTime(), NOW)).toBe('21.11.2025, 14:30');
  });
});

it('rounds a time that is left up: seconds under two minutes, else minutes', () => {
  expect([60_000, 59_001, 1, 0, 119_999, 120_001, 600_000].map(formatLeft)).toEqual([
    '60 seconds',
    '60 seconds',
    '1 second',
    '1 second',
    '2 minutes',
    '3 minutes',
    '10 minutes',
  ]);
});
