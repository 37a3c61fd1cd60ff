import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import type { RelayOptions } from '#relay/index.ts';
import { fromBase64Url } from '#shared/bytes/index.ts';
import { TestDevice, type TestDeviceOptions } from '../hostile/device.ts';
import { TestPlatform, type Person } from '../platform/test-platform.ts';
import { VirtualAuthenticator } from './virtual-authenticator.ts';

/** A real relay with accounts on loopback that serves its built page. */
export class DashboardRelay {
  readonly platform: TestPlatform;
  readonly #contexts: BrowserContext[] = [];
  readonly #machines: TestDevice[] = [];

  private constructor(platform: TestPlatform) {
    this.platform = platform;
  }

  static async start(options: Partial<RelayOptions> = {}): Promise<DashboardRelay> {
    return new DashboardRelay(await TestPlatform.start({ page: {}, ...options }));
  }

  /** Origin of the page, to which passkeys and cookies belong. */
  get origin(): string {
    return `http://localhost:${this.platform.relay.port}`;
  }

  /** Link for the first account, from the relay's file. */
  async firstAccountLink(): Promise<string> {
    return (await readFile(join(this.platform.directory, 'first-account.txt'), 'utf8')).trim();
  }

  /** Opens the page in a browser of its own: another person, or the same one elsewhere. */
  async open(browser: Pick<Browser, 'newContext'>, path = '/', options: OpenOptions = {}): Promise<DashboardPage> {
    const context = await browser.newContext({
      locale: 'en',
      reducedMotion: 'reduce',
      viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
      colorScheme: options.theme ?? 'light',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    this.#contexts.push(context);
    // Each browser is at an address of its own, so that their attempts to sign in don't add up.
    await context.setExtraHTTPHeaders({ 'X-Forwarded-For': `203.0.113.${this.#contexts.length}` });
    const page = await context.newPage();
    if (options.person !== undefined) await this.signIn(page, options.person);
    const authenticator = options.authenticator === true ? await VirtualAuthenticator.add(page) : undefined;
    const opened: DashboardPage = { page, context, complaints: [], authenticator };
    page.on('console', (message) => {
      if ((message.type() === 'error' || message.type() === 'warning') && !EXPECTED.test(message.text()))
        opened.complaints.push(message.text());
    });
    page.on('pageerror', (error) => opened.complaints.push(String(error)));
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.origin !== this.origin && url.protocol !== 'blob:') opened.complaints.push(`request to ${request.url()}`);
    });
    await page.goto(path.startsWith('http') ? path : `${this.origin}${path}`);
    return opened;
  }

  /** Gives a browser a session of a person. Only the protocol of its tools sets a cookie with this prefix. */
  async signIn(page: Page, { account }: Person): Promise<void> {
    const devTools = await page.context().newCDPSession(page);
    await devTools.send('Network.setCookie', {
      name: '__Host-clawreach',
      value: this.platform.session(account),
      url: this.origin.replace('http:', 'https:'),
      path: '/',
      secure: true,
      httpOnly: true,
      sameSite: 'Strict',
    });
    await devTools.detach();
  }

  /** A machine in a project of the person's own, online. Closed with this. */
  async machine({ client }: Person, name: string, options: Partial<TestDeviceOptions> = {}): Promise<TestDevice> {
    const { id: project } = await client.call('projects.create', { input: { name } });
    const { ticket, secret } = await client.call('devices.enrol', { params: { project } });
    const device = await TestDevice.create({
      name,
      dialer: createRelayDialer({ clock: systemClock }),
      enrolTicket: () => ({ id: fromBase64Url(ticket), secret: fromBase64Url(secret) }),
      ...options,
    });
    this.#machines.push(device);
    device.agent.start();
    await device.configure(this.platform.relay.url);
    await device.api.call('relay.ready', { timeout: 10_000 });
    await client.call('devices.change', { params: { project, device: device.peerId }, input: { label: name } });
    return device;
  }

  async stop(): Promise<void> {
    for (const machine of this.#machines) await machine.close();
    for (const context of this.#contexts) await context.close();
    await this.platform.stop();
  }
}

/**
 * Messages that say nothing about the page: a browser names each answer with an error status, which the page shows in words, and parts of headers that it
 * doesn't know yet.
 */
const EXPECTED = /^Failed to load resource|^The Integrity-Policy destination|Permissions-Policy header/;

type OpenOptions = Readonly<{
  width?: number;
  height?: number;
  theme?: 'light' | 'dark';
  /** Person who is signed in there. */
  person?: Person;
  /** A browser with an authenticator, which holds no passkeys yet. */
  authenticator?: boolean;
}>;

/** Page of one person, and what the browser complained of: errors, warnings, breaches of the policy, requests elsewhere. */
export type DashboardPage = Readonly<{
  page: Page;
  context: BrowserContext;
  complaints: string[];
  authenticator: VirtualAuthenticator | undefined;
}>;
