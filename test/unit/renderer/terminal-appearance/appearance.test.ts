import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  DEFAULT_WINDOW_SETTINGS,
  FONT_FAMILY,
  TERMINAL_THEMES,
  terminalThemeOf,
  windowSettings,
} from '#shared/app-api/index.ts';
import {
  contrast,
  LEAST_CONTRAST,
  readableColour,
} from '../../../../src-renderer/features/terminal-appearance/contrast.ts';
import {
  fontStack,
  installedFonts,
  isInstalled,
  isMonospaced,
} from '../../../../src-renderer/features/terminal-appearance/fonts.ts';
import { withTheme } from '../../../../src-renderer/features/settings/general/terminal-colours.tsx';
import { MARKS, THEMES, themesFor } from '../../../../src-renderer/features/terminal-appearance/themes.ts';

describe('a theme', () => {
  test("is one of at least twenty, those of the window's kind first, light ones and dark ones, each with sixteen colours", () => {
    expect(Object.keys(THEMES).toSorted()).toEqual(TERMINAL_THEMES.filter((name) => name !== 'window').toSorted());
    for (const kind of ['light', 'dark'] as const)
      expect(Object.values(THEMES).filter((theme) => theme.kind === kind).length).toBeGreaterThanOrEqual(4);
    expect(Object.keys(THEMES).length).toBeGreaterThanOrEqual(20);
    for (const scheme of ['light', 'dark'] as const) {
      const [own, ...named] = themesFor(scheme);
      expect(own).toBe('window');
      expect([...named].toSorted()).toEqual(Object.keys(THEMES).toSorted());
      const kinds = named.map((theme) => theme !== 'window' && THEMES[theme].kind === scheme);
      expect(kinds.indexOf(false)).toBe(kinds.lastIndexOf(true) + 1);
    }
    for (const { colours, background, foreground, cursor, selection } of Object.values(THEMES)) {
      expect(colours).toHaveLength(16);
      for (const colour of [...colours, background, foreground, cursor, selection])
        expect(colour).toMatch(/^#[0-9a-f]{6}$/);
    }
  });

  test.each(Object.entries(THEMES))('can be read: %s', (_name, { kind, background, foreground, cursor, selection }) => {
    // WCAG 2.2: text 4.5, what is no text 3.
    expect(contrast(foreground, background)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(cursor, background)).toBeGreaterThanOrEqual(3);
    expect(contrast(foreground, selection)).toBeGreaterThanOrEqual(3);
    expect(contrast(foreground, MARKS[kind].match)).toBeGreaterThanOrEqual(3);
    expect(selection).not.toBe(background);
    expect(contrast(background, '#ffffff') < contrast(background, '#000000') ? 'light' : 'dark').toBe(kind);
  });

  test.each(Object.entries(THEMES))(
    'shows words of each of its colours so that they can be read: %s',
    (_name, { colours, background }) => {
      for (const colour of colours)
        expect(contrast(readableColour(colour, background), background)).toBeGreaterThanOrEqual(LEAST_CONTRAST);
      expect(readableColour('#000000', '#ffffff')).toBe('#000000');
    },
  );

  test('is compared by the contrast of WCAG', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
    expect(contrast('#ffffff', '#ffffff')).toBe(1);
  });
});

describe('a font', () => {
  /** Widths as a browser gives them, where only Hack and Serif One are installed. */
  const measure = (text: string, font: string): number => {
    if (font.includes('"Hack"')) return text.length * 44;
    if (font.includes('"Serif One"')) return text.startsWith('i') ? 80 : 500;
    return { monospace: 43, serif: 41, 'sans-serif': 40 }[font.split(/[ ,]+/).at(-1) ?? ''] ?? 0;
  };

  test('is found where text in it is as wide as in no other', () => {
    expect(installedFonts(measure)).toEqual(['Hack']);
    expect(isInstalled('Serif One', measure)).toBe(true);
    expect(isInstalled('Comic Sans', measure)).toBe(false);
    expect([isMonospaced('Hack', measure), isMonospaced('Serif One', measure)]).toEqual([true, false]);
  });

  test.each(['a"; color: red', "a', b", 'a\\', 'url(x)', '', ' a', 'x'.repeat(65), 'a\n', '-a'])(
    'is a name and nothing else: %j is none',
    (name) => {
      expect(FONT_FAMILY.test(name)).toBe(false);
      expect(fontStack(name, 'monospace')).toBe('monospace');
      expect(isInstalled(name, () => 1)).toBe(false);
    },
  );

  test('stands before those of the window', () => {
    expect(fontStack('Noto Sans Mono CJK SC', 'monospace')).toBe('"Noto Sans Mono CJK SC", monospace');
  });
});

test('settings from before there were themes and fonts are read whole', () => {
  const {
    theme: _theme,
    darkTheme: _dark,
    fontFamily: _font,
    lineHeight: _height,
    cursorStyle: _style,
    rightClick: _right,
    clipboard: _clipboard,
    ...before
  } = DEFAULT_WINDOW_SETTINGS.terminal;
  const read = windowSettings.safeParse({ ...DEFAULT_WINDOW_SETTINGS, terminal: { ...before, fontSize: 20 } });
  expect(read.data?.terminal).toEqual({ ...DEFAULT_WINDOW_SETTINGS.terminal, fontSize: 20, lineHeight: 100 });
});

test('settings with one theme keep it in a window of either kind', () => {
  const { darkTheme: _dark, ...before } = DEFAULT_WINDOW_SETTINGS.terminal;
  const read = windowSettings.parse({ ...DEFAULT_WINDOW_SETTINGS, terminal: { ...before, theme: 'dracula' } }).terminal;
  expect([terminalThemeOf(read, 'light'), terminalThemeOf(read, 'dark')]).toEqual(['dracula', 'dracula']);
  const both = { ...read, theme: 'github-light', darkTheme: 'window' } as const;
  expect([terminalThemeOf(both, 'light'), terminalThemeOf(both, 'dark')]).toEqual(['github-light', 'window']);
  expect(
    windowSettings.safeParse({ ...DEFAULT_WINDOW_SETTINGS, terminal: { ...before, darkTheme: 'pink' } }).success,
  ).toBe(false);
});

test('a theme chosen for one scheme leaves the other as it was, even where that had none of its own', () => {
  const before = { theme: 'window', darkTheme: null } as const;
  const light = { ...before, ...withTheme(before, 'light', 'ink') };
  expect(['light', 'dark'].map((scheme) => terminalThemeOf(light, scheme as 'light' | 'dark'))).toEqual([
    'ink',
    'window',
  ]);
  const dark = { ...before, ...withTheme(before, 'dark', 'paper') };
  expect(['light', 'dark'].map((scheme) => terminalThemeOf(dark, scheme as 'light' | 'dark'))).toEqual([
    'window',
    'paper',
  ]);
});

test('the themes Ink and Paper are the looks of the window', () => {
  const css = readFileSync(
    new URL('../../../../src-renderer/features/terminal-appearance/colours.css', import.meta.url),
    'utf8',
  );
  const [light = '', dark = ''] = css.split("[data-theme='dark']");
  for (const [theme, looks] of [
    ['paper', light],
    ['ink', dark],
  ] as const) {
    const own = [
      ...looks.matchAll(/--terminal-(?:bright-)?(?:black|red|green|yellow|blue|magenta|cyan|white): (#\w+)/g),
    ];
    expect(own.map(([, colour]) => colour)).toEqual(THEMES[theme].colours);
  }
});
