export { loadErrorTexts, type TranslatedErrors } from './load.ts';
export {
  chooseLanguage,
  documentLanguage,
  LANGUAGE_NAMES,
  LANGUAGES,
  localeFor,
  type Language,
  type LanguageSetting,
} from './languages.ts';
