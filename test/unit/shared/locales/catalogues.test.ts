import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  ERROR_TEXTS,
  LANGUAGES,
  loadDashboardTexts,
  loadDesktopTexts,
  loadWindowTexts,
} from '#shared/locales/index.ts';
import { loadErrorTexts } from '#shared/locales/error-loading/index.ts';
import { placeholderTypes } from '../../../../scripts/support/placeholder-types.ts';

const LOCALES = new URL('../../../../src-shared/locales/', import.meta.url).pathname;
const PARTS = ['what', 'why', 'next'] as const;
/** Commands are English, in every language of the window. */
const ENGLISH_ONLY = 'commands.json';

type Entry = Readonly<{ file: string; key: string; words: string }>;

/** Every text of a language; those of errors have the keys `code.what`, `code.why` and `code.next`. */
function entriesOf(language: string): readonly Entry[] {
  return globSync('**/*.json', { cwd: join(LOCALES, language) })
    .filter((file) => file !== ENGLISH_ONLY)
    .toSorted()
    .flatMap((file) => {
      const content = JSON.parse(readFileSync(join(LOCALES, language, file), 'utf8')) as Record<string, unknown>;
      return Object.entries(content).flatMap(([key, value]): Entry[] =>
        typeof value === 'string'
          ? [{ file, key, words: value }]
          : Object.entries(value as Record<string, string>).map(([part, words]) => ({
              file,
              key: `${key}.${part}`,
              words,
            })),
      );
    });
}

function splitPlural(key: string): readonly [base: string, form: string | undefined] {
  const [, base = key, form] = /^(.+)_(zero|one|two|few|many|other)$/.exec(key) ?? [];
  return [base, form];
}

/** A count may be written out in one of the forms. */
function placeholders(words: string): string {
  const names = [...words.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name).filter((name) => name !== 'count');
  return [...new Set(names)].toSorted().join(' ');
}

function commands(words: string): string {
  return [...words.matchAll(/`[^`]*`/g)].map(String).toSorted().join(' ');
}

const english = entriesOf('en');

describe.each(LANGUAGES)('the texts in %s', (language) => {
  const entries = entriesOf(language);

  test('have each key once, in the file that English has it in', () => {
    expect(entries.length).toBeGreaterThan(3000);
    const keys = entries.map(({ file, key }) => `${file.startsWith('errors/') ? 'errors/' : ''}${key}`);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
    const places = (all: readonly Entry[]): readonly string[] =>
      [...new Set(all.map(({ file, key }) => `${file}: ${splitPlural(key)[0]}`))].toSorted();
    expect(places(entries)).toEqual(places(english));
  });

  test('have the plural forms that the language needs, and no others', () => {
    const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted().join(' ');
    const forms = new Map<string, string[]>();
    for (const { key } of entries) {
      const [base, form] = splitPlural(key);
      if (form !== undefined) forms.set(base, [...(forms.get(base) ?? []), form]);
    }
    expect(forms.size).toBeGreaterThan(20);
    expect([...forms].filter(([, found]) => found.toSorted().join(' ') !== needed)).toEqual([]);
  });

  test('have the placeholders and the commands of the English ones', () => {
    const expected = new Map(english.map(({ file, key, words }) => [`${file}: ${splitPlural(key)[0]}`, words]));
    const differ = entries.filter(({ file, key, words }) => {
      const original = expected.get(`${file}: ${splitPlural(key)[0]}`) ?? '';
      return placeholders(words) !== placeholders(original) || commands(words) !== commands(original);
    });
    expect(differ).toEqual([]);
  });

  test('of a browser replace others, with the same placeholders', () => {
    const words = new Map(entries.map((entry) => [entry.key, entry.words]));
    const ofBrowsers = [...words].filter(([key]) => /_browser(?:\.|$)/.test(key));
    expect(ofBrowsers.length).toBeGreaterThan(30);
    const differ = ofBrowsers.filter(([key, here]) => {
      const replaced = words.get(key.replace('_browser', ''));
      return replaced === undefined || placeholders(here) !== placeholders(replaced);
    });
    expect(differ).toEqual([]);
    expect(ofBrowsers.filter(([, here]) => /this machine|diese[rmns]? Rechner|本机/iu.test(here))).toEqual([]);
  });

  test('are whole: no spaces around them, no half placeholder, nothing that the library would look up', () => {
    const isWhole = (words: string): boolean =>
      words !== '' &&
      words.trim() === words &&
      !words.includes('$t(') &&
      !/[{}]/.test(words.replaceAll(/\{\{\w+\}\}/g, ''));
    expect(entries.filter(({ words }) => !isWhole(words))).toEqual([]);
  });

  test('have the quotation marks and the three dots of the language', () => {
    const wrong = { en: /„|\.\.\./, de: /"|“[^“„]*”|\.\.\./, zh: /"|„|\.\.\./ }[language];
    expect(entries.filter(({ words }) => wrong.test(words.replaceAll(/`[^`]*`|\\"/g, '')))).toEqual([]);
  });

  test('name no file of the repository, which no one has who installed ClawReach', () => {
    expect(entries.filter(({ words }) => /\bdocs\/|\b[A-Z]{3,}\.md\b/.test(words))).toEqual([]);
  });

  test('are all in the catalogues that the window, the dashboard and the application load', async () => {
    if (language === 'en') return;
    const window = await loadWindowTexts(language);
    const desktop = await loadDesktopTexts(language);
    const dashboard = await loadDashboardTexts(language);
    const shown = { ...window.texts, ...dashboard.texts, ...desktop.texts };
    const flat = new Set(
      Object.entries(window.errors).flatMap(([code, text]) => Object.keys(text).map((part) => `${code}.${part}`)),
    );
    expect(entries.filter(({ file, key }) => !(file.startsWith('errors/') ? flat.has(key) : key in shown))).toEqual([]);
    expect(await loadErrorTexts(language)).toEqual(window.errors);
  });
});

test('English on screen is spelled as in the United States, as the times beside it are written', () => {
  const british =
    /\b(?:\w*(?:favour|colour|behaviour|honour|licence|catalogue|dialled|centre)\w*|grey\w*|(?:organ|recogn|minim|custom|author|synchron|initial|normal|optim|summar)is(?:e|es|ed|ing|ation)\b)/iu;
  expect(entriesOf('en').filter(({ words }) => british.test(words))).toEqual([]);
});

test('nothing in Chinese was left in English', () => {
  /** Names of products, protocols and files, and what is written the same in Chinese. */
  const same =
    /^(?:[\s\d\p{P}\p{S}]|\{\{\w+\}\}|`[^`]*`|ClawReach|OpenClaw|Electron|WireGuard|Firefox|Chrome|Edge|Pin|ms|Ctrl|Shift|Enter|PageUp|PageDown|Esc|Tab|Alt|ID|office-bot|https?:\/\/\S+)*$/u;
  expect(entriesOf('zh').filter(({ words }) => !/\p{Script=Han}/u.test(words) && !same.test(words))).toEqual([]);
});

test('nothing in German was left in English', () => {
  const words = /\b(?:the|and|this|that|with|from|your|you|cannot|does|when|where)\b/;
  const left = entriesOf('de').filter((entry) => words.test(entry.words.replaceAll(/`[^`]*`|\{\{\w+\}\}/g, '')));
  expect(left).toEqual([]);
});

test('what the command line says otherwise belongs to codes that exist, and is said otherwise', () => {
  const content = JSON.parse(readFileSync(join(LOCALES, 'en', ENGLISH_ONLY), 'utf8')) as Record<
    string,
    Partial<Record<(typeof PARTS)[number], string>>
  >;
  expect(Object.keys(content).filter((code) => !Object.hasOwn(ERROR_TEXTS, code))).toEqual([]);
  const same = Object.entries(content).flatMap(([code, text]) =>
    PARTS.filter((part) => text[part] !== undefined && text[part] === ERROR_TEXTS[code]?.[part]).map(
      (part) => `${code}.${part}`,
    ),
  );
  expect(same).toEqual([]);
});

test('the types of placeholders are those of the English texts (npm run texts)', () => {
  expect(readFileSync(join(LOCALES, 'placeholders.ts'), 'utf8')).toBe(placeholderTypes());
});
