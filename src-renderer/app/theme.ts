import { useEffect } from 'react';
import type { WindowSettings } from '#shared/app-api/index.ts';
import { useApp } from '../store/index.ts';

const DARK = '(prefers-color-scheme: dark)';

/** Resolves a theme setting to the current scheme. */
export function resolveTheme(theme: WindowSettings['theme']): 'light' | 'dark' {
  if (theme !== 'system') return theme;
  return matchMedia(DARK).matches ? 'dark' : 'light';
}

/** Applies the theme of the setting, or of the system as it changes. */
export function useTheme(): void {
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
