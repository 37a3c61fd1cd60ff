import { dialog, type BrowserWindow } from 'electron';
import { text } from '../locale/index.ts';

/** Asks in a message box, after the second crash of the page, whether to load it once more. Used by `MainWindow`. */
export async function askToReopen(window: BrowserWindow): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message: text('desktop.crash.twice'),
    detail: text('desktop.crash.twice-detail'),
    buttons: [text('desktop.crash.reopen'), text('desktop.tray.quit')],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  return response === 0;
}
