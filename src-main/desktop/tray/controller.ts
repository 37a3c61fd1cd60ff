import type { Menu, MenuItemConstructorOptions, Tray } from 'electron';
import type { Clock, Timer } from '#shared/clock.ts';
import { menuTemplate } from './menu-template.ts';
import { trayModel, type TrayAction, type TrayFacts, type TrayModel } from './model.ts';

/** At most one update in this time, ms: each makes the system draw and, on Linux, send the whole menu. */
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
  /** File of the image for a state, as bars are coloured now. */
  image: (state: TrayModel['icon']) => string;
  act: (action: TrayAction) => void;
  toggle: () => void;
}>;

/** Keeps one tray icon at what the model says, changing only what differs. */
export class TrayController {
  readonly #options: TrayOptions;
  #facts: TrayFacts = { status: undefined, peers: [], pending: [], requests: [], forwards: [], shared: [] };
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

  /** Puts the icon into the tray; a new one where there is one, since a tray that was started anew does not know the old. */
  show(): void {
    this.hide();
    const icon = this.#options.create(this.#options.image(trayModel(this.#facts).icon));
    this.#icon = icon;
    icon.on('click', () => this.#options.toggle());
    // A menu that is set on macOS opens at a click, so that the click itself would do nothing.
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

  /** Draws the menu anew: a system puts its own mark at an entry that was chosen, whatever becomes of it. */
  restore(): void {
    if (this.#shown !== undefined) this.#shown = { ...this.#shown, menu: '' };
    this.refresh();
  }

  /** Something besides the facts has changed, such as the colour of bars. */
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
      // Kept: a menu that is collected disappears.
      this.#menu = buildMenu(menuTemplate(model.menu, act));
      if (platform !== 'darwin') icon.setContextMenu(this.#menu);
    }
    this.#shown = next;
    this.#updatedAt = clock.monotonic();
  }
}
