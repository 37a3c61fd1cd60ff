/**
 * Preload script of the window. Gives the page the names of the calls and events of the app API, and a function that requests its one message port;
 * nothing else of Electron. Bundled as CommonJS; runs in the sandbox.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { CALL_NAMES, EVENT_NAMES } from './bridge-names.ts';
import { CONNECT_CHANNEL, PORT_CHANNEL } from './channels.ts';

ipcRenderer.on(PORT_CHANNEL, (event) => {
  // A port can't cross the bridge as a value, but can be posted to the page's own origin.
  window.postMessage(PORT_CHANNEL, window.location.origin, [...event.ports]);
});

contextBridge.exposeInMainWorld('clawreach', {
  calls: CALL_NAMES,
  events: EVENT_NAMES,
  connect: (): void => ipcRenderer.send(CONNECT_CHANNEL),
});
