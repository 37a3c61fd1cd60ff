import type { BrowserWindow, BrowserWindowConstructorOptions, Rectangle, RenderProcessGoneDetails } from 'electron';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { APP_PAGE } from '../app-scheme.ts';
import type { WindowSettingsStore } from '../ports.ts';
import { placeWindow, SMALLEST } from './bounds.ts';
import { decideClosing } from './closing.ts';
import { pasteByRightClick } from './paste-by-right-click.ts';
import { webPreferences } from './web-preferences.ts';

export type MainWindowOptions = Readonly<{
  create: (options: BrowserWindowConstructorOptions) => BrowserWindow;
  settings: WindowSettingsStore;
  clock: Clock;
  logger: Logger;
  platform: NodeJS.Platform;
  /** Absolute paths. */
  preload: string;
  icon: string | undefined;
  developer: boolean;
  workAreas: () => readonly Rectangle[];
  /** What is drawn now is dark: the theme of the settings, or the system's. */
  isDark: () => boolean;
  /** Looks whether a tray icon is there to come back from, at this very moment. */
  findTray: () => Promise<boolean>;
  /** The person wants the application to end; it may still ask. */
  leave: () => void;
  /** Ends it: there is no window any more that something could be asked at. */
  quit: () => void;
  /** Closing has minimised the window. */
  minimised: () => void;
  /** The page's process ended by itself, and it was loaded anew. */
  reopened: () => void;
  /** It has ended twice within a minute: whether to load it once more, else the application ends. */
  askToReopen: (window: BrowserWindow) => Promise<boolean>;
}>;

/** Title until the page sets its own. */
const PRODUCT_NAME = 'ClawReach';

/** `--color-background` of the window's themes: what is seen before the page is there. */
const BACKGROUND = { light: '#f6f6f8', dark: '#131318' } as const;
/** Of a window that is moved or resized, until it rests, ms. */
const SAVE_DELAY = 500;
/** A page that crashes twice within this time is not loaded a third time, ms. */
const CRASH_MEMORY = 60_000;
/** A page that has not drawn by then is shown as it is, ms. */
const LONGEST_BLANK = 5000;

/** The application's one window: it exists from the start, shown or not, until the application ends. */
export class MainWindow {
  readonly window: BrowserWindow;
  readonly #options: MainWindowOptions;
  #quitting = false;
  /** The page has drawn something. */
  #drawn = false;
  /** It is to be shown as soon as it has. */
  #wanted = false;
  #saveTimer: Timer | undefined;
  #crashedAt = Number.NEGATIVE_INFINITY;

  constructor(options: MainWindowOptions) {
    this.#options = options;
    const { settings, platform, preload, icon, developer, workAreas, isDark } = options;
    const { maximised, ...place } = placeWindow(settings.bounds.load(), workAreas());
    this.window = options.create({
      ...place,
      minWidth: SMALLEST.width,
      minHeight: SMALLEST.height,
      title: PRODUCT_NAME,
      show: false,
      backgroundColor: BACKGROUND[isDark() ? 'dark' : 'light'],
      autoHideMenuBar: true,
      // The page draws while the window is not shown yet, so that it is shown complete.
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

  /** Somebody looks at it. */
  get isAttended(): boolean {
    return this.isShown && this.window.isFocused();
  }

  /**
   * Loads the page and shows it when it has drawn.
   * @param hidden leave it in the tray; without one it is minimised
   */
  open(hidden: boolean): void {
    this.#load();
    this.#wanted ||= !hidden;
    const drawn = (): void => {
      timer.cancel();
      if (this.#drawn) return;
      this.#drawn = true;
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

  /** Before the page has drawn anything, it waits for that. */
  show(): void {
    this.#wanted = true;
    if (!this.#drawn || this.window.isDestroyed()) return;
    if (this.window.isMinimized()) this.window.restore();
    this.window.show();
    this.window.focus();
  }

  /** What a click on the tray icon does. A window behind others comes to the front first. */
  toggle(): void {
    if (this.isAttended) this.window.hide();
    else this.show();
  }

  /** The page's theme has changed, or the system's. */
  recolour(): void {
    if (!this.window.isDestroyed())
      this.window.setBackgroundColor(BACKGROUND[this.#options.isDark() ? 'dark' : 'light']);
  }

  /** As large as the person wants it, also a page that was loaded anew. */
  rezoom(): void {
    if (!this.window.isDestroyed()) this.window.webContents.setZoomFactor(this.#options.settings.get().zoom / 100);
  }

  /** For good: from now on closing closes. */
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
      void this.#closeAsAsked();
    });
    // Gone without that question: nothing could bring it back.
    window.on('closed', () => {
      if (!this.#quitting) this.#options.quit();
    });
    window.on('page-title-updated', (event) => event.preventDefault());
    window.on('resize', () => this.#saveSoon());
    window.on('move', () => this.#saveSoon());
    window.on('maximize', () => this.#saveSoon());
    window.on('unmaximize', () => this.#saveSoon());
    pasteByRightClick(window.webContents, () => this.#options.settings.get().terminal.rightClick);
    window.webContents.on('dom-ready', () => this.rezoom());
    window.webContents.on('render-process-gone', (_event, details) => this.#recover(details));
  }

  async #closeAsAsked(): Promise<void> {
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
    // Loading it anew in the middle of the event would be answered by the process that is gone.
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
