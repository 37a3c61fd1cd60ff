import type { ITheme } from '@xterm/xterm';

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

/** The colours of the page's theme, for xterm, which takes values and not properties. */
export function readTheme(): ITheme {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string): string => style.getPropertyValue(name).trim();
  const text = value('--color-terminal-text');
  const background = value('--color-terminal-background');
  const selection = value('--color-terminal-selection');
  const colours: ITheme = {
    background,
    foreground: text,
    cursor: text,
    cursorAccent: background,
    selectionBackground: selection,
    selectionInactiveBackground: selection,
  };
  for (const name of NAMES) {
    colours[name] = value(`--terminal-${name}`);
    colours[BRIGHT[name]] = value(`--terminal-bright-${name}`);
  }
  return colours;
}

/** Of the search: all matches, and the one that was gone to. */
export function readMarks(): Readonly<{ match: string; current: string }> {
  const style = getComputedStyle(document.documentElement);
  return {
    match: style.getPropertyValue('--terminal-match').trim(),
    current: style.getPropertyValue('--terminal-match-current').trim(),
  };
}

export function readFont(): string {
  return getComputedStyle(document.documentElement).getPropertyValue('--font-mono').trim();
}

/** Calls whenever the page changes between light and dark. @returns stops */
export function followTheme(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}
