import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRelay, type RelayOptions, type RunningRelay } from '#relay/index.ts';
import { servePage, type PageFiles } from './page-files.ts';
import type { Browser, BrowserContext, Page } from 'playwright-core';

/** A real relay with accounts on loopback, whose page is opened under its own origin. */
export class DashboardRelay {
  readonly relay: RunningRelay;
  readonly directory: string;
  readonly #files: PageFiles;
  readonly #contexts: BrowserContext[] = [];

  private constructor(relay: RunningRelay, directory: string, files: PageFiles) {
    this.relay = relay;
    this.directory = directory;
    this.#files = files;
  }

  static async start(options: Partial<RelayOptions> = {}): Promise<DashboardRelay> {
    const directory = await mkdtemp(join(tmpdir(), 'clawreach-dashboard-'));
    const relay = await startRelay({
      dataDirectory: directory,
      listen: { host: '127.0.0.1', port: 0 },
      tls: { mode: 'off' },
      stun: 'off',
      accounts: {},
      ...options,
    });
    return new DashboardRelay(relay, directory, await servePage());
  }

  /** Origin of the page, to which passkeys and cookies belong. */
  get origin(): string {
    return `http://localhost:${this.relay.port}`;
  }

  /** Link for the first account, from the relay's file. */
  async firstAccountLink(): Promise<string> {
    return (await readFile(join(this.directory, 'first-account.txt'), 'utf8')).trim();
  }

  /** Opens the page in a browser of its own: another person, or the same one elsewhere. */
  async open(browser: Browser, path = '/', options: OpenOptions = {}): Promise<DashboardPage> {
    const context = await browser.newContext({
      locale: 'en',
      reducedMotion: 'reduce',
      viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
      colorScheme: options.theme ?? 'light',
    });
    this.#contexts.push(context);
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: this.origin });
    const page = await context.newPage();
    const opened: DashboardPage = { page, context, complaints: [] };
    page.on('console', (message) => {
      // A browser names each answer with an error status; the page shows them in words.
      const isStatus = message.text().startsWith('Failed to load resource');
      if ((message.type() === 'error' || message.type() === 'warning') && !isStatus)
        opened.complaints.push(message.text());
    });
    page.on('pageerror', (error) => opened.complaints.push(String(error)));
    await page.route(
      (url) => url.origin === this.origin && !/^\/(?:api|functions)\//.test(url.pathname),
      (route) => route.fulfill(this.#files.answer(new URL(route.request().url()).pathname)),
    );
    await page.goto(path.startsWith('http') ? path : `${this.origin}${path}`);
    return opened;
  }

  async stop(): Promise<void> {
    for (const context of this.#contexts) await context.close();
    await this.relay.close({ drain: 0 });
    await rm(this.directory, { recursive: true, force: true });
  }
}

type OpenOptions = Readonly<{ width?: number; height?: number; theme?: 'light' | 'dark' }>;

/** Page of one person, and what the browser complained of: errors, warnings, breaches of the policy. */
export type DashboardPage = Readonly<{ page: Page; context: BrowserContext; complaints: string[] }>;
