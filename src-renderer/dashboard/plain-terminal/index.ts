import { chooseLanguage } from '#shared/locales/index.ts';
import '../../locale/window-texts/index.ts';
import { loadTexts, preferredLanguages } from '../../locale/index.ts';
import { readPreferences } from '../preferences/index.ts';
import { PlainTerminalPage } from './plain-terminal-page.tsx';

/** Loads the page of a plain device's terminal, with the words of the window's terminals. */
export async function loadPlainTerminalPage(): Promise<typeof PlainTerminalPage> {
  await loadTexts(chooseLanguage(readPreferences().language, preferredLanguages()));
  return PlainTerminalPage;
}
