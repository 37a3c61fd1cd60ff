import type { ITheme } from '@xterm/xterm';
import { terminalThemeOf, type TerminalSettings, type TerminalTheme } from '#shared/app-api/index.ts';
import { fontStack, MARKS, schemeNow, THEMES, type TerminalColours } from '../../terminal-appearance/index.ts';

const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;
const BRIGHT = {
  black: 'brightBlack',
  red: 'brightRed',
  green: 'brightGreen',
  yellow: 'brightYellow',
  blue: 'brightBlue',
  magenta: 'brightMagenta',
  cyan: 'brightCyan',
  white: 'brightWhite',
} as const;

/**
 * Returns the terminal theme that the person has chosen for the window's current scheme. The functions of this file only read their arguments and the
 * page's styles.
 */
export function themeNow(settings: Pick<TerminalSettings, 'theme' | 'darkTheme'>): TerminalTheme {
  return terminalThemeOf(settings, schemeNow());
}

/** Returns a theme's colours for xterm. The theme `window` takes them from the page's CSS properties, which xterm can't read. */
export function readTheme(theme: TerminalTheme): ITheme {
  return theme === 'window' ? ofPage() : ofColours(THEMES[theme]);
}

/** Returns the background of a theme; undefined for `window`, whose background is the page's. */
export function backgroundOf(theme: TerminalTheme): string | undefined {
  return theme === 'window' ? undefined : THEMES[theme].background;
}

function ofPage(): ITheme {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string): string => style.getPropertyValue(name).trim();
  const text = value('--color-terminal-text');
  const background = value('--color-terminal-background');
  const selection = value('--color-terminal-selection');
  const scrollBar = value('--color-scroll-thumb');
  const colours: ITheme = {
    background,
    foreground: text,
    cursor: text,
    cursorAccent: background,
    selectionBackground: selection,
    selectionInactiveBackground: selection,
    scrollbarSliderBackground: scrollBar,
    scrollbarSliderHoverBackground: value('--color-text-muted'),
    scrollbarSliderActiveBackground: value('--color-text-muted'),
  };
  for (const name of NAMES) {
    colours[name] = value(`--terminal-${name}`);
    colours[BRIGHT[name]] = value(`--terminal-bright-${name}`);
  }
  return colours;
}

function ofColours({ background, foreground, cursor, selection, colours }: TerminalColours): ITheme {
  const theme: ITheme = {
    background,
    foreground,
    cursor,
    cursorAccent: background,
    selectionBackground: selection,
    selectionInactiveBackground: selection,
    scrollbarSliderBackground: `${foreground}66`,
    scrollbarSliderHoverBackground: `${foreground}99`,
    scrollbarSliderActiveBackground: `${foreground}99`,
  };
  for (const [index, name] of NAMES.entries()) {
    theme[name] = colours[index] ?? foreground;
    theme[BRIGHT[name]] = colours[index + NAMES.length] ?? foreground;
  }
  return theme;
}

/** Returns the colours of search matches, and of the match that the search has reached. */
export function readMarks(theme: TerminalTheme): Readonly<{ match: string; current: string }> {
  if (theme !== 'window') return MARKS[THEMES[theme].kind];
  const style = getComputedStyle(document.documentElement);
  return {
    match: style.getPropertyValue('--terminal-match').trim(),
    current: style.getPropertyValue('--terminal-match-current').trim(),
  };
}

/** Returns the CSS font list for xterm: the person's font, then the page's monospaced fonts. */
export function readFont(family: string): string {
  return fontStack(family, getComputedStyle(document.documentElement).getPropertyValue('--font-mono').trim());
}
