/** Watch of the agent for what a notification tells: in the window, and on the pages around it. Loaded with the window, or where notifications are on. */
import { chooseLanguage } from '#shared/locales/index.ts';
import '../../../locale/window-texts/index.ts';
import { loadTexts, preferredLanguages } from '../../../locale/index.ts';
import { readPreferences } from '../../preferences/index.ts';
import { PageNotices } from './page-notices.tsx';

export { takeClickedRequest } from './clicked-request.ts';
export { RequestNotices } from './request-notices.tsx';

/** Loads the watch of pages around the window, with the words of what its connection tells. */
export async function loadPageNotices(): Promise<typeof PageNotices> {
  await loadTexts(chooseLanguage(readPreferences().language, preferredLanguages()));
  return PageNotices;
}
