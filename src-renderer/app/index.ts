export { App } from './app.tsx';
export { loadFirstLanguage } from './language.ts';
export { resolveTheme } from './theme.ts';
