export {
  applyTheme,
  followOtherTabs,
  followSystemTheme,
  lendTheme,
  readTheme,
  setTheme,
  THEMES,
  type Theme,
} from './theme.ts';
