import type { WebPreferences } from 'electron';

/**
 * What the page may: nothing of Node, nothing of Electron but its preload script, and the browser's own protections as they are by default;
 * keys that would weaken those are not named anywhere.
 * @param preload absolute path of the bundled preload script
 * @param developer not a packaged program: the developer tools can be opened
 */
export function webPreferences(preload: string, developer: boolean): WebPreferences {
  return {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    devTools: developer,
  };
}
