import { errorText, type ErrorText } from '#shared/app-api/index.ts';
import { ClawReachError, errorCode, errorMessage } from '#shared/errors.ts';
import {
  chooseLanguage,
  loadErrorTexts,
  localeFor,
  type Language,
  type LanguageSetting,
  type TranslatedErrors,
} from '#shared/languages/index.ts';

let language: Language = 'en';
let locale = 'en';
let errors: TranslatedErrors = {};
let asked = 0;

/** What is spoken now: the language of tray, menus, notices and dialogs. */
export function currentLanguage(): Language {
  return language;
}

/** The same for dates, numbers and the order of names, with the person's region. */
export function currentLocale(): string {
  return locale;
}

/**
 * Speaks what the person has set, or what the system says that they read, tags of BCP 47. The last wish counts.
 * @returns whether anything has changed
 */
export async function speak(setting: LanguageSetting, preferred: readonly string[]): Promise<boolean> {
  asked += 1;
  const wish = asked;
  const next = chooseLanguage(setting, preferred);
  const loaded = await loadErrorTexts(next);
  if (wish !== asked) return false;
  const before = locale;
  locale = localeFor(next, preferred);
  if (next === language) return locale !== before;
  language = next;
  errors = loaded;
  return true;
}

/** What happened, why, and what to do next, in the language that is spoken. What that lacks is English. */
export function explainCode(
  code: string,
  message: string,
  details: Readonly<Record<string, string | number | boolean>> = {},
): ErrorText {
  return Object.hasOwn(errors, code) ? errorText(code, message, details, errors) : errorText(code, message, details);
}

export function explainError(error: unknown): ErrorText {
  return explainCode(errorCode(error), errorMessage(error), error instanceof ClawReachError ? error.details : {});
}

/** As a person sorts: `office-2` before `office-10`. */
export function compareNames(one: string, other: string): number {
  return one.localeCompare(other, locale, { numeric: true, sensitivity: 'base' });
}
