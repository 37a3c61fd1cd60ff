import * as z from 'zod';

/** How terminals look and behave in a window of this machine. What is not in an older document takes its default. */

/** `window` follows the light or dark theme of the window; the others are known by these names. */
export const TERMINAL_THEMES = [
  'window',
  'catppuccin-latte',
  'catppuccin-mocha',
  'dracula',
  'github-dark',
  'github-light',
  'gruvbox-dark',
  'gruvbox-light',
  'monokai',
  'nord',
  'one-dark',
  'one-light',
  'solarized-dark',
  'solarized-light',
  'tokyo-night',
] as const;
export type TerminalTheme = (typeof TERMINAL_THEMES)[number];

export const CURSOR_STYLES = ['block', 'bar', 'underline'] as const;
export type CursorStyle = (typeof CURSOR_STYLES)[number];

/** What the right mouse button does: a menu, a paste, or a copy of what is selected and else a paste. */
export const RIGHT_CLICKS = ['menu', 'paste', 'copy-paste'] as const;
export type RightClick = (typeof RIGHT_CLICKS)[number];

/** The name of one family: letters, digits, spaces and a few signs, so that it cannot be anything but a name where styles are written. */
export const FONT_FAMILY = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u;

/** More decisions than these are not kept; the oldest goes. */
export const MOST_CLIPBOARD_DECISIONS = 200;

/** Whether programs on a machine may put text on the clipboard here. */
const clipboardDecision = z.strictObject({
  /** `peer` or `gateway`, a space, and its id. */
  place: z.string().regex(/^(?:peer|gateway) [A-Za-z0-9_-]{1,64}$/),
  allowed: z.boolean(),
});
export type ClipboardDecision = z.infer<typeof clipboardDecision>;

export const terminalSettings = z.strictObject({
  /** While the window is light; also while it is dark, unless there is another for that. */
  theme: z.enum(TERMINAL_THEMES).default('window'),
  /** While the window is dark; null is the one of a light window. */
  darkTheme: z.enum(TERMINAL_THEMES).nullable().default(null),
  /** Empty for the one of the window. */
  fontFamily: z.string().regex(FONT_FAMILY).or(z.literal('')).default(''),
  /** CSS pixels. */
  fontSize: z.number().int().min(8).max(32),
  /** Percent of what the font wants. */
  lineHeight: z.number().int().min(100).max(200).default(100),
  /** Lines kept above the screen. */
  scrollback: z.number().int().min(0).max(100_000),
  /** Until a program wants another. */
  cursorStyle: z.enum(CURSOR_STYLES).default('block'),
  cursorBlink: z.boolean(),
  copyOnSelect: z.boolean(),
  rightClick: z.enum(RIGHT_CLICKS).default('menu'),
  /** Ask before several lines or control characters are pasted. */
  pasteGuard: z.boolean(),
  /** Ask before a terminal is closed in which a program runs. */
  closeGuard: z.boolean().default(true),
  /** What the person has decided, latest last; who is not in it is asked about. */
  clipboard: z.array(clipboardDecision).max(MOST_CLIPBOARD_DECISIONS).default([]),
  screenReader: z.boolean(),
  /** Draw with the graphics card; without it, or when it fails, the page draws. */
  webgl: z.boolean(),
});
export type TerminalSettings = z.infer<typeof terminalSettings>;

export const DEFAULT_TERMINAL_SETTINGS: TerminalSettings = {
  theme: 'window',
  darkTheme: null,
  fontFamily: '',
  fontSize: 14,
  lineHeight: 100,
  scrollback: 5000,
  cursorStyle: 'block',
  cursorBlink: false,
  copyOnSelect: false,
  rightClick: 'menu',
  pasteGuard: true,
  closeGuard: true,
  clipboard: [],
  screenReader: false,
  webgl: true,
};

/** The colours of terminals in a window that is light or dark now. */
export function terminalThemeOf(
  { theme, darkTheme }: Pick<TerminalSettings, 'theme' | 'darkTheme'>,
  scheme: 'light' | 'dark',
): TerminalTheme {
  return scheme === 'dark' ? (darkTheme ?? theme) : theme;
}
