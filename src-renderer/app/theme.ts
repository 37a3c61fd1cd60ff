import { useEffect } from 'react';
import type { WindowSettings } from '#shared/app-api/index.ts';
import { useApp } from '../store/index.ts';

const DARK = '(prefers-color-scheme: dark)';

/**
 * Returns the colour scheme of a theme setting; `system` follows the operating system's current scheme. Used before the first render and by
 * `useTheme`.
 */
export function resolveTheme(theme: WindowSettings['theme']): 'light' | 'dark' {
  if (theme !== 'system') return theme;
  return matchMedia(DARK).matches ? 'dark' : 'light';
}

/** Applies theme and motion of the settings to the page, and follows the system's scheme while the setting is `system`. */
export function useTheme(): void {
  const lessMotion = useApp((state) => state.settings.lessMotion);
  useEffect(() => {
    document.documentElement.dataset['motion'] = lessMotion ? 'less' : '';
  }, [lessMotion]);
  const theme = useApp((state) => state.settings.theme);
  useEffect(() => {
    const apply = (): void => {
      document.documentElement.dataset['theme'] = resolveTheme(theme);
    };
    apply();
    const query = matchMedia(DARK);
    query.addEventListener('change', apply);
    return () => query.removeEventListener('change', apply);
  }, [theme]);
}
