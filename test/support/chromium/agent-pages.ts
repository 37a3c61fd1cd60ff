import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { rolldown } from 'rolldown';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import type { RunningRelay } from '#relay/index.ts';
import type { CallInput, CallOutput, AppCall } from '#shared/app-api/index.ts';
import { toBase64Url } from '#shared/bytes/index.ts';
import { RELAY_PATHS } from '#shared/relay-api/index.ts';
import { TestDevice, type TestDeviceOptions } from '../hostile/device.ts';
import { PlatformRows } from '../platform-rows.ts';
import { startTestRelay } from '../relay-project.ts';
import { launchChromium } from './launch.ts';

const WORKER = new URL('../../../src-browser/worker/worker-main.ts', import.meta.url).pathname;
const ENTRY = new URL('../../unit/browser/agent/chromium-page.ts', import.meta.url).pathname;

async function bundle(entry: string): Promise<string> {
  const build = await rolldown({ input: entry, platform: 'browser', logLevel: 'silent' });
  const { output } = await build.generate({ format: 'iife', minify: true });
  await build.close();
  return output[0].code;
}

/** A browser as a device: one page of one profile. */
export type BrowserDevice = Readonly<{ context: BrowserContext; page: Page; peerId: string }>;

/** Agents of pages in a real Chromium, and machines, at one relay with accounts and in one project. */
export class AgentPages {
  readonly relay: RunningRelay;
  readonly #rows: PlatformRows;
  readonly #owner: string;
  /** ID of the project. */
  readonly project: string;
  readonly #script: string;
  readonly #browser: Browser;
  readonly #stops: (() => unknown)[];

  static async start(): Promise<AgentPages> {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'clawreach-relay-'));
    const { relay, stop } = await startTestRelay({ dataDirectory, accounts: {} });
    const rows = new PlatformRows(dataDirectory);
    const [page, worker] = await Promise.all([bundle(ENTRY), bundle(WORKER)]);
    const script = `globalThis.workerScript = ${JSON.stringify(worker).replaceAll('<', '\\u003c')};\n${page}`;
    const browser = await launchChromium();
    return new AgentPages(relay, rows, script, browser, [
      () => rm(dataDirectory, { recursive: true, force: true }),
      stop,
      () => rows.close(),
      () => browser.close(),
    ]);
  }

  private constructor(
    relay: RunningRelay,
    rows: PlatformRows,
    script: string,
    browser: Browser,
    stops: (() => unknown)[],
  ) {
    this.relay = relay;
    this.#rows = rows;
    this.#owner = rows.account();
    this.project = rows.project(this.#owner);
    this.#script = script;
    this.#browser = browser;
    this.#stops = stops;
  }

  async close(): Promise<void> {
    for (const stop of this.#stops.toReversed()) await stop();
  }

  /** A machine of the project, online. @param url what it takes for the relay */
  async machine(
    name: string,
    options: Partial<TestDeviceOptions> = {},
    url: string = this.relay.url,
  ): Promise<TestDevice> {
    const ticket = this.#rows.ticket(this.project, this.#owner);
    const device = await TestDevice.create({
      name,
      dialer: createRelayDialer({ clock: systemClock }),
      enrolTicket: () => ticket,
      ...options,
    });
    this.#stops.push(() => device.close());
    device.agent.start();
    await device.configure(url);
    await device.api.call('relay.ready', { timeout: 10_000 });
    return device;
  }

  /**
   * A page of a new browser profile as a member of the project, online.
   * @param keeps false: it keeps no keys
   * @param url what it takes for the relay
   */
  async browser(keeps = true, url: string = this.relay.url): Promise<BrowserDevice> {
    const context = await this.profile();
    const page = await this.load(context, url);
    const { id, secret } = this.#rows.ticket(this.project, this.#owner);
    const ticket = { id: toBase64Url(id), secret: toBase64Url(secret) };
    const peerId = await this.ask<string>(page, 'create', { url, ticket, keeps });
    await this.online(page);
    return { context, page, peerId };
  }

  /** A new browser profile. */
  async profile(): Promise<BrowserContext> {
    return await this.#browser.newContext({ bypassCSP: true });
  }

  /** Another page of a profile, on which nothing runs yet. */
  async load(context: BrowserContext, url: string = this.relay.url): Promise<Page> {
    const page = await context.newPage();
    await page.goto(url.replace(/^ws/, 'http') + RELAY_PATHS.health);
    await page.addScriptTag({ content: this.#script });
    return page;
  }

  /** Calls a function of the page with JSON arguments. */
  async ask<Result>(page: Page, name: string, ...given: readonly unknown[]): Promise<Result> {
    return await page.evaluate<Result>(`page.${name}(...${JSON.stringify(given)})`);
  }

  /** Makes a call of the app API in the page; returns its answer, or the code of its error. */
  async call<Call extends AppCall>(page: Page, call: Call, input: CallInput<Call>): Promise<CallOutput<Call>> {
    return await this.ask<CallOutput<Call>>(page, 'call', call, input);
  }

  async online(page: Page): Promise<void> {
    await this.call(page, 'relay.ready', { timeout: 10_000 });
  }

  /** Pairs the page by a code that the machine shows. Nobody has compared the words yet. @returns the words */
  async join(machine: TestDevice, page: Page): Promise<readonly string[]> {
    const { pairing, code } = await machine.api.call('pairing.invite', { allow: [] });
    const invited = machine.api.call('pairing.result', { pairing });
    const joined = await this.call(page, 'pairing.join', { codeOrLink: code ?? '', allow: [] });
    if ((await invited).words.join(' ') !== joined.words.join(' ')) throw new Error('the words differ');
    await this.call(page, 'pairing.confirm', { peer: machine.peerId, words: joined.words });
    return joined.words;
  }
}
