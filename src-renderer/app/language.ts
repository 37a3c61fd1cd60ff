import { useEffect } from 'react';
import { chooseLanguage, LANGUAGES, type Language } from '#shared/locales/index.ts';
import { preferredLanguages, changeLanguage, setPreferredLanguages } from '../locale/index.ts';
import { useApp } from '../store/index.ts';

/** Key in `localStorage` of the language used last. The next start shows its first texts in that language, before the settings are known. */
const REMEMBERED = 'language';

/** Loads the language used last, or the system's, before the first render. `useLanguageSetting` applies the person's setting later. */
export async function loadFirstLanguage(): Promise<void> {
  await changeLanguage(remembered() ?? chooseLanguage('system', preferredLanguages()));
}

/** Loads the language of the settings, or of the system, as soon as it is known and whenever it changes; remembers it in `localStorage`. */
export function useLanguageSetting(): void {
  const setting = useApp((state) => state.settings.language);
  const languages = useApp((state) => state.facts?.languages);
  const isKnown = useApp((state) => state.connection !== 'connecting');
  useEffect(() => {
    if (!isKnown) return;
    setPreferredLanguages(languages);
    const language = chooseLanguage(setting, preferredLanguages());
    remember(language);
    void changeLanguage(language);
  }, [setting, languages, isKnown]);
}

function remembered(): Language | undefined {
  try {
    const last = localStorage.getItem(REMEMBERED);
    return LANGUAGES.find((language) => language === last);
  } catch {
    // The browser stores nothing for pages.
    return undefined;
  }
}

function remember(language: Language): void {
  try {
    localStorage.setItem(REMEMBERED, language);
  } catch {
    // The next start begins with the system's language.
  }
}
