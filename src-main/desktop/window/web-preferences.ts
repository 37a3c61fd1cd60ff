import type { WebPreferences } from 'electron';

/**
 * Returns Electron's preferences for the page of `MainWindow`: no Node, nothing of Electron but the preload script, and the browser's default
 * protections. Keys that would weaken those are never set. Pure.
 * @param preload absolute path of the bundled preload script
 * @param developer not a packaged program, so that the developer tools can be opened
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
