/** Colour schemes that a person can choose for this browser. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const DARK = '(prefers-color-scheme: dark)';
const KEY = 'dashboard.theme';
/** `--color-background` of both themes, also in `dashboard.html`. */
const BACKGROUNDS = { light: '#ffffff', dark: '#16161b' };
let chosen: Theme | undefined;
/** True while the window of a machine shows the theme of its own settings. */
let isLent = false;

/** Returns the chosen theme; `system` without a choice. */
export function readTheme(): Theme {
  chosen ??= THEMES.find((theme) => theme === kept()) ?? 'system';
  return chosen;
}

/** Applies the chosen theme, or that of the system. */
export function applyTheme(): void {
  if (isLent) return;
  const theme = readTheme();
  const isDark = theme === 'system' ? matchMedia(DARK).matches : theme === 'dark';
  document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
  // The system's bars take the colour of the page. Until here, that of the system's theme counts.
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]'))
    meta.content = BACKGROUNDS[isDark ? 'dark' : 'light'];
}

/** Changes the theme, applies it, and keeps it for this browser. */
export function setTheme(theme: Theme): void {
  chosen = theme;
  applyTheme();
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // The choice counts until the page is closed.
  }
}

/** Leaves the theme of the page to the window of a machine, until the returned function is called. */
export function lendTheme(): () => void {
  isLent = true;
  return () => {
    isLent = false;
    applyTheme();
  };
}

/** Calls back when another tab of this browser has changed the theme, which is applied here as well. */
export function followOtherTabs(changed: () => void): void {
  addEventListener('storage', ({ key }) => {
    if (key !== KEY && key !== null) return;
    chosen = undefined;
    applyTheme();
    changed();
  });
}

/** Applies the system's theme whenever it changes, unless another one is chosen. */
export function followSystemTheme(): void {
  matchMedia(DARK).addEventListener('change', applyTheme);
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    // The browser stores nothing for pages.
    return null;
  }
}
