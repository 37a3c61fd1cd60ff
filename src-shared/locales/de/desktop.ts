import requestedActions from './requested-actions.json' with { type: 'json' };
import desktop from './desktop.json' with { type: 'json' };
import type { Catalogue } from '../catalogue.ts';
import { germanErrors } from './errors.ts';

/** Texts of the tray, notifications and dialogs, and of all error codes, in German. Loaded by `loadDesktopTexts`. */
export function germanDesktop(): Catalogue {
  return { texts: { ...requestedActions, ...desktop }, errors: germanErrors() };
}
