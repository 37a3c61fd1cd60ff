import type { MenuItemConstructorOptions } from 'electron';

/**
 * Returns the application's menu. On macOS, copy, paste and quit come from it; elsewhere there is none, so that no key is taken from terminals. There
 * is no reload, which would lose what the window shows. Zoom is a setting, and terminals use its keys for their own text. `main.ts` installs it at
 * start. Pure.
 */
export function applicationMenu(platform: NodeJS.Platform): MenuItemConstructorOptions[] | null {
  if (platform !== 'darwin') return null;
  return [{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }];
}
