/**
 * Preload script, which Electron runs in the window's sandbox before the page. Gives the page `window.clawreach`: `connect`, which asks the
 * application for a message port to the agent, and the names of the calls and events that the port carries. Passes the port on to the page when it
 * comes. The page gets nothing else of Electron. Bundled as CommonJS.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { CALL_NAMES, EVENT_NAMES } from './bridge-names.ts';
import { CONNECT_CHANNEL, PORT_CHANNEL } from './channels.ts';

ipcRenderer.on(PORT_CHANNEL, (event) => {
  // A port can't cross the bridge as a value, but can be posted to the page's own origin.
  window.postMessage(PORT_CHANNEL, window.location.origin, [...event.ports]);
});

// The page reads its storage when its script runs. The first reading waits for the main process, which loads the agent by then and is free now.
setTimeout(() => localStorage.length);

contextBridge.exposeInMainWorld('clawreach', {
  calls: CALL_NAMES,
  events: EVENT_NAMES,
  connect: (): void => ipcRenderer.send(CONNECT_CHANNEL),
});
