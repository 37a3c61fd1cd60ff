/**
 * Preload script, which Electron runs in the window's sandbox before the page. Gives the page `window.clawreach`: `connect`, which asks the
 * application for a message port to the agent, and the names of the calls and events that the port carries. Passes the port on to the page when it
 * comes. `keepFiles` tells the application the paths of files that a person has dropped on the page or pasted, and gives the page a token for them: only
 * the browser itself makes such files, and the page never learns the paths. The page gets nothing else of Electron. Bundled as CommonJS.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { CALL_NAMES, EVENT_NAMES } from './bridge-names.ts';
import { CONNECT_CHANNEL, FILES_CHANNEL, PORT_CHANNEL } from './channels.ts';

ipcRenderer.on(PORT_CHANNEL, (event) => {
  // A port can't cross the bridge as a value, but can be posted to the page's own origin.
  window.postMessage(PORT_CHANNEL, window.location.origin, [...event.ports]);
});

// The page reads its storage when its script runs. The first reading waits for the main process, which loads the agent by then and is free now.
setTimeout(() => localStorage.length);

/** Keeps the paths of files at the application. @returns their token; undefined if one of them isn't a file of this machine, or there are too many */
async function keepFiles(files: readonly File[]): Promise<string | undefined> {
  const paths = files.map((file) => webUtils.getPathForFile(file));
  return paths.includes('') ? undefined : ((await ipcRenderer.invoke(FILES_CHANNEL, paths)) as string | undefined);
}

contextBridge.exposeInMainWorld('clawreach', {
  calls: CALL_NAMES,
  events: EVENT_NAMES,
  connect: (): void => ipcRenderer.send(CONNECT_CHANNEL),
  keepFiles,
});
