import { afterEach, describe, expect, test } from 'vitest';
import { EN } from '#renderer/i18n/en/index.ts';
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
  speak,
  setTestLanguage,
  text,
} from '#renderer/i18n/index.ts';
import * as DE from '#renderer/i18n/de/index.ts';
import * as ZH from '#renderer/i18n/zh/index.ts';
import { ERROR_TEXTS } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';

const ENGLISH: Readonly<Record<string, string>> = EN;
const LANGUAGES = [
  ['de', DE.TEXTS as Readonly<Record<string, string>>],
  ['zh', ZH.TEXTS as Readonly<Record<string, string>>],
] as const;

/** Names of products, protocols and files, and what is written the same in Chinese. */
const SAME_IN_CHINESE =
  /^(?:[\s\d\p{P}\p{S}]|\{\{\w+\}\}|`[^`]*`|ClawReach|OpenClaw|Electron|WireGuard|Pin|ms|Ctrl|Shift|Enter|PageUp|PageDown|Esc|https?:\/\/\S+)*$/u;

function placeholders(words: string): string {
  const names = [...words.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '').filter((name) => name !== 'count');
  return [...new Set(names)].toSorted().join(' ');
}

function commands(words: string): string {
  return [...words.matchAll(/`[^`]*`/g)].map(String).toSorted().join(' ');
}

afterEach(() => speak('en'));

describe.each(LANGUAGES)('the catalogue in %s', (language, texts) => {
  test('has no key that English does not have, and no text that is empty or has half a placeholder', () => {
    const isWhole = (words: string): boolean =>
      words !== '' && words.trim() === words && !/[{}]/.test(words.replaceAll(/\{\{\w+\}\}/g, ''));
    expect(Object.keys(texts).filter((key) => !Object.hasOwn(ENGLISH, key))).toEqual([]);
    expect(Object.entries(texts).filter(([, words]) => !isWhole(words))).toEqual([]);
  });

  test('asks for the same values and names the same commands as English', () => {
    const differ = Object.entries(texts).filter(([key, words]) => {
      const english = ENGLISH[key] ?? '';
      return placeholders(words) !== placeholders(english) || commands(words) !== commands(english);
    });
    expect(differ).toEqual([]);
  });

  test('has the plural forms that its language needs, and no others', () => {
    const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted().join(' ');
    const forms = new Map<string, string[]>();
    for (const key of Object.keys(texts)) {
      const [, base, form] = /^(.+)_(zero|one|two|few|many|other)$/.exec(key) ?? [];
      if (base !== undefined && form !== undefined) forms.set(base, [...(forms.get(base) ?? []), form]);
    }
    expect(forms.size).toBeGreaterThan(20);
    expect([...forms].filter(([, found]) => found.toSorted().join(' ') !== needed)).toEqual([]);
  });

  test('uses the quotation marks and the three dots of its language', () => {
    const wrong = language === 'de' ? /"|“[^“„]*”|\.\.\./ : /"|„|\.\.\./;
    expect(Object.entries(texts).filter(([, words]) => wrong.test(words.replaceAll(/`[^`]*`/g, '')))).toEqual([]);
  });
});

/** As the window says it in English; details in single brackets, as those of errors are. */
function englishOf(code: string, part: 'what' | 'why' | 'next'): string {
  const own = ENGLISH[`error.${code}.${part}`]?.replaceAll(/\{\{(\w+)\}\}/g, '{$1}');
  return own ?? ERROR_TEXTS[code]?.[part] ?? '';
}

describe.each([
  ['de', DE],
  ['zh', ZH],
] as const)('in %s nothing is missing', (language, { TEXTS, ERRORS }) => {
  test('of the catalogue', () => {
    const texts: Readonly<Record<string, string>> = TEXTS;
    const categories = new Set<string>(new Intl.PluralRules(language).resolvedOptions().pluralCategories);
    const isNeeded = (key: string): boolean => {
      if (key.startsWith('error.') && !key.startsWith('error.unknown.')) return false;
      const [, form] = /_(zero|one|two|few|many|other)$/.exec(key) ?? [];
      return form === undefined || categories.has(form);
    };
    expect(Object.keys(ENGLISH).filter((key) => isNeeded(key) && !Object.hasOwn(texts, key))).toEqual([]);
  });

  test('of the errors, and each sentence has the details and commands of the English one', () => {
    expect(Object.keys(ERROR_TEXTS).filter((code) => !Object.hasOwn(ERRORS, code))).toEqual([]);
    const details = (words: string): string => [...new Set(words.match(/\{\w+\}/g))].toSorted().join(' ');
    const differ = Object.entries(ERRORS).flatMap(([code, translated]) =>
      (['what', 'why', 'next'] as const)
        .filter((part) => {
          const english = englishOf(code, part);
          return details(translated[part]) !== details(english) || commands(translated[part]) !== commands(english);
        })
        .map((part) => `${code}.${part}`),
    );
    expect(differ).toEqual([]);
  });
});

test('nothing in Chinese was left in English', () => {
  const left = Object.entries(ZH.TEXTS as Readonly<Record<string, string>>).filter(
    ([, words]) => !/\p{Script=Han}/u.test(words) && !SAME_IN_CHINESE.test(words),
  );
  expect(left).toEqual([]);
  const errors = Object.entries(ZH.ERRORS).filter(([, { what, why, next }]) =>
    [what, why, next].some((words) => !/\p{Script=Han}/u.test(words) && !/^\{\w+\}(?:：\{\w+\}。)?$/.test(words)),
  );
  expect(errors.map(([code]) => code)).toEqual([]);
});

test('nothing in German was left in English', () => {
  const english = /\b(?:the|and|this|that|with|from|your|you|cannot|does|when|where)\b/;
  const said = [
    ...Object.values(DE.TEXTS),
    ...Object.values(DE.ERRORS).flatMap(({ what, why, next }) => [what, why, next]),
  ];
  expect(said.filter((words) => english.test(words.replaceAll(/`[^`]*`|\{+\w+\}+/g, '')))).toEqual([]);
});

describe('another language', () => {
  test('is spoken from then on, by texts, errors, dates, numbers and lists', async () => {
    await speak('de');
    expect(text('peers.pair')).toBe('Koppeln…');
    expect(text('app.waiting', { count: 1 })).toBe('1 Anfrage wartet auf Ihre Antwort');
    expect(text('app.waiting', { count: 2 })).toBe('2 Anfragen warten auf Ihre Antwort');
    expect(explain(new ClawReachError('peer.name-taken', 'x', { details: { name: 'office' } }))).toEqual({
      code: 'peer.name-taken',
      what: 'Der Name office ist vergeben.',
      why: 'Ein anderer Peer hat ihn, und Namen müssen Peers unterscheiden.',
      next: 'Wählen Sie einen anderen Namen, oder benennen Sie zuerst den anderen Peer um.',
    });
    expect(formatNumber(1234.5)).toBe('1.234,5');
    expect(formatDate(new Date(2026, 10, 21, 14, 30).getTime(), { dateStyle: 'medium', timeStyle: 'short' })).toBe(
      '21.11.2026, 14:30',
    );
    expect(formatRelative(-3, 'minute')).toBe('vor 3 Minuten');
    expect(joinList(['a', 'b', 'c'])).toBe('a, b und c');
    expect(formatByteCount(3_400_000, () => ({ maximumFractionDigits: 1 }))).toBe('3,4 MB');
    await speak('zh');
    expect(text('peers.pair')).toBe('配对…');
    expect(text('app.waiting', { count: 1 })).toBe('1 个请求等待你答复');
    expect(joinList(['a', 'b', 'c'])).toBe('a、b、c');
    await speak('en');
    expect(text('peers.pair')).toBe('Pair…');
    expect(joinList(['a', 'b', 'c'])).toBe('a, b, c');
  });

  test('is the one that was wished last', async () => {
    const first = speak('de');
    await speak('en');
    await first;
    expect(text('peers.pair')).toBe('Pair…');
  });

  test('shows in English what it lacks, errors as well', () => {
    setTestLanguage('x-test', { TEXTS: { 'ui.close': 'Zu' }, ERRORS: {} });
    expect([text('ui.close'), text('ui.cancel')]).toEqual(['Zu', 'Cancel']);
    expect(hasText('ui.cancel')).toBe(true);
    expect(explainCode('peer.name-taken', 'x', { name: 'office' }).what).toBe('The name office is taken.');
  });

  test('leaves out a sentence whose details are not known, as English does', async () => {
    await speak('de');
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
