import { existsSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { RunningCommand } from '../e2e/commands.ts';
import { controlSocketPath } from '#node/control-socket/index.ts';
import type { Device } from '../e2e/device.ts';
import { until } from '../e2e/until.ts';
import { launchChromium } from '../chromium/launch.ts';
import { launchElectron, type RunningElectron } from '../electron/launch.ts';
import { untilPage } from './page.ts';
import { DesktopSession } from './session.ts';
import type { User } from './user.ts';

/** CSS pixels. */
const WIDE = { width: 1200, height: 760 } as const;
/** Milliseconds to wait for anything on a page of a machine that does other things as well. */
const PATIENCE = 20_000;

/** The window of ClawReach as a person has it before them; the story is the same in each. */
export interface Surface {
  readonly name: 'electron' | 'chromium';
  /** Modifiers of the keys that open and close a terminal: with others, browsers do something of their own. */
  readonly tabKeys: 'Control+Shift' | 'Alt+Shift';
  /** The window that is open now. */
  readonly page: Page;
  /** Errors of the page that nobody has caught, and what the browser has refused. */
  readonly complaints: readonly string[];
  start(): Promise<Page>;
  /** Ends the application as a person would, and starts it again. */
  restart(): Promise<Page>;
  /** Of the content, CSS pixels. */
  resize(width: number, height: number): Promise<void>;
  close(): Promise<void>;
}

abstract class AnySurface {
  readonly complaints: string[] = [];
  #page: Page | undefined;

  get page(): Page {
    if (this.#page === undefined) throw new Error('the window is not open');
    return this.#page;
  }

  protected adopt(page: Page): Page {
    page.setDefaultTimeout(PATIENCE);
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    this.#page = page;
    return page;
  }
}

export type ElectronSurfaceOptions = Readonly<{
  user?: User;
  environment?: Readonly<Record<string, string>>;
  /** Words for Chromium inside Electron, such as `--disable-gpu`. */
  switches?: readonly string[];
}>;

/** The application, in a real Electron. Its profile is that of `device`, or lies in the session where the user is another. */
export class ElectronSurface extends AnySurface implements Surface {
  readonly name = 'electron';
  readonly tabKeys = 'Control+Shift';
  readonly #device: Device;
  readonly #options: ElectronSurfaceOptions;
  #session: DesktopSession | undefined;
  #running: RunningElectron | undefined;

  constructor(device: Device, options: ElectronSurfaceOptions = {}) {
    super();
    this.#device = device;
    this.#options = options;
  }

  get application(): RunningElectron {
    if (this.#running === undefined) throw new Error('the application does not run');
    return this.#running;
  }

  /** Screen and session bus of the application, once it was started. */
  get session(): DesktopSession {
    if (this.#session === undefined) throw new Error('the application was not started');
    return this.#session;
  }

  async start(): Promise<Page> {
    const { user = 'root', environment = {}, switches = [] } = this.#options;
    this.#session ??= await DesktopSession.start({ user, environment });
    const profile = user === 'normal' ? this.#session.ownedDirectory('profile') : this.#device.profile;
    this.#running = await launchElectron({ profile, session: this.#session, switches });
    const page = this.adopt(await this.#running.window());
    await this.resize(WIDE.width, WIDE.height);
    // The window is there before its agent: what a test asks the agent besides the window would come too early.
    await until('the agent of the application', () => (existsSync(controlSocketPath(profile)) ? true : undefined));
    return page;
  }

  async restart(): Promise<Page> {
    await this.#running?.quit();
    return this.start();
  }

  async resize(width: number, height: number): Promise<void> {
    await this.application.application.evaluate(
      ({ BrowserWindow }, size) => {
        for (const window of BrowserWindow.getAllWindows()) window.setContentSize(size.width, size.height);
      },
      { width, height },
    );
    await untilPage(this.page, `innerWidth === ${width}`);
  }

  async close(): Promise<void> {
    try {
      await this.#running?.quit();
    } finally {
      await this.#session?.close();
    }
  }
}

/** `clawreach ui` and a browser. */
export class BrowserSurface extends AnySurface implements Surface {
  readonly name = 'chromium';
  readonly tabKeys = 'Alt+Shift';
  readonly #device: Device;
  readonly #webgl: boolean;
  #browser: Browser | undefined;
  #context: BrowserContext | undefined;
  #host: RunningCommand | undefined;
  #port = 0;

  constructor(device: Device, options: Readonly<{ webgl?: boolean }> = {}) {
    super();
    this.#device = device;
    this.#webgl = options.webgl ?? false;
  }

  async start(): Promise<Page> {
    this.#browser ??= await launchChromium({ webgl: this.#webgl });
    this.#context ??= await this.#browser.newContext({ viewport: WIDE, reducedMotion: 'reduce' });
    // What a page keeps belongs to its port.
    this.#host = this.#device.start(['ui', '--no-open', `--port=${this.#port}`]);
    const [link, port] = await this.#host.said(/http:\/\/127\.0\.0\.1:(\d+)\/#\S+/);
    this.#port = Number(port);
    const page = this.adopt(await this.#context.newPage());
    await page.goto(link);
    return page;
  }

  async restart(): Promise<Page> {
    await this.page.close();
    await this.#stop();
    return this.start();
  }

  async resize(width: number, height: number): Promise<void> {
    await this.page.setViewportSize({ width, height });
    await untilPage(this.page, `innerWidth === ${width}`);
  }

  async close(): Promise<void> {
    try {
      await this.#stop();
    } finally {
      await this.#browser?.close();
    }
  }

  async #stop(): Promise<void> {
    await this.#host?.end('SIGINT');
    await this.#device.run(['stop']);
  }
}
