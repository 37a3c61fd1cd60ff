import { afterEach, describe, expect, it } from 'vitest';
import { StoreError } from '#shared/storage.ts';
import {
  compareNames,
  currentLanguage,
  DE,
  explainCode,
  explainError,
  inLanguage,
  speak,
  ZH,
} from '../../../../src-main/desktop/language/index.ts';
import { TEXTS, type EnglishTexts } from '../../../../src-main/desktop/texts.ts';

afterEach(() => speak('en', []));

describe('what the application shows', () => {
  it('is in the language of the setting, and in that of the system where none is set', async () => {
    expect(TEXTS.tray.quit).toBe('Quit');
    expect(await speak('system', ['de-DE', 'en'])).toBe(true);
    expect(TEXTS.tray.quit).toBe('Beenden');
    expect(TEXTS.approvals.title(3)).toBe('3 Anfragen warten auf Sie');
    expect(await speak('zh', ['de-DE'])).toBe(true);
    expect(TEXTS.tray.quit).toBe('退出');
    expect(TEXTS.tray.list(['已连接', '1 个请求'])).toBe('已连接，1 个请求');
    expect(await speak('zh', ['de-DE'])).toBe(false);
  });

  it('is what was wished last, whichever came first', async () => {
    const slow = speak('de', []);
    const fast = speak('en', []);
    expect(await slow).toBe(false);
    await fast;
    expect(currentLanguage()).toBe('en');
    expect(TEXTS.tray.open).toBe('Open ClawReach');
  });

  it('is English where a language lacks something, deep down as well', async () => {
    const texts = inLanguage({ a: { b: 'one', c: 'two' }, d: 'three' }, { de: { a: { b: 'eins' } }, zh: {} });
    await speak('de', []);
    expect([texts.a.b, texts.a.c, texts.d]).toEqual(['eins', 'two', 'three']);
  });

  it.each([
    ['de', DE],
    ['zh', ZH],
  ] as const)('has each text in %s', (_language, translated) => {
    const paths = (texts: object, before = ''): readonly string[] =>
      Object.entries(texts).flatMap(([key, value]: [string, unknown]) =>
        typeof value === 'object' && value !== null ? paths(value, `${before}${key}.`) : [`${before}${key}`],
      );
    const english = paths(TEXTS satisfies object as EnglishTexts).filter((path) => path !== 'title');
    const known = new Set(paths(translated));
    expect(english.filter((path) => !known.has(path))).toEqual([]);
  });

  it('explains errors in that language, and in English what it does not know', async () => {
    const error = new StoreError('store.write', 'x', { details: { file: 'peers.json', reason: 'ENOSPC' } });
    await speak('de', []);
    expect(explainError(error).why).toBe('peers.json: ENOSPC.');
    expect(explainError(error).what).toContain('konnte nicht gespeichert werden');
    expect(explainCode('no.such-code', 'Something new.').what).toBe('Something new.');
    expect(explainCode('constructor', 'Strange.').what).toBe('Strange.');
  });

  it('sorts names as a person does', () => {
    expect(['office-10', 'Öl', 'office-2', 'zoo'].sort(compareNames)).toEqual(['office-2', 'office-10', 'Öl', 'zoo']);
  });
});
