import { chooseLanguage } from '#shared/locales/index.ts';
import '../../locale/window-texts/index.ts';
import { loadTexts, preferredLanguages } from '../../locale/index.ts';
import { readPreferences } from '../preferences/index.ts';
import { MachinePage } from './machine-page.tsx';

/**
 * Loads the page of this browser as a machine: the window's own features over the page's agent (`src-browser`), with their words. Nothing of the account
 * pages imports more than this door.
 */
export async function loadMachinePage(): Promise<typeof MachinePage> {
  await loadTexts(chooseLanguage(readPreferences().language, preferredLanguages()));
  return MachinePage;
}
