import { clipboard, Menu, nativeTheme, Tray } from 'electron';
import type { Clock } from '#shared/clock.ts';
import { runTrayAction, type TrayActions } from './tray-actions.ts';
import { TrayController } from './controller.ts';
import { createProgramRunner, TrayHost } from './host.ts';
import { trayIconFile } from './icons.ts';

export type SystemTrayOptions = Readonly<{
  clock: Clock;
  /** Absolute path of the directory with icons. */
  icons: string;
  toggle: () => void;
  actions: Omit<TrayActions, 'copy'>;
}>;

/**
 * Creates the controller of the tray icon with Electron's tray, menus and clipboard. Called by `createShell`, which shows the icon once a tray was
 * found.
 */
export function createSystemTray({ clock, icons, toggle, actions }: SystemTrayOptions): TrayController {
  const { platform } = process;
  return new TrayController({
    clock,
    platform,
    create: (image) => new Tray(image),
    buildMenu: (template) => Menu.buildFromTemplate(template),
    image: (state) => trayIconFile(icons, state, { platform, darkSystem: isSystemDark() }),
    act: (action) => runTrayAction(action, { ...actions, copy: (text) => void clipboard.writeText(text) }),
    toggle,
  });
}

/** Creates the tray detection for this machine. @param changed called when a tray appears or is gone */
export function createTrayHost(clock: Clock, changed: (there: boolean) => void): TrayHost {
  return new TrayHost({ platform: process.platform, clock, run: createProgramRunner(process.env), changed });
}

/** Tells whether the system's bars are dark. Older Electron versions only know the colour of windows. */
function isSystemDark(): boolean {
  const theme: Readonly<{ shouldUseDarkColors: boolean; shouldUseDarkColorsForSystemIntegratedUI?: boolean }> =
    nativeTheme;
  return theme.shouldUseDarkColorsForSystemIntegratedUI ?? theme.shouldUseDarkColors;
}
