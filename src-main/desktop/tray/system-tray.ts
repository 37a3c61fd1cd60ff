import { clipboard, Menu, nativeTheme, Tray } from 'electron';
import type { Clock } from '#shared/clock.ts';
import { actOn, type TrayActions } from './act.ts';
import { TrayController } from './controller.ts';
import { askByProcess, TrayHost } from './host.ts';
import { trayIconFile } from './icons.ts';

export type SystemTrayOptions = Readonly<{
  clock: Clock;
  /** Directory of the icons, absolute. */
  icons: string;
  toggle: () => void;
  actions: Omit<TrayActions, 'copy'>;
}>;

/** The tray icon on this machine's desktop. */
export function createSystemTray({ clock, icons, toggle, actions }: SystemTrayOptions): TrayController {
  const { platform } = process;
  return new TrayController({
    clock,
    platform,
    create: (image) => new Tray(image),
    buildMenu: (template) => Menu.buildFromTemplate(template),
    image: (state) =>
      trayIconFile(icons, state, {
        platform,
        darkSystem: isSystemDark(),
        desktop: process.env['XDG_CURRENT_DESKTOP'],
      }),
    act: (action) => actOn(action, { ...actions, copy: (text) => void clipboard.writeText(text) }),
    toggle,
  });
}

/** @param changed a tray has come, or gone */
export function createTrayHost(clock: Clock, changed: (there: boolean) => void): TrayHost {
  return new TrayHost({ platform: process.platform, clock, ask: askByProcess(process.env), changed });
}

/** Of the system's bars, not of our windows. Older versions of Electron know only the latter. */
function isSystemDark(): boolean {
  const theme: Readonly<{ shouldUseDarkColors: boolean; shouldUseDarkColorsForSystemIntegratedUI?: boolean }> =
    nativeTheme;
  return theme.shouldUseDarkColorsForSystemIntegratedUI ?? theme.shouldUseDarkColors;
}
