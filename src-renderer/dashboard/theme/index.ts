export { applyTheme, followSystemTheme, readTheme, setTheme, THEMES, type Theme } from './theme.ts';
