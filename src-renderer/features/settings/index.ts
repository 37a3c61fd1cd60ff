export { settingsEntries, showSettings, type SettingsEntry, type SettingsSection } from './sections.ts';
export { QuitDialog } from './general/quit-dialog.tsx';
export { SettingsPage } from './settings-page.tsx';
export { SECTION_ICONS } from './section-icons.ts';
