/** The languages of the window, the tray and notices. The command line is English. */
export const LANGUAGES = ['en', 'de', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Language setting: a language, or that of the system. */
export type LanguageSetting = 'system' | Language;

/** Each in its own words: whoever looks for it may read no other. Chinese is written with simplified characters. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', de: 'Deutsch', zh: '简体中文' };

/**
 * The language to speak.
 * @param preferred Tags of BCP 47 as the system or a browser tells them, most wanted first.
 */
export function chooseLanguage(setting: LanguageSetting, preferred: readonly string[]): Language {
  if (setting !== 'system') return setting;
  for (const tag of preferred) {
    const found = LANGUAGES.find((language) => speaks(tag, language));
    if (found !== undefined) return found;
  }
  return 'en';
}

/** The tag for dates and numbers in a language: that of the person's region where it is one of the language, such as `de-AT`. */
export function localeFor(language: Language, preferred: readonly string[]): string {
  return preferred.find((tag) => speaks(tag, language)) ?? (language === 'zh' ? 'zh-CN' : language);
}

/** Returns the value of `<html lang>`. */
export function documentLanguage(language: Language): string {
  return language === 'zh' ? 'zh-Hans' : language;
}

/** Traditional characters are another script, which has no catalogue: as in CLDR, one does not stand in for the other. */
function speaks(tag: string, language: Language): boolean {
  try {
    const { language: base, script } = new Intl.Locale(tag).maximize();
    return base === language && (language !== 'zh' || script === 'Hans');
  } catch {
    return false;
  }
}
