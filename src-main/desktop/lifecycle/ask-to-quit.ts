import { BrowserWindow, dialog } from 'electron';
import { compareNames, currentLocale, text } from '../locale/index.ts';

/** Names in the question; a dialog grows with its text. */
const MOST_NAMES = 5;

/** These devices lose the relay of the application with it: does the person want that? @param devices names, at least one */
export async function askToQuit(devices: readonly string[]): Promise<boolean> {
  const sorted = [...devices].sort(compareNames);
  // One more name takes no more room than that there is one more.
  const shown = sorted.length <= MOST_NAMES + 1 ? sorted : sorted.slice(0, MOST_NAMES);
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
