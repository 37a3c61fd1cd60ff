import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { app, BrowserWindow, dialog } from 'electron';
import { TextSaver } from './text-saver.ts';

/**
 * Creates the text saver for the window's call `shell.saveText`. It asks for the path with the system's dialog, and creates files that only their
 * owner can read.
 */
export function createTextSaver(): TextSaver {
  return new TextSaver({
    choose: async (name) => {
      const options = { defaultPath: join(app.getPath('documents'), name) };
      const window = BrowserWindow.getAllWindows()[0];
      const answer = await (window === undefined
        ? dialog.showSaveDialog(options)
        : dialog.showSaveDialog(window, options));
      return answer.canceled || answer.filePath === '' ? undefined : answer.filePath;
    },
    // Readable by its owner only, since the text may name machines.
    write: (path, text) => writeFile(path, text, { mode: 0o600 }),
    append: (path, text) => appendFile(path, text),
  });
}
