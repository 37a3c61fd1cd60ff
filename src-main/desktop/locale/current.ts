import { ClawReachError, errorCode, errorMessage } from '#shared/errors.ts';
import {
  chooseLanguage,
  createTexts,
  englishDesktop,
  loadDesktopTexts,
  localeFor,
  type ErrorDetails,
  type ErrorText,
  type KeyOf,
  type Language,
  type LanguageSetting,
  type TextValues,
} from '#shared/locales/index.ts';
import { loadErrorTexts } from '#shared/locales/error-loading/index.ts';

/** Key of a text that the application itself shows, without plural forms; the window has a catalogue of its own. */
export type TextKey = KeyOf<keyof ReturnType<typeof englishDesktop>['texts']>;

const texts = createTexts(englishDesktop());
const loaded = new Set<Language>(['en']);
const explained = new Set<Language>();
let explainsErrors = false;
let language: Language = 'en';
let locale = 'en';
let requests = 0;

/**
 * Returns the language of tray, menus, notifications and dialogs. The language is state of this module, in memory only; `switchLanguage` changes it.
 */
export function currentLanguage(): Language {
  return language;
}

/** Returns the locale for dates, numbers and the order of names: the language with the person's region. */
export function currentLocale(): string {
  return locale;
}

/**
 * Switches to the language that the person has set, or to that of the system, given as BCP 47 tags. Called at start and when the settings change.
 * Imports the texts of the language when it is first used. Of overlapping calls, the last one wins.
 * @returns true if language or region have changed
 */
export async function switchLanguage(setting: LanguageSetting, preferred: readonly string[]): Promise<boolean> {
  requests += 1;
  const request = requests;
  const next = chooseLanguage(setting, preferred);
  if (next !== 'en' && !loaded.has(next)) {
    texts.add(next, await loadDesktopTexts(next));
    loaded.add(next);
  }
  if (explainsErrors) await addErrors(next);
  // Also without loading anything, so that a later call can't be overtaken.
  await Promise.resolve();
  if (request !== requests) return false;
  const before = locale;
  locale = localeFor(next, preferred);
  if (next === language) return locale !== before;
  language = next;
  texts.use(next);
  return true;
}

/**
 * Imports the texts of errors, in English, in the current language, and in those switched to later. Called before the first error is explained: they are
 * half of what would be read before the window, and none of them is shown that early.
 */
export async function loadErrors(): Promise<void> {
  explainsErrors = true;
  await Promise.all([addErrors('en'), addErrors(language)]);
}

async function addErrors(of: Language): Promise<void> {
  if (explained.has(of)) return;
  texts.add(of, { texts: {}, errors: await loadErrorTexts(of) });
  explained.add(of);
}

/** Returns the text of a key in the current language. Text that was already returned doesn't change with the language. */
export function text<Key extends TextKey>(key: Key, ...values: TextValues<Key>): string {
  return texts.text(key, ...values);
}

/** Joins short statements into one line: `2 machines online, 1 request waiting`. */
export function joinParts(parts: readonly string[]): string {
  return parts.length === 0 ? '' : parts.reduce((before, next) => text('desktop.tray.list', { before, next }));
}

/** Explains an error code in the current language, or in English if that language lacks it. */
export function explainCode(code: string, message: string, details: ErrorDetails = {}): ErrorText {
  return texts.error(code, message, details);
}

/** Explains an error in the current language: what happened, why, and what to do next. */
export function explainError(error: unknown): ErrorText {
  return explainCode(errorCode(error), errorMessage(error), error instanceof ClawReachError ? error.details : {});
}

/** Compares names for sorting as a person does: `office-2` before `office-10`. */
export function compareNames(one: string, other: string): number {
  return one.localeCompare(other, locale, { numeric: true, sensitivity: 'base' });
}
