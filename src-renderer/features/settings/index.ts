export { settingsEntries, showSettings, type SettingsEntry, type SettingsSection } from './sections.ts';
export { SettingsPage } from './settings-page.tsx';
