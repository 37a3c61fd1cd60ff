export type { Catalogue, ErrorDetails, ErrorText, ErrorTexts } from './catalogue.ts';
export { englishDashboard } from './en/dashboard.ts';
export { englishDesktop } from './en/desktop.ts';
export { englishWindow } from './en/window.ts';
export { COMMAND_ERROR_TEXTS, commandErrorText, ERROR_TEXTS, errorText } from './error-texts.ts';
export {
  chooseLanguage,
  documentLanguage,
  LANGUAGE_NAMES,
  LANGUAGES,
  localeFor,
  type Language,
  type LanguageSetting,
} from './languages.ts';
export { loadDashboardTexts, loadDesktopTexts, loadWindowTexts } from './load.ts';
export { requestedAction, type RequestedAction } from './requested-action.ts';
export { createTexts, Texts, type KeyOf, type TextValues } from './texts.ts';
