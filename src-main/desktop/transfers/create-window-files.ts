import { randomBytes } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BrowserWindow, dialog, shell, type OpenDialogOptions } from 'electron';
import { systemClock } from '#node/clock/index.ts';
import { createFolderChooser } from '../window/index.ts';
import { ChosenPaths } from './chosen-paths.ts';
import { FileChooser } from './file-chooser.ts';
import { WindowFiles } from './window-files.ts';

/**
 * Creates the files of the window: those that a person chooses with the system's dialogs, and those that the preload script names because they were
 * dropped or pasted. Called once by `main.ts`.
 */
export function createWindowFiles(): WindowFiles {
  const chosen = new ChosenPaths(systemClock, () => randomBytes(16).toString('hex'));
  const chooser = new FileChooser(async (what) => {
    const options: OpenDialogOptions = {
      properties: [what === 'files' ? 'openFile' : 'openDirectory', 'multiSelections', 'dontAddToRecent'],
    };
    const window = BrowserWindow.getAllWindows()[0];
    const answer = await (window === undefined
      ? dialog.showOpenDialog(options)
      : dialog.showOpenDialog(window, options));
    return answer.canceled ? [] : answer.filePaths;
  });
  return new WindowFiles({
    chosen,
    choose: chooser.choose,
    chooseFolder: createFolderChooser().choose,
    reveal: async (path) => {
      // A file manager shows nothing at all for what is gone.
      const isThere = await lstat(path).then(
        () => true,
        () => false,
      );
      if (isThere) {
        shell.showItemInFolder(path);
        return true;
      }
      const folder = dirname(path);
      const isFolder = await lstat(folder).then(
        (found) => found.isDirectory(),
        () => false,
      );
      // Only a folder is opened: a file could be a program.
      return isFolder && (await shell.openPath(folder)) === '';
    },
  });
}
