export { LEAST_CONTRAST } from './contrast.ts';
export { fontStack, installedFonts, isInstalled, isMonospaced, type MeasureText } from './fonts.ts';
export { followScheme, schemeNow, useScheme, type Scheme } from './scheme.ts';
export { MARKS, nameOfTheme, THEMES, themesFor, type NamedTheme, type TerminalColours } from './themes.ts';
export { TerminalPreview } from './preview.tsx';
export { TerminalSwatch } from './swatch.tsx';
