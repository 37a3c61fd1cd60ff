import type { Menu, MenuItemConstructorOptions, Tray } from 'electron';
import type { Clock, Timer } from '#shared/clock.ts';
import { menuTemplate } from './menu-template.ts';
import { trayModel, type TrayAction, type TrayFacts, type TrayModel } from './model.ts';

/** Shortest time between two updates, ms: each one redraws and, on Linux, sends the whole menu. */
export const UPDATE_INTERVAL = 200;

export type TrayIcon = Pick<
  Tray,
  'setImage' | 'setToolTip' | 'setContextMenu' | 'popUpContextMenu' | 'on' | 'destroy' | 'isDestroyed'
>;

export type TrayOptions = Readonly<{
  clock: Clock;
  platform: NodeJS.Platform;
  create: (image: string) => TrayIcon;
  buildMenu: (template: MenuItemConstructorOptions[]) => Menu;
  /** Returns the icon file for a state, in the current colours of the system's bars. */
  image: (state: TrayModel['icon']) => string;
  /** Runs the action of a clicked entry. */
  act: (action: TrayAction) => void;
  /** Called when the icon is clicked. */
  toggle: () => void;
}>;

/**
 * Controller of the tray icon: keeps icon, tooltip and menu equal to the model, and changes only what differs. `createSystemTray` creates it with
 * Electron's tray; the shell passes in the agent's state.
 */
export class TrayController {
  readonly #options: TrayOptions;
  #facts: TrayFacts = {
    status: undefined,
    peers: [],
    pending: [],
    requests: [],
    forwards: [],
    shared: [],
    agents: [],
    transfers: undefined,
    terminals: [],
  };
  #icon: TrayIcon | undefined;
  #shown: Readonly<{ image: string; tooltip: string; menu: string }> | undefined;
  #menu: Menu | undefined;
  #updatedAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  constructor(options: TrayOptions) {
    this.#options = options;
  }

  get isThere(): boolean {
    return this.#icon !== undefined;
  }

  /** Creates the tray icon, replacing an existing one, since a restarted tray doesn't know the old one. */
  show(): void {
    this.hide();
    const icon = this.#options.create(this.#options.image(trayModel(this.#facts).icon));
    this.#icon = icon;
    icon.on('click', () => this.#options.toggle());
    // On macOS a menu set here would open on a click instead of the click's own action.
    if (this.#options.platform === 'darwin') {
      icon.on('right-click', () => {
        if (this.#menu !== undefined) icon.popUpContextMenu(this.#menu);
      });
    }
    this.#draw();
  }

  hide(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#icon !== undefined && !this.#icon.isDestroyed()) this.#icon.destroy();
    this.#icon = undefined;
    this.#menu = undefined;
    this.#shown = undefined;
  }

  update(facts: TrayFacts): void {
    this.#facts = facts;
    this.refresh();
  }

  /** Redraws the menu, since systems toggle the mark of a chosen entry by themselves. */
  restore(): void {
    if (this.#shown !== undefined) this.#shown = { ...this.#shown, menu: '' };
    this.refresh();
  }

  /** Redraws after a change that isn't in the facts, such as the language or the colour of the system's bars. */
  refresh(): void {
    if (this.#icon === undefined || this.#timer !== undefined) return;
    const { clock } = this.#options;
    const left = this.#updatedAt + UPDATE_INTERVAL - clock.monotonic();
    if (left <= 0) this.#draw();
    else
      this.#timer = clock.setTimer(left, () => {
        this.#timer = undefined;
        this.#draw();
      });
  }

  #draw(): void {
    const icon = this.#icon;
    if (icon === undefined) return;
    const { image: imageOf, buildMenu, act, platform, clock } = this.#options;
    const model = trayModel(this.#facts);
    const next = { image: imageOf(model.icon), tooltip: model.tooltip, menu: JSON.stringify(model.menu) };
    if (next.image !== this.#shown?.image) icon.setImage(next.image);
    if (next.tooltip !== this.#shown?.tooltip) icon.setToolTip(next.tooltip);
    if (next.menu !== this.#shown?.menu) {
      // Keep it referenced: a collected menu disappears.
      this.#menu = buildMenu(menuTemplate(model.menu, act));
      if (platform !== 'darwin') icon.setContextMenu(this.#menu);
    }
    this.#shown = next;
    this.#updatedAt = clock.monotonic();
  }
}
