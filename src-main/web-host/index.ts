export { BrowserShell, type BrowserShellOptions, type WindowShell } from './browser-shell.ts';
export { WebHostError } from './errors.ts';
export { isSameUser } from './connection-owner.ts';
export { WindowSettingsFile } from './settings-file.ts';
export { startWebHost, WEB_HOST_LIMITS, type WebHost, type WebHostOptions } from './web-host.ts';
