import { dialog, type BrowserWindow } from 'electron';
import { TEXTS } from '../texts.ts';

/** After the second crash of the page: does the person want it a third time? */
export async function askToReopen(window: BrowserWindow): Promise<boolean> {
  const { twice, twiceDetail, reopen } = TEXTS.crash;
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message: twice,
    detail: twiceDetail,
    buttons: [reopen, TEXTS.tray.quit],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  return response === 0;
}
