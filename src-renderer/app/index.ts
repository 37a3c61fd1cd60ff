export { App } from './app.tsx';
export { speakFirst } from './language.ts';
export { resolveTheme } from './theme.ts';
