import requestedActions from './requested-actions.json' with { type: 'json' };
import desktop from './desktop.json' with { type: 'json' };
import type { Catalogue } from '../catalogue.ts';
import { chineseErrors } from './errors.ts';

/** Texts of the tray, notifications and dialogs, and of all error codes, in Chinese. Loaded by `loadDesktopTexts`. */
export function chineseDesktop(): Catalogue {
  return { texts: { ...requestedActions, ...desktop }, errors: chineseErrors() };
}
