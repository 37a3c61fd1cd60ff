export { LanguageChoice } from './language-choice.tsx';
export { applyPreferences, readPreferences, setPreference, usePreferences, type Preferences } from './preferences.ts';
export { THEMES, type Theme } from '../theme/index.ts';
