import { join } from 'node:path';
import type { TrayState } from './model.ts';

/** Facts that decide the colour of the tray icon. */
export type TrayTheme = Readonly<{
  platform: NodeJS.Platform;
  /** True if the system reports that its bars are dark. */
  darkSystem: boolean;
  /** Value of XDG_CURRENT_DESKTOP. */
  desktop: string | undefined;
}>;

/** Desktops with a dark bar, regardless of the theme of windows. */
const DARK_BARS = /\b(?:gnome|unity|cinnamon|pantheon|budgie)\b/i;

/**
 * Returns the path of the tray icon's file, without `@2x`, which Electron adds: on macOS a template, which the system colours; elsewhere an icon for
 * dark or for light bars. Used by `createSystemTray`. Pure.
 */
export function trayIconFile(directory: string, state: TrayState, theme: TrayTheme): string {
  const { platform, darkSystem, desktop } = theme;
  if (platform === 'darwin') return join(directory, 'macos', `${state}Template.png`);
  const dark = darkSystem || (platform === 'linux' && DARK_BARS.test(desktop ?? ''));
  return join(directory, platform === 'win32' ? 'windows' : 'linux', `${state}-${dark ? 'on-dark' : 'on-light'}.png`);
}
