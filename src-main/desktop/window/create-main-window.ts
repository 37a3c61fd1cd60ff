import { join } from 'node:path';
import { BrowserWindow, nativeTheme, screen } from 'electron';
import { askToReopen } from './ask-to-reopen.ts';
import { MainWindow, type MainWindowOptions } from './main-window.ts';

export type CreateOptions = Omit<
  MainWindowOptions,
  'create' | 'platform' | 'preload' | 'icon' | 'workAreas' | 'isDark' | 'askToReopen'
> &
  Readonly<{
    /** Absolute path of the directory with `dist` and `assets`. */
    root: string;
  }>;

/** Creates the main window with Electron's window, on this machine's screens. Called once by `createShell`. The window stays hidden until `open`. */
export function createMainWindow({ root, ...options }: CreateOptions): MainWindow {
  return new MainWindow({
    ...options,
    create: (window) => new BrowserWindow(window),
    platform: process.platform,
    preload: join(root, 'dist', 'desktop', 'preload.cjs'),
    icon: join(root, 'assets', 'icon', '256.png'),
    workAreas: () => {
      const first = screen.getPrimaryDisplay();
      return [first, ...screen.getAllDisplays().filter(({ id }) => id !== first.id)].map(({ workArea }) => workArea);
    },
    isDark: () => nativeTheme.shouldUseDarkColors,
    askToReopen,
  });
}
