import { useSyncExternalStore } from 'react';
import { documentLanguage, localeFor, type Catalogue, type Language } from '#shared/locales/index.ts';
import { setLocale } from './format.ts';
import { addTexts, setTexts } from './text.ts';

let current = 'en';
let wanted = 'en';
const listeners = new Set<() => void>();

/** Loads the texts of one part of the product, such as the window or the dashboard, in a language. */
export type TextSource = (language: Language) => Promise<Catalogue>;

/** Texts that are there without loading. */
type FirstTexts = Readonly<{ language: Language; catalogue: Catalogue }>;

const sources: Readonly<{ load: TextSource; loaded: Set<Language> }>[] = [];

/**
 * Adds texts that `changeLanguage` loads from then on. The caller calls it before any of these texts is shown, and `loadTexts` if the language was chosen
 * before.
 */
export function addTextSource(load: TextSource, first?: FirstTexts): void {
  sources.push({ load, loaded: new Set(first === undefined ? [] : [first.language]) });
  if (first !== undefined) addTexts(first.language, first.catalogue);
}

/** Loads the texts of all sources in a language. @throws if one can't be loaded; a later call tries it again */
export async function loadTexts(language: Language): Promise<void> {
  await Promise.all(
    sources
      .filter(({ loaded }) => !loaded.has(language))
      .map(async ({ load, loaded }) => {
        const catalogue = await load(language);
        if (loaded.has(language)) return;
        loaded.add(language);
        addTexts(language, catalogue);
      }),
  );
}

/**
 * Changes the language of the window. The texts are loaded if necessary, then components are rendered again; typed text and running actions stay.
 * When several calls overlap, the last one counts. If the texts can't be loaded, the language stays.
 */
export async function changeLanguage(language: Language): Promise<void> {
  wanted = language;
  try {
    await loadTexts(language);
  } catch {
    return;
  }
  if (wanted !== language) return;
  switchTo(language, localeFor(language, preferredLanguages()), documentLanguage(language));
}

/** Changes the language of the window to one that isn't offered to people, for tests. */
export function setTestLanguage(tag: string, catalogue: Catalogue): void {
  wanted = tag;
  addTexts(tag, catalogue);
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

function switchTo(tag: string, locale: string, html: string): void {
  if (typeof document !== 'undefined') document.documentElement.lang = html;
  setLocale(locale);
  if (tag === current) return;
  current = tag;
  setTexts(tag);
  for (const listener of listeners) listener();
}
