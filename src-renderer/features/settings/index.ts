export { settingsPlaces, showSettings, type SettingsPlace, type SettingsSection } from './sections.ts';
export { SettingsPage } from './settings-page.tsx';
