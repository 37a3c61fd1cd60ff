import { BrowserWindow, dialog, type OpenDialogOptions } from 'electron';
import { FolderChooser } from './folder-chooser.ts';

/** Creates the chooser for the window's call `shell.chooseFolder`, which asks with the system's dialog. */
export function createFolderChooser(): FolderChooser {
  return new FolderChooser(async () => {
    const options: OpenDialogOptions = { properties: ['openDirectory'] };
    const window = BrowserWindow.getAllWindows()[0];
    const answer = await (window === undefined
      ? dialog.showOpenDialog(options)
      : dialog.showOpenDialog(window, options));
    return answer.canceled ? undefined : answer.filePaths[0];
  });
}
