export { openWindowSettings } from './open-window-settings.ts';
export { StoredWindowSettings, type WindowSettingsOptions } from './window-settings-store.ts';
export { openJsonFile, type SettingsFile, type OpenDocumentStore } from './json-document.ts';
