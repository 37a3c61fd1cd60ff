import { join } from 'node:path';
import type { TrayState } from './model.ts';

export type TrayTheme = Readonly<{
  platform: NodeJS.Platform;
  /** The system's bars are dark, as far as it says so. */
  darkSystem: boolean;
  /** XDG_CURRENT_DESKTOP. */
  desktop: string | undefined;
}>;

/** Desktops whose bar is dark whatever the theme of windows is. */
const DARK_BARS = /\b(?:gnome|unity|cinnamon|pantheon|budgie)\b/i;

/**
 * File of an icon, without `@2x`, which Electron finds by itself: black templates where the system colours them, else drawn for a dark or a
 * light bar.
 */
export function trayIconFile(directory: string, state: TrayState, theme: TrayTheme): string {
  const { platform, darkSystem, desktop } = theme;
  if (platform === 'darwin') return join(directory, 'macos', `${state}Template.png`);
  const dark = darkSystem || (platform === 'linux' && DARK_BARS.test(desktop ?? ''));
  return join(directory, platform === 'win32' ? 'windows' : 'linux', `${state}-${dark ? 'on-dark' : 'on-light'}.png`);
}
