import type { MenuItemConstructorOptions } from 'electron';

/**
 * The application's menu. On macOS copy, paste and quit come from it; elsewhere there is none, so that no key is taken from the terminals.
 * There is no reload and no zoom: a window that is reloaded loses what it shows.
 */
export function applicationMenu(platform: NodeJS.Platform): MenuItemConstructorOptions[] | null {
  if (platform !== 'darwin') return null;
  return [{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }];
}
