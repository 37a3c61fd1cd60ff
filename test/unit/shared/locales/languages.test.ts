import { describe, expect, test } from 'vitest';
import { chooseLanguage, documentLanguage, localeFor } from '#shared/locales/index.ts';

describe('the language that is spoken', () => {
  test.each([
    [['de-AT', 'en'], 'de'],
    [['fr-FR', 'de', 'en'], 'de'],
    [['en-GB', 'de'], 'en'],
    [['zh-CN'], 'zh'],
    [['zh'], 'zh'],
    [['zh-Hans-SG'], 'zh'],
    // Another script, which has no catalogue.
    [['zh-TW', 'de'], 'de'],
    [['zh-Hant'], 'en'],
    [['fr', 'it'], 'en'],
    [[], 'en'],
    [['', '*', 'no such tag', 'de'], 'de'],
  ])('of a system that prefers %j is %s', (preferred, expected) => {
    expect(chooseLanguage('system', preferred)).toBe(expected);
  });

  test('is the one that a person has set, whatever the system says', () => {
    expect(chooseLanguage('zh', ['de'])).toBe('zh');
    expect(chooseLanguage('en', ['de'])).toBe('en');
  });

  test('writes dates and numbers as in the region of the person, where it is one of the language', () => {
    expect(localeFor('de', ['en-GB', 'de-CH'])).toBe('de-CH');
    expect(localeFor('en', ['de-CH', 'en-GB'])).toBe('en-GB');
    expect(localeFor('de', ['en-GB'])).toBe('de');
    expect(localeFor('zh', ['zh-TW', 'en'])).toBe('zh-CN');
  });

  test('is told to the page as tags that readers of screens know', () => {
    expect([documentLanguage('en'), documentLanguage('de'), documentLanguage('zh')]).toEqual(['en', 'de', 'zh-Hans']);
  });
});
