import requestedActions from './requested-actions.json' with { type: 'json' };
import desktop from './desktop.json' with { type: 'json' };
import type { Catalogue } from '../catalogue.ts';

/** Texts of the tray, notifications and dialogs in Chinese, without those of errors. Loaded by `loadDesktopTexts`. */
export function chineseDesktop(): Catalogue {
  return { texts: { ...requestedActions, ...desktop }, errors: {} };
}
