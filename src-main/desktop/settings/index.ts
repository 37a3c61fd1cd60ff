export { openWindowSettings } from './open-window-settings.ts';
export { StoredWindowSettings, type WindowSettingsOptions } from './window-settings-store.ts';
export type { SettingsFile, OpenDocumentStore } from './json-document.ts';
