import { TERMINAL_THEMES, type TerminalTheme } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import type { Scheme } from './scheme.ts';

/** Colours of a terminal theme, each `#rrggbb`; for the screens of terminals and the settings. */
export type TerminalColours = Readonly<{
  /** Proper name, the same in every language. */
  name: string;
  kind: 'light' | 'dark';
  background: string;
  foreground: string;
  cursor: string;
  /** Background of selected text. */
  selection: string;
  /** Black, red, green, yellow, blue, magenta, cyan, white; then the bright ones. */
  colours: readonly string[];
}>;

/** Theme with colours of its own, unlike `window`, which uses the window's. */
export type NamedTheme = Exclude<TerminalTheme, 'window'>;

const colours = (dark: string, bright: string): readonly string[] =>
  `${dark} ${bright}`.split(' ').map((colour) => `#${colour}`);

/**
 * Well-known themes as published by their makers, whom `assets/licences/terminal-themes.txt` names. Where plain text falls short of WCAG AA, the theme's
 * next stronger shade replaces it (Solarized Light, the cursors of Catppuccin Latte and One Half Light).
 */
export const THEMES: Readonly<Record<NamedTheme, TerminalColours>> = {
  // The window's own colours, for terminals that stay dark in a light window, or light in a dark one.
  ink: {
    name: 'Ink',
    kind: 'dark',
    background: '#111115',
    foreground: '#ededf2',
    cursor: '#ededf2',
    selection: '#3a3d73',
    colours: colours(
      '2a2a34 ff8f95 6fdba3 f2c071 8db8fb d9a2f5 7fd7e4 cfcfd8',
      '8a8a9a ffadb1 95ebbf ffd799 a9caff ebb9f8 9be6f0 ffffff',
    ),
  },
  paper: {
    name: 'Paper',
    kind: 'light',
    background: '#ffffff',
    foreground: '#17171d',
    cursor: '#17171d',
    selection: '#cfd1f7',
    colours: colours(
      '1b1b23 b01f2b 10683d 7d4b00 1f56ad 8a2a9b 0f6674 8a8a99',
      '6b6b7a d0313d 14794a 955c00 2f6fd6 a744bd 0f7889 c4c4d0',
    ),
  },
  'catppuccin-latte': {
    name: 'Catppuccin Latte',
    kind: 'light',
    background: '#eff1f5',
    foreground: '#4c4f69',
    cursor: '#4c4f69',
    selection: '#ccd0da',
    colours: colours(
      '5c5f77 d20f39 40a02b df8e1d 1e66f5 ea76cb 179299 acb0be',
      '6c6f85 d20f39 40a02b df8e1d 1e66f5 ea76cb 179299 bcc0cc',
    ),
  },
  'catppuccin-mocha': {
    name: 'Catppuccin Mocha',
    kind: 'dark',
    background: '#1e1e2e',
    foreground: '#cdd6f4',
    cursor: '#f5e0dc',
    selection: '#45475a',
    colours: colours(
      '45475a f38ba8 a6e3a1 f9e2af 89b4fa f5c2e7 94e2d5 bac2de',
      '585b70 f38ba8 a6e3a1 f9e2af 89b4fa f5c2e7 94e2d5 a6adc8',
    ),
  },
  dracula: {
    name: 'Dracula',
    kind: 'dark',
    background: '#282a36',
    foreground: '#f8f8f2',
    cursor: '#f8f8f2',
    selection: '#44475a',
    colours: colours(
      '21222c ff5555 50fa7b f1fa8c bd93f9 ff79c6 8be9fd f8f8f2',
      '6272a4 ff6e6e 69ff94 ffffa5 d6acff ff92df a4ffff ffffff',
    ),
  },
  'github-dark': {
    name: 'GitHub Dark',
    kind: 'dark',
    background: '#0d1117',
    foreground: '#e6edf3',
    cursor: '#58a6ff',
    selection: '#264f78',
    colours: colours(
      '484f58 ff7b72 3fb950 d29922 58a6ff bc8cff 39c5cf b1bac4',
      '6e7681 ffa198 56d364 e3b341 79c0ff d2a8ff 56d4dd f0f6fc',
    ),
  },
  'github-light': {
    name: 'GitHub Light',
    kind: 'light',
    background: '#ffffff',
    foreground: '#24292f',
    cursor: '#0969da',
    selection: '#c8e1ff',
    colours: colours(
      '24292f cf222e 116329 4d2d00 0969da 8250df 1b7c83 6e7781',
      '57606a a40e26 1a7f37 633c01 218bff a475f9 3192aa 8c959f',
    ),
  },
  'gruvbox-dark': {
    name: 'Gruvbox Dark',
    kind: 'dark',
    background: '#282828',
    foreground: '#ebdbb2',
    cursor: '#ebdbb2',
    selection: '#504945',
    colours: colours(
      '282828 cc241d 98971a d79921 458588 b16286 689d6a a89984',
      '928374 fb4934 b8bb26 fabd2f 83a598 d3869b 8ec07c ebdbb2',
    ),
  },
  'gruvbox-light': {
    name: 'Gruvbox Light',
    kind: 'light',
    background: '#fbf1c7',
    foreground: '#3c3836',
    cursor: '#3c3836',
    selection: '#d5c4a1',
    colours: colours(
      'fbf1c7 cc241d 98971a d79921 458588 b16286 689d6a 7c6f64',
      '928374 9d0006 79740e b57614 076678 8f3f71 427b58 3c3836',
    ),
  },
  kanagawa: {
    name: 'Kanagawa',
    kind: 'dark',
    background: '#1f1f28',
    foreground: '#dcd7ba',
    cursor: '#c8c093',
    selection: '#2d4f67',
    colours: colours(
      '090618 c34043 76946a c0a36e 7e9cd8 957fb8 6a9589 c8c093',
      '727169 e82424 98bb6c e6c384 7fb4ca 938aa9 7aa89f dcd7ba',
    ),
  },
  monokai: {
    name: 'Monokai',
    kind: 'dark',
    background: '#272822',
    foreground: '#f8f8f2',
    cursor: '#f8f8f0',
    selection: '#49483e',
    colours: colours(
      '272822 f92672 a6e22e f4bf75 66d9ef ae81ff a1efe4 f8f8f2',
      '75715e f92672 a6e22e f4bf75 66d9ef ae81ff a1efe4 f9f8f5',
    ),
  },
  'night-owl': {
    name: 'Night Owl',
    kind: 'dark',
    background: '#011627',
    foreground: '#d6deeb',
    cursor: '#7e57c2',
    selection: '#1d3b53',
    colours: colours(
      '011627 ef5350 22da6e addb67 82aaff c792ea 21c7a8 ffffff',
      '575656 ef5350 22da6e ffeb95 82aaff c792ea 7fdbca ffffff',
    ),
  },
  nord: {
    name: 'Nord',
    kind: 'dark',
    background: '#2e3440',
    foreground: '#d8dee9',
    cursor: '#d8dee9',
    selection: '#434c5e',
    colours: colours(
      '3b4252 bf616a a3be8c ebcb8b 81a1c1 b48ead 88c0d0 e5e9f0',
      '4c566a bf616a a3be8c ebcb8b 81a1c1 b48ead 8fbcbb eceff4',
    ),
  },
  'one-dark': {
    name: 'One Dark',
    kind: 'dark',
    background: '#282c34',
    foreground: '#abb2bf',
    cursor: '#528bff',
    selection: '#3e4451',
    colours: colours(
      '282c34 e06c75 98c379 e5c07b 61afef c678dd 56b6c2 abb2bf',
      '5c6370 e06c75 98c379 e5c07b 61afef c678dd 56b6c2 ffffff',
    ),
  },
  'one-half-dark': {
    name: 'One Half Dark',
    kind: 'dark',
    background: '#282c34',
    foreground: '#dcdfe4',
    cursor: '#a3b3cc',
    selection: '#474e5d',
    colours: colours(
      '282c34 e06c75 98c379 e5c07b 61afef c678dd 56b6c2 dcdfe4',
      '5d677a e06c75 98c379 e5c07b 61afef c678dd 56b6c2 dcdfe4',
    ),
  },
  'one-half-light': {
    name: 'One Half Light',
    kind: 'light',
    background: '#fafafa',
    foreground: '#383a42',
    cursor: '#4f525e',
    selection: '#bfceff',
    colours: colours(
      '383a42 e45649 50a14f c18401 0184bc a626a4 0997b3 fafafa',
      '4f525e e06c75 98c379 e5c07b 61afef c678dd 56b6c2 ffffff',
    ),
  },
  'one-light': {
    name: 'One Light',
    kind: 'light',
    background: '#fafafa',
    foreground: '#383a42',
    cursor: '#526fff',
    selection: '#dbdbdf',
    colours: colours(
      '383a42 e45649 50a14f c18401 4078f2 a626a4 0184bc a0a1a7',
      '4f525e e06c75 98c379 e5c07b 61afef c678dd 56b6c2 ffffff',
    ),
  },
  'rose-pine': {
    name: 'Rosé Pine',
    kind: 'dark',
    background: '#191724',
    foreground: '#e0def4',
    cursor: '#e0def4',
    selection: '#403d52',
    colours: colours(
      '26233a eb6f92 31748f f6c177 9ccfd8 c4a7e7 ebbcba e0def4',
      '6e6a86 eb6f92 31748f f6c177 9ccfd8 c4a7e7 ebbcba e0def4',
    ),
  },
  'rose-pine-dawn': {
    name: 'Rosé Pine Dawn',
    kind: 'light',
    background: '#faf4ed',
    foreground: '#575279',
    cursor: '#575279',
    selection: '#dfdad9',
    colours: colours(
      'f2e9e1 b4637a 286983 ea9d34 56949f 907aa9 d7827e 575279',
      '9893a5 b4637a 286983 ea9d34 56949f 907aa9 d7827e 575279',
    ),
  },
  'solarized-dark': {
    name: 'Solarized Dark',
    kind: 'dark',
    background: '#002b36',
    foreground: '#839496',
    cursor: '#839496',
    selection: '#073642',
    colours: colours(
      '073642 dc322f 859900 b58900 268bd2 d33682 2aa198 eee8d5',
      '002b36 cb4b16 586e75 657b83 839496 6c71c4 93a1a1 fdf6e3',
    ),
  },
  'solarized-light': {
    name: 'Solarized Light',
    kind: 'light',
    background: '#fdf6e3',
    foreground: '#586e75',
    cursor: '#586e75',
    selection: '#eee8d5',
    colours: colours(
      '073642 dc322f 859900 b58900 268bd2 d33682 2aa198 eee8d5',
      '002b36 cb4b16 586e75 657b83 839496 6c71c4 93a1a1 fdf6e3',
    ),
  },
  'tokyo-night': {
    name: 'Tokyo Night',
    kind: 'dark',
    background: '#1a1b26',
    foreground: '#c0caf5',
    cursor: '#c0caf5',
    selection: '#33467c',
    colours: colours(
      '15161e f7768e 9ece6a e0af68 7aa2f7 bb9af7 7dcfff a9b1d6',
      '414868 f7768e 9ece6a e0af68 7aa2f7 bb9af7 7dcfff c0caf5',
    ),
  },
  'tokyo-night-day': {
    name: 'Tokyo Night Day',
    kind: 'light',
    background: '#e1e2e7',
    foreground: '#3760bf',
    cursor: '#3760bf',
    selection: '#b7c1e3',
    colours: colours(
      'e9e9ed f52a65 587539 8c6c3e 2e7de9 9854f1 007197 6172b0',
      'a1a6c5 f52a65 587539 8c6c3e 2e7de9 9854f1 007197 3760bf',
    ),
  },
};

/** Returns all themes for a choice in a scheme: the window's own, those of the scheme's kind, then the others. Pure. */
export function themesFor(scheme: Scheme): readonly TerminalTheme[] {
  const isOwn = (theme: NamedTheme): boolean => THEMES[theme].kind === scheme;
  const named = TERMINAL_THEMES.filter((theme) => theme !== 'window');
  return ['window', ...named.filter(isOwn), ...named.filter((theme) => !isOwn(theme))];
}

/** Returns the name of a theme, which is the same in every language but for that of the window's own look. */
export function nameOfTheme(theme: TerminalTheme): string {
  return theme === 'window' ? text('settings.terminals.theme.window') : THEMES[theme].name;
}

/** Backgrounds of search matches, and of the match that the search has reached. */
export const MARKS = {
  light: { match: '#ffe39a', current: '#ffb347' },
  dark: { match: '#443709', current: '#a56a00' },
} as const;
