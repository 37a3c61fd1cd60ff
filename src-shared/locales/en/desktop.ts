import requestedActions from './requested-actions.json' with { type: 'json' };
import desktop from './desktop.json' with { type: 'json' };

/** Texts of the tray, notifications and dialogs in English, without those of errors. Used without `loadDesktopTexts`. */
export function englishDesktop() {
  return { texts: { ...requestedActions, ...desktop }, errors: {} };
}
