import * as z from 'zod';

/**
 * Colour themes. `window` follows the window's light or dark scheme; `ink` and `paper` are its two looks, for either scheme; the others are well-known
 * themes.
 */
export const TERMINAL_THEMES = [
  'window',
  'ink',
  'paper',
  'catppuccin-latte',
  'catppuccin-mocha',
  'dracula',
  'github-dark',
  'github-light',
  'gruvbox-dark',
  'gruvbox-light',
  'kanagawa',
  'monokai',
  'night-owl',
  'nord',
  'one-dark',
  'one-half-dark',
  'one-half-light',
  'one-light',
  'rose-pine',
  'rose-pine-dawn',
  'solarized-dark',
  'solarized-light',
  'tokyo-night',
  'tokyo-night-day',
] as const;
export type TerminalTheme = (typeof TERMINAL_THEMES)[number];

export const CURSOR_STYLES = ['block', 'bar', 'underline'] as const;
export type CursorStyle = (typeof CURSOR_STYLES)[number];

/** Actions of the right mouse button: a menu, a paste, or a copy of the selection and otherwise a paste. */
export const RIGHT_CLICKS = ['menu', 'paste', 'copy-paste'] as const;
export type RightClick = (typeof RIGHT_CLICKS)[number];

/** Name of one font family. The pattern allows letters, digits, spaces and a few signs, so that a name can't inject other CSS. */
export const FONT_FAMILY = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u;

/** Maximum number of stored clipboard decisions; the oldest is dropped. */
export const MOST_CLIPBOARD_DECISIONS = 200;

/** Decision of the person whether programs on one machine may write to the clipboard of this one. */
const clipboardDecision = z.strictObject({
  /** Machine: `peer` or `gateway`, a space, and its ID. */
  place: z.string().regex(/^(?:peer|gateway) [A-Za-z0-9_-]{1,64}$/),
  allowed: z.boolean(),
});
export type ClipboardDecision = z.infer<typeof clipboardDecision>;

/**
 * Look and behaviour of terminals in a window of this machine; part of the window's settings. A field that is missing in a stored document gets its
 * default. Pure schema.
 */
export const terminalSettings = z.strictObject({
  /** Theme in a light window, and in a dark one without its own. */
  theme: z.enum(TERMINAL_THEMES).default('window'),
  /** Theme in a dark window; null uses `theme`. */
  darkTheme: z.enum(TERMINAL_THEMES).nullable().default(null),
  /** Empty for the window's font. */
  fontFamily: z.string().regex(FONT_FAMILY).or(z.literal('')).default(''),
  /** CSS pixels, in halves. */
  fontSize: z.number().multipleOf(0.5).min(8).max(32),
  /** Percent of the font's line height. */
  lineHeight: z.number().int().min(100).max(200).default(100),
  /** Number of lines above the screen that can be scrolled back to. */
  scrollback: z.number().int().min(0).max(100_000),
  /** Cursor shape until a program sets another. */
  cursorStyle: z.enum(CURSOR_STYLES).default('block'),
  cursorBlink: z.boolean(),
  copyOnSelect: z.boolean(),
  rightClick: z.enum(RIGHT_CLICKS).default('menu'),
  /** Asks before several lines or control characters are pasted. */
  pasteGuard: z.boolean(),
  /** Asks before a terminal with a running program is closed. */
  closeGuard: z.boolean().default(true),
  /** Clipboard decisions, newest last. For a machine without one the window asks. */
  clipboard: z.array(clipboardDecision).max(MOST_CLIPBOARD_DECISIONS).default([]),
  screenReader: z.boolean(),
  /** Draws terminals with WebGL. If off, or if WebGL fails, draws them with page elements. */
  webgl: z.boolean(),
});
export type TerminalSettings = z.infer<typeof terminalSettings>;

export const DEFAULT_TERMINAL_SETTINGS: TerminalSettings = {
  theme: 'window',
  darkTheme: null,
  fontFamily: '',
  fontSize: 12.5,
  // Rows of 19 px in the window's font.
  lineHeight: 112,
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

/** Returns the theme for terminals in a light or dark window. */
export function terminalThemeOf(
  { theme, darkTheme }: Pick<TerminalSettings, 'theme' | 'darkTheme'>,
  scheme: 'light' | 'dark',
): TerminalTheme {
  return scheme === 'dark' ? (darkTheme ?? theme) : theme;
}
