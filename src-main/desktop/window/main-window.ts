import type { BrowserWindow, BrowserWindowConstructorOptions, Rectangle, RenderProcessGoneDetails } from 'electron';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { APP_PAGE } from '../app-scheme.ts';
import type { WindowSettingsStore } from '../ports.ts';
import { placeWindow, SMALLEST } from './bounds.ts';
import { decideClosing } from './closing.ts';
import { pasteByKey } from './paste-by-key.ts';
import { pasteByRightClick } from './paste-by-right-click.ts';
import { webPreferences } from './web-preferences.ts';

export type MainWindowOptions = Readonly<{
  create: (options: BrowserWindowConstructorOptions) => BrowserWindow;
  settings: WindowSettingsStore;
  clock: Clock;
  logger: Logger;
  platform: NodeJS.Platform;
  /** Absolute path of the preload script. */
  preload: string;
  icon: string | undefined;
  developer: boolean;
  workAreas: () => readonly Rectangle[];
  /** Returns whether the window is dark: by its own setting, or by the system's. */
  isDark: () => boolean;
  /** Checks whether there is a tray icon to restore the window from, right now. */
  findTray: () => Promise<boolean>;
  /** Called when the person wants to quit; may ask first. */
  leave: () => void;
  /** Quits without a question, when there is no window left to ask in. */
  quit: () => void;
  /** Called when closing has minimised the window. */
  minimised: () => void;
  /** Called when the page crashed and was loaded again. */
  reopened: () => void;
  /** Asks after two crashes within a minute whether to load the page once more; otherwise the application quits. */
  askToReopen: (window: BrowserWindow) => Promise<boolean>;
}>;

/** Title until the page sets its own. */
const PRODUCT_NAME = 'ClawReach';

/** Values of `--color-background` in the window's themes, shown before the page is and behind its first frame. */
export const BACKGROUND = { light: '#ffffff', dark: '#16161b' } as const;
/** Delay after moving or resizing before the position is saved, ms. */
const SAVE_DELAY = 500;
/** Time within which a second crash of the page counts, ms. */
const CRASH_MEMORY = 60_000;
/** Longest wait for the page to draw before the window is shown anyway, ms. */
const LONGEST_BLANK = 5000;

/**
 * Main window of the application; it exists from start to end, shown or not. Created by `createMainWindow`. Saves its position through the settings,
 * and loads the page again after a crash.
 */
export class MainWindow {
  readonly window: BrowserWindow;
  readonly #options: MainWindowOptions;
  #quitting = false;
  /** True once the page has drawn. */
  #drawn = false;
  #setDrawn: () => void = () => undefined;
  /** Resolves once the page has drawn, or should have long ago. */
  readonly whenDrawn = new Promise<void>((resolve) => {
    this.#setDrawn = resolve;
  });
  /** True if the window is to be shown once the page has drawn. */
  #wanted = false;
  #saveTimer: Timer | undefined;
  #crashedAt = Number.NEGATIVE_INFINITY;

  constructor(options: MainWindowOptions) {
    this.#options = options;
    const { settings, platform, preload, icon, developer, workAreas, isDark } = options;
    const { maximised, ...bounds } = placeWindow(settings.bounds.load(), workAreas());
    this.window = options.create({
      ...bounds,
      minWidth: SMALLEST.width,
      minHeight: SMALLEST.height,
      title: PRODUCT_NAME,
      show: false,
      backgroundColor: BACKGROUND[isDark() ? 'dark' : 'light'],
      autoHideMenuBar: true,
      // The page draws while the window is hidden, so that it appears complete.
      paintWhenInitiallyHidden: true,
      ...(icon === undefined || platform === 'darwin' ? {} : { icon }),
      webPreferences: { ...webPreferences(preload, developer), zoomFactor: settings.get().zoom / 100 },
    });
    if (maximised) this.window.once('show', () => this.window.maximize());
    this.#watch();
  }

  get isShown(): boolean {
    return this.window.isVisible() && !this.window.isMinimized();
  }

  /** Tells whether someone is looking at the window. */
  get isAttended(): boolean {
    return this.isShown && this.window.isFocused();
  }

  /**
   * Loads the page and shows the window once it has drawn.
   * @param hidden stay in the tray; without a tray, minimised
   */
  open(hidden: boolean): void {
    this.#load();
    this.#wanted ||= !hidden;
    const drawn = (): void => {
      timer.cancel();
      if (this.#drawn) return;
      this.#drawn = true;
      this.#setDrawn();
      if (this.#wanted) this.show();
    };
    const timer = this.#options.clock.setTimer(LONGEST_BLANK, drawn);
    this.window.once('ready-to-show', drawn);
    if (hidden) {
      void this.#options.findTray().then((tray) => {
        if (!tray && !this.#wanted && !this.window.isDestroyed()) this.window.minimize();
      });
    }
  }

  #load(): void {
    const { logger } = this.#options;
    this.window.loadURL(APP_PAGE).catch((error: unknown) => {
      logger.error('the window could not be loaded', { reason: errorMessage(error) });
    });
  }

  hide(): void {
    if (!this.window.isDestroyed()) this.window.hide();
  }

  get isDrawn(): boolean {
    return this.#drawn;
  }

  /** Shows the window, or does so once the page has drawn. */
  show(): void {
    this.#wanted = true;
    if (!this.#drawn || this.window.isDestroyed()) return;
    if (this.window.isMinimized()) this.window.restore();
    this.window.show();
    this.window.focus();
  }

  /** Handles a click on the tray icon: hides the window, or brings it to the front. */
  toggle(): void {
    if (this.isAttended) this.window.hide();
    else this.show();
  }

  /** Applies a change of the theme. */
  recolour(): void {
    if (!this.window.isDestroyed())
      this.window.setBackgroundColor(BACKGROUND[this.#options.isDark() ? 'dark' : 'light']);
  }

  /** Applies the person's zoom, also to a page that was loaded again. */
  rezoom(): void {
    if (!this.window.isDestroyed()) this.window.webContents.setZoomFactor(this.#options.settings.get().zoom / 100);
  }

  /** Saves the position and destroys the window. */
  destroy(): void {
    this.#quitting = true;
    this.#saveNow();
    if (!this.window.isDestroyed()) this.window.destroy();
  }

  #watch(): void {
    const { window } = this;
    window.on('close', (event) => {
      if (this.#quitting) return;
      event.preventDefault();
      void this.#closeAsConfigured();
    });
    // Closed without the close event, so nothing could restore it.
    window.on('closed', () => {
      if (!this.#quitting) this.#options.quit();
    });
    window.on('page-title-updated', (event) => event.preventDefault());
    window.on('resize', () => this.#saveSoon());
    window.on('move', () => this.#saveSoon());
    window.on('maximize', () => this.#saveSoon());
    window.on('unmaximize', () => this.#saveSoon());
    pasteByKey(window.webContents);
    pasteByRightClick(window.webContents, () => this.#options.settings.get().terminal.rightClick);
    window.webContents.on('dom-ready', () => this.rezoom());
    window.webContents.on('render-process-gone', (_event, details) => this.#recover(details));
  }

  async #closeAsConfigured(): Promise<void> {
    const { settings, platform, findTray, leave, minimised } = this.#options;
    const tray = await findTray();
    if (this.window.isDestroyed()) return;
    const { closeToTray } = settings.get();
    const decision = decideClosing({ quitting: this.#quitting, closeToTray, tray, platform });
    this.#saveNow();
    switch (decision) {
      case 'hide':
        this.window.hide();
        break;
      case 'minimise':
        this.window.minimize();
        minimised();
        break;
      case 'quit':
        leave();
        break;
      case 'close':
        this.window.destroy();
        break;
    }
  }

  #recover({ reason, exitCode }: RenderProcessGoneDetails): void {
    if (reason === 'clean-exit' || this.#quitting || this.window.isDestroyed()) return;
    const { clock, logger, reopened, askToReopen, quit } = this.#options;
    const again = clock.monotonic() - this.#crashedAt < CRASH_MEMORY;
    this.#crashedAt = clock.monotonic();
    logger.error('the process of the window has ended', { reason, exitCode, again });
    if (again) {
      void askToReopen(this.window).then((reopen) => (reopen ? this.#load() : quit()));
      return;
    }
    // Loading during the event would still be answered by the crashed process.
    clock.setTimer(0, () => {
      if (!this.window.isDestroyed()) this.#load();
    });
    reopened();
  }

  #saveSoon(): void {
    this.#saveTimer?.cancel();
    this.#saveTimer = this.#options.clock.setTimer(SAVE_DELAY, () => this.#saveNow());
  }

  #saveNow(): void {
    this.#saveTimer?.cancel();
    this.#saveTimer = undefined;
    if (this.window.isDestroyed() || this.window.isMinimized()) return;
    this.#options.settings.bounds.save({ ...this.window.getNormalBounds(), maximised: this.window.isMaximized() });
  }
}
