import { useSyncExternalStore } from 'react';
import { chooseLanguage, LANGUAGES, type LanguageSetting } from '#shared/locales/index.ts';
import { changeLanguage, preferredLanguages } from '../../locale/index.ts';
import { followOtherTabs, followSystemTheme, readTheme, setTheme, type Theme } from '../theme/index.ts';

/** Choices of a person for this browser. They stay here: the relay doesn't know them. */
export type Preferences = Readonly<{ theme: Theme; language: LanguageSetting }>;

const KEY = 'dashboard.language';
const SETTINGS: readonly LanguageSetting[] = ['system', ...LANGUAGES];
const listeners = new Set<() => void>();
let current: Preferences | undefined;

/** Applies the language, and follows the system's theme. Resolves when the words of the language are there. */
export async function applyPreferences(): Promise<void> {
  followSystemTheme();
  followOtherTabs(() => {
    current = { ...readPreferences(), theme: readTheme() };
    for (const listener of listeners) listener();
  });
  await changeLanguage(chooseLanguage(readPreferences().language, preferredLanguages()));
}

/** Changes one choice, applies it and keeps it for this browser. */
export async function setPreference(change: Partial<Preferences>): Promise<void> {
  current = { ...readPreferences(), ...change };
  if (change.theme !== undefined) setTheme(change.theme);
  if (change.language !== undefined) keepLanguage(change.language);
  for (const listener of listeners) listener();
  await changeLanguage(chooseLanguage(current.language, preferredLanguages()));
}

/** Returns the choices, and renders again when they change. */
export function usePreferences(): Preferences {
  return useSyncExternalStore(listen, readPreferences);
}

function listen(changed: () => void): () => void {
  listeners.add(changed);
  return () => void listeners.delete(changed);
}

/** Returns the choices. */
export function readPreferences(): Preferences {
  current ??= { theme: readTheme(), language: SETTINGS.find((each) => each === keptLanguage()) ?? 'system' };
  return current;
}

function keptLanguage(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    // The browser stores nothing for pages.
    return null;
  }
}

function keepLanguage(language: LanguageSetting): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // The choice counts until the page is closed.
  }
}
