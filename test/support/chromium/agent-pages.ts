import type { BrowserContext, Page } from 'playwright-core';
import type { RunningRelay } from '#relay/index.ts';
import type { CallInput, CallOutput, AppCall } from '#shared/app-api/index.ts';
import { RELAY_PATHS } from '#shared/relay-api/index.ts';
import { ask, call as callIn, pageScript } from '../browser/page-scripts.ts';
import { RelayOfPages } from '../browser/relay-of-pages.ts';
import type { TestDevice, TestDeviceOptions } from '../hostile/device.ts';
import { shareChromium, type ChromiumShare } from './launch.ts';

/** A browser as a device: one page of one profile. */
export type BrowserDevice = Readonly<{ context: BrowserContext; page: Page; peerId: string }>;

/** Agents of pages in a real Chromium, and machines, at one relay with accounts and in one project. */
export class AgentPages {
  readonly #base: RelayOfPages;
  readonly #script: string;
  readonly #browser: ChromiumShare;

  static async start(): Promise<AgentPages> {
    const [base, script] = await Promise.all([RelayOfPages.start(), pageScript()]);
    return new AgentPages(base, script, await shareChromium());
  }

  private constructor(base: RelayOfPages, script: string, browser: ChromiumShare) {
    this.#base = base;
    this.#script = script;
    this.#browser = browser;
  }

  get relay(): RunningRelay {
    return this.#base.relay;
  }

  /** ID of the project. */
  get project(): string {
    return this.#base.project;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#base.close();
  }

  /** A machine of the project, online. @param url what it takes for the relay */
  async machine(
    name: string,
    options: Partial<TestDeviceOptions> = {},
    url: string = this.relay.url,
  ): Promise<TestDevice> {
    return await this.#base.machine(name, options, this.#base, url);
  }

  /**
   * A page of a new browser profile as a member of the project, online.
   * @param keeps false: it keeps no keys
   * @param url what it takes for the relay
   */
  async browser(keeps = true, url: string = this.relay.url): Promise<BrowserDevice> {
    const context = await this.profile();
    const page = await this.load(context, url);
    const peerId = await this.ask<string>(page, 'create', { ...this.#base.admission(url), keeps });
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
    return await ask<Result>(page, name, ...given);
  }

  /** Makes a call of the app API in the page. @throws {ClawReachError} the call failed */
  async call<Call extends AppCall>(page: Page, call: Call, input: CallInput<Call>): Promise<CallOutput<Call>> {
    return await callIn(page, call, input);
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
