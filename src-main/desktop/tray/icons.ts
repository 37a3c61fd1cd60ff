import { join } from 'node:path';
import type { TrayState } from './model.ts';

/** Facts that decide the colour of the tray icon. */
export type TrayTheme = Readonly<{
  platform: NodeJS.Platform;
  /** True if the system reports that its bars are dark. */
  darkSystem: boolean;
}>;

/**
 * Returns the path of the tray icon's file, without `@2x`, which Electron adds: on macOS a template, which the system colours; on Windows an icon for
 * dark or for light bars; on Linux, where no desktop tells the colour of its bar, one that is readable on both. Used by `createSystemTray`. Pure.
 */
export function trayIconFile(directory: string, state: TrayState, { platform, darkSystem }: TrayTheme): string {
  if (platform === 'darwin') return join(directory, 'macos', `${state}Template.png`);
  if (platform === 'win32') return join(directory, 'windows', `${state}-${darkSystem ? 'on-dark' : 'on-light'}.png`);
  return join(directory, 'linux', `${state}.png`);
}
