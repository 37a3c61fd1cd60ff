import requestedActions from './requested-actions.json' with { type: 'json' };
import desktop from './desktop.json' with { type: 'json' };
import type { Catalogue } from '../catalogue.ts';

/** Texts of the tray, notifications and dialogs in German, without those of errors. Loaded by `loadDesktopTexts`. */
export function germanDesktop(): Catalogue {
  return { texts: { ...requestedActions, ...desktop }, errors: {} };
}
