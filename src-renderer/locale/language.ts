import { useSyncExternalStore } from 'react';
import { documentLanguage, loadWindowTexts, localeFor, type Catalogue, type Language } from '#shared/locales/index.ts';
import { setLocale } from './format.ts';
import { addTexts, setTexts } from './text.ts';

let spoken = 'en';
let wanted = 'en';
const loaded = new Set(['en']);
const listeners = new Set<() => void>();

/**
 * Speaks a language from now on: what is drawn is drawn anew, and nothing that was typed or is running is lost. The last wish counts, whichever
 * file comes first. A file that cannot be read leaves everything as it is.
 */
export async function speak(language: Language): Promise<void> {
  wanted = language;
  if (language !== 'en' && !loaded.has(language)) {
    try {
      addLanguage(language, await loadWindowTexts(language));
    } catch {
      return;
    }
  }
  if (wanted !== language) return;
  switchTo(language, localeFor(language, preferredLanguages()), documentLanguage(language));
}

/** A language that is no part of the window: for its tests. */
export function setTestLanguage(tag: string, catalogue: Catalogue): void {
  wanted = tag;
  addLanguage(tag, catalogue);
  switchTo(tag, 'en', tag);
}

/** Languages of the system, if the shell has told them; otherwise the browser's are used. */
let told: readonly string[] | undefined;

/** Returns the user's languages, most preferred first, as BCP 47 tags. */
export function preferredLanguages(): readonly string[] {
  return told ?? (typeof navigator === 'undefined' ? [] : (navigator.languages ?? []));
}

/** @param languages undefined where the shell does not know */
export function setPreferredLanguages(languages: readonly string[] | undefined): void {
  told = languages;
}

/** For components that draw themselves only when their properties change, and for the root: draws anew when another language is spoken. */
export function useLanguage(): string {
  return useSyncExternalStore(listen, () => spoken);
}

function listen(changed: () => void): () => void {
  listeners.add(changed);
  return () => void listeners.delete(changed);
}

function addLanguage(tag: string, catalogue: Catalogue): void {
  addTexts(tag, catalogue);
  loaded.add(tag);
}

function switchTo(tag: string, locale: string, html: string): void {
  if (typeof document !== 'undefined') document.documentElement.lang = html;
  setLocale(locale);
  if (tag === spoken) return;
  spoken = tag;
  setTexts(tag);
  for (const listener of listeners) listener();
}
