import { BrowserWindow, dialog } from 'electron';
import { compareNames, currentLocale, text } from '../locale/index.ts';

/** Largest number of names in the question, since a dialog grows with its text. */
const MAX_NAMES = 5;

/**
 * Asks in a message box whether to quit although these devices lose the relay that the application hosts. Used by `QuitQuestion`.
 * @param devices names, at least one
 */
export async function askToQuit(devices: readonly string[]): Promise<boolean> {
  const sorted = [...devices].sort(compareNames);
  // Showing one more name takes no more room than the text for one more.
  const shown = sorted.length <= MAX_NAMES + 1 ? sorted : sorted.slice(0, MAX_NAMES);
  const rest = sorted.length - shown.length;
  const names = new Intl.ListFormat(currentLocale(), { type: 'conjunction' }).format(
    rest === 0 ? shown : [...shown, text('desktop.quit.more', { count: rest })],
  );
  const question: Electron.MessageBoxOptions = {
    type: 'question',
    message: text('desktop.quit.message'),
    detail: text('desktop.quit.detail', { names, count: sorted.length }),
    buttons: [text('desktop.tray.quit'), text('desktop.quit.cancel')],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  };
  const window = BrowserWindow.getAllWindows().find((one) => one.isVisible() && !one.isMinimized());
  const { response } = await (window === undefined
    ? dialog.showMessageBox(question)
    : dialog.showMessageBox(window, question));
  return response === 0;
}
