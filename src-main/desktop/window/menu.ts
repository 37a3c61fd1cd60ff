import type { MenuItemConstructorOptions } from 'electron';

/**
 * The application's menu. On macOS copy, paste and quit come from it; elsewhere there is none, so that no key is taken from the terminals.
 * There is no reload: a window that is reloaded loses what it shows. Its zoom is a setting, with keys that a terminal keeps for its own text.
 */
export function applicationMenu(platform: NodeJS.Platform): MenuItemConstructorOptions[] | null {
  if (platform !== 'darwin') return null;
  return [{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }];
}
