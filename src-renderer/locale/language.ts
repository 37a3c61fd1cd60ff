import { useSyncExternalStore } from 'react';
import { documentLanguage, loadWindowTexts, localeFor, type Catalogue, type Language } from '#shared/locales/index.ts';
import { setLocale } from './format.ts';
import { addTexts, setTexts } from './text.ts';

let current = 'en';
let wanted = 'en';
const loaded = new Set(['en']);
const listeners = new Set<() => void>();

/**
 * Changes the language of the window. The texts are loaded if necessary, then components are rendered again; typed text and running actions stay.
 * When several calls overlap, the last one counts. If the texts can't be loaded, the language stays.
 */
export async function changeLanguage(language: Language): Promise<void> {
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

/** Changes the language of the window to one that isn't offered to people, for tests. */
export function setTestLanguage(tag: string, catalogue: Catalogue): void {
  wanted = tag;
  addLanguage(tag, catalogue);
  switchTo(tag, 'en', tag);
}

/**
 * Languages of the operating system as the shell reported them; undefined before, or if the shell doesn't know. The browser's languages are used
 * then.
 */
let systemLanguages: readonly string[] | undefined;

/** Returns the person's languages, most preferred first, as BCP 47 tags. */
export function preferredLanguages(): readonly string[] {
  return systemLanguages ?? (typeof navigator === 'undefined' ? [] : (navigator.languages ?? []));
}

/** Stores the languages of the operating system. @param languages undefined if the shell doesn't know them */
export function setPreferredLanguages(languages: readonly string[] | undefined): void {
  systemLanguages = languages;
}

/**
 * Returns the tag of the window's language, and renders the component again when it changes. For the root, and for components that otherwise render
 * only when their properties change.
 */
export function useLanguage(): string {
  return useSyncExternalStore(listen, () => current);
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
  if (tag === current) return;
  current = tag;
  setTexts(tag);
  for (const listener of listeners) listener();
}
