import { useEffect } from 'react';
import { chooseLanguage, LANGUAGES, type Language } from '#shared/locales/index.ts';
import { preferredLanguages, speak, setPreferredLanguages } from '../locale/index.ts';
import { useApp } from '../store/index.ts';

/** What was spoken last, so that the first words of the next start are in it. */
const REMEMBERED = 'language';

/** Before anything is drawn; what the person has chosen comes with the settings. */
export async function speakFirst(): Promise<void> {
  await speak(remembered() ?? chooseLanguage('system', preferredLanguages()));
}

/** Speaks the language of the settings, or of the system, as soon as they are known and whenever they change. */
export function useLanguageSetting(): void {
  const setting = useApp((state) => state.settings.language);
  const languages = useApp((state) => state.facts?.languages);
  const isKnown = useApp((state) => state.connection !== 'connecting');
  useEffect(() => {
    if (!isKnown) return;
    setPreferredLanguages(languages);
    const language = chooseLanguage(setting, preferredLanguages());
    remember(language);
    void speak(language);
  }, [setting, languages, isKnown]);
}

function remembered(): Language | undefined {
  try {
    const last = localStorage.getItem(REMEMBERED);
    return LANGUAGES.find((language) => language === last);
  } catch {
    // A browser that keeps nothing for pages.
    return undefined;
  }
}

function remember(language: Language): void {
  try {
    localStorage.setItem(REMEMBERED, language);
  } catch {
    // The next start begins with the language of the system.
  }
}
