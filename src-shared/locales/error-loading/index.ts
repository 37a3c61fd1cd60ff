import type { ErrorTexts } from '../catalogue.ts';
import type { Language } from '../languages.ts';

/**
 * Loads the texts of all error codes in a language, English too: the application's window is made without them. Not part of `index.ts`, since the
 * window's page has them in its catalogue.
 */
export async function loadErrorTexts(language: Language): Promise<ErrorTexts> {
  switch (language) {
    case 'en':
      return (await import('../en/errors.ts')).englishErrors();
    case 'de':
      return (await import('../de/errors.ts')).germanErrors();
    case 'zh':
      return (await import('../zh/errors.ts')).chineseErrors();
  }
}
