import requestedActions from './requested-actions.json' with { type: 'json' };
import desktop from './desktop.json' with { type: 'json' };
import { englishErrors } from './errors.ts';

/** Texts of the tray, notifications and dialogs, and of all error codes, in English. Used without `loadDesktopTexts`. */
export function englishDesktop() {
  return { texts: { ...requestedActions, ...desktop }, errors: englishErrors() };
}
