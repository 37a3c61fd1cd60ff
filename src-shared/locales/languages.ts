/** Languages of the window, the tray and notifications. The command line is in English. */
export const LANGUAGES = ['en', 'de', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Language setting: one of the languages, or the one of the system. */
export type LanguageSetting = 'system' | Language;

/** Name of each language in that language, because a person may not read any other. Chinese is in simplified characters. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', de: 'Deutsch', zh: '简体中文' };

/**
 * Returns the language to show.
 * @param preferred BCP 47 tags of the system or browser, preferred first
 */
export function chooseLanguage(setting: LanguageSetting, preferred: readonly string[]): Language {
  if (setting !== 'system') return setting;
  for (const tag of preferred) {
    const found = LANGUAGES.find((language) => speaks(tag, language));
    if (found !== undefined) return found;
  }
  return 'en';
}

/**
 * Returns the tag with which dates and numbers are formatted: the person's own variant of the language, such as `de-AT`, if the preferred tags have
 * one.
 */
export function localeFor(language: Language, preferred: readonly string[]): string {
  return preferred.find((tag) => speaks(tag, language)) ?? (language === 'zh' ? 'zh-CN' : language);
}

/** Returns the `lang` attribute of the window's HTML document. */
export function documentLanguage(language: Language): string {
  return language === 'zh' ? 'zh-Hans' : language;
}

/** Reports whether a tag means this language. Traditional Chinese has no catalogue and isn't replaced by simplified Chinese, as in CLDR. */
function speaks(tag: string, language: Language): boolean {
  try {
    const { language: base, script } = new Intl.Locale(tag).maximize();
    return base === language && (language !== 'zh' || script === 'Hans');
  } catch {
    return false;
  }
}
