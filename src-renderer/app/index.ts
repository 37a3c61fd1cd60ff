export { App } from './app.tsx';
export { resolveTheme } from './theme.ts';
