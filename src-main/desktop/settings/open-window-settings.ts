import { ensurePrivateDirectory } from '#node/files/index.ts';
import type { OpenWindowSettings } from '../ports.ts';
import { openJsonFile } from './json-document.ts';
import { StoredWindowSettings } from './window-settings-store.ts';

/**
 * Opens the window settings of this profile, once at the start of the application. Creates the profile directory, and prints problems with the files
 * to stderr.
 * @throws {StoreError} `store.directory-permissions`
 */
export const openWindowSettings: OpenWindowSettings = (profile) => {
  ensurePrivateDirectory(profile);
  return new StoredWindowSettings({
    open: openJsonFile,
    directory: profile,
    showMessage: (text) => void process.stderr.write(`${text}\n`),
  });
};
