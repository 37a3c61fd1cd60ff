export { settingsPlaces, showSettings, type SettingsPlace, type SettingsSection } from './places.ts';
export { SettingsPage } from './settings-page.tsx';
