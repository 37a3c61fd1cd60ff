import ElectronStore from 'electron-store';
import { ensurePrivateDirectory } from '#node/files/index.ts';
import type { OpenWindowSettings } from '../ports.ts';
import type { OpenDocumentStore } from './json-document.ts';
import { StoredWindowSettings } from './window-settings-store.ts';

/** Opens a JSON file with electron-store. Code outside Electron opens the same files with conf, since electron-store loads only inside Electron. */
const openDocument: OpenDocumentStore = ({ directory, name }) =>
  new ElectronStore<Record<string, unknown>>({
    cwd: directory,
    name,
    configFileMode: 0o600,
    // Replacing unreadable settings by empty ones would lose them.
    clearInvalidConfig: false,
    accessPropertiesByDotNotation: false,
  });

/**
 * Opens the window settings of this profile, once at the start of the application. Creates the profile directory, and prints problems with the files
 * to stderr.
 * @throws {StoreError} `store.directory-permissions`
 */
export const openWindowSettings: OpenWindowSettings = (profile) => {
  ensurePrivateDirectory(profile);
  return new StoredWindowSettings({
    open: openDocument,
    directory: profile,
    showMessage: (text) => void process.stderr.write(`${text}\n`),
  });
};
