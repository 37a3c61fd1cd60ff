import { chooseLanguage } from '#shared/locales/index.ts';
import '../../locale/window-texts/index.ts';
import { loadTexts, preferredLanguages } from '../../locale/index.ts';
import { readPreferences } from '../preferences/index.ts';
import { MachinePage } from './machine-page.tsx';
import { OwnMachinePage } from './own-machine-page.tsx';

/**
 * Loads the page of this browser as a machine of an account: the window's own features over the page's agent (`src-browser`), with their words. Nothing of the
 * account pages imports more than this door.
 */
export async function loadMachinePage(): Promise<typeof MachinePage> {
  await loadWords();
  return MachinePage;
}

/** Loads the same page for a relay without accounts. */
export async function loadOwnMachinePage(): Promise<typeof OwnMachinePage> {
  await loadWords();
  return OwnMachinePage;
}

async function loadWords(): Promise<void> {
  await loadTexts(chooseLanguage(readPreferences().language, preferredLanguages()));
}
