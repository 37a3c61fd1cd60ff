import { afterEach, describe, expect, test } from 'vitest';
import {
  compareNames,
  explain,
  explainCode,
  formatByteCount,
  formatDate,
  formatNumber,
  formatRelative,
  hasText,
  joinList,
  gapAfter,
  joinSentences,
  changeLanguage,
  setTestLanguage,
  text,
} from '#renderer/locale/index.ts';
import { ClawReachError } from '#shared/errors.ts';

afterEach(() => changeLanguage('en'));

describe('another language', () => {
  test('is spoken from then on, by texts, errors, dates, numbers and lists', async () => {
    await changeLanguage('de');
    expect(text('peers.pair')).toBe('Rechner koppeln');
    expect(text('app.waiting', { count: 1 })).toBe('1 Anfrage wartet auf Sie');
    expect(text('app.waiting', { count: 2 })).toBe('2 Anfragen warten auf Sie');
    expect(explain(new ClawReachError('peer.name-taken', 'x', { details: { name: 'office' } }))).toEqual({
      code: 'peer.name-taken',
      what: 'Der Name office ist schon vergeben.',
      why: 'Ein anderer Rechner oder dieser hat ihn oder einen, der gleich aussieht.',
      next: 'Wählen Sie einen anderen Namen, oder benennen Sie zuerst den anderen Rechner um.',
    });
    expect(formatNumber(1234.5)).toBe('1.234,5');
    expect(formatDate(new Date(2026, 10, 21, 14, 30).getTime(), { dateStyle: 'medium', timeStyle: 'short' })).toBe(
      '21.11.2026, 14:30',
    );
    expect(formatRelative(-3, 'minute')).toBe('vor 3 Minuten');
    expect(joinList(['a', 'b', 'c'])).toBe('a, b und c');
    expect(formatByteCount(3_400_000, () => ({ maximumFractionDigits: 1 }))).toBe('3,4 MB');
    await changeLanguage('zh');
    expect(text('peers.pair')).toBe('配对设备');
    expect(text('app.waiting', { count: 1 })).toBe('1 个请求等待你处理');
    expect(joinList(['a', 'b', 'c'])).toBe('a、b、c');
    await changeLanguage('en');
    expect(text('peers.pair')).toBe('Pair a machine');
    expect(joinList(['a', 'b', 'c'])).toBe('a, b, c');
  });

  test('has no space after a full stop that is wide already', () => {
    expect(joinSentences('One.', '', 'Two.')).toBe('One. Two.');
    expect(joinSentences('一。', '', '二？', '三。')).toBe('一。二？三。');
    // A value that ends with none keeps its distance.
    expect(joinSentences('a', '一。')).toBe('a 一。');
    expect(joinSentences('', '')).toBe('');
    expect(['One.', '一。', ''].map(gapAfter)).toEqual([' ', '', '']);
  });

  test('is the one that was wished last', async () => {
    const first = changeLanguage('de');
    await changeLanguage('en');
    await first;
    expect(text('peers.pair')).toBe('Pair a machine');
  });

  test('shows in English what it lacks, errors as well', () => {
    setTestLanguage('x-test', { texts: { 'ui.close': 'Zu' }, errors: {} });
    expect([text('ui.close'), text('ui.cancel')]).toEqual(['Zu', 'Cancel']);
    expect(hasText('ui.cancel')).toBe(true);
    expect(explainCode('peer.name-taken', 'x', { name: 'office' }).what).toBe('The name office is already in use.');
  });

  test('leaves out a sentence whose details are not known, as English does', async () => {
    await changeLanguage('de');
    expect(explainCode('relay.connection-refused', 'refused').why).toBe('');
    expect(explainCode('later.code', 'Something new.').what).toBe('Something new.');
  });

  test('sorts names as a person does', () => {
    expect(['office-10', 'Zebra', 'Öl', 'office-2'].toSorted(compareNames)).toEqual([
      'office-2',
      'office-10',
      'Öl',
      'Zebra',
    ]);
  });
});
