import type { ErrorText } from '../app-api/index.ts';
import type { Language } from './languages.ts';

/** What a person reads for each error code, in the words of a window; `{name}` is filled from the error's details. */
export type TranslatedErrors = Readonly<Record<string, ErrorText>>;

/** Only who speaks a language reads its file. English is `ERROR_TEXTS` itself: nothing is loaded for it. */
export async function loadErrorTexts(language: Language): Promise<TranslatedErrors> {
  switch (language) {
    case 'de':
      return (await import('./de/index.ts')).ERRORS_DE;
    case 'zh':
      return (await import('./zh/index.ts')).ERRORS_ZH;
    default:
      return {};
  }
}
