import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { Page, Request } from 'playwright-core';
import { NO_STORY } from '#renderer/stories/story.ts';
import { launchChromium, shareChromium, type ChromiumShare } from '../chromium/launch.ts';
import { axeFindings } from '../window/accessibility.ts';

const STORIES = new URL('../../../dist/stories', import.meta.url).pathname;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.map': 'application/json',
};

/** What the application and the web host send as well. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'none'";

export type StoryView = Readonly<{ theme?: 'light' | 'dark'; width?: number; height?: number }>;

/** How long a story may take to be drawn, on a machine that does other things as well. Milliseconds. */
const DRAWN_WITHIN = 60_000;

/** In the page: goes to a story, and resolves when it is rendered; false when that takes too long. In one go: a test shows hundreds. */
const show = (name: string, theme: 'light' | 'dark'): string => `new Promise((resolve) => {
  const page = document.documentElement;
  const begun = performance.now();
  const look = () => {
    // Here too: a page that has just been loaded begins light.
    page.dataset.theme = ${JSON.stringify(theme)};
    // Whoever asks waits for a page that stands still, which takes the frames that it needs.
    if (page.dataset.story === ${JSON.stringify(name)}) resolve(true);
    else if (performance.now() - begun > ${DRAWN_WITHIN}) resolve(false);
    else requestAnimationFrame(look);
  };
  const hash = ${JSON.stringify(name === '' ? '' : `#${encodeURI(name)}`)};
  if (location.hash === hash) {
    // The same story as before begins anew too.
    delete page.dataset.story;
    dispatchEvent(new HashChangeEvent('hashchange'));
  } else location.hash = hash;
  look();
})`;

/** A story that goes on moving, such as a terminal with much output, counts as complete after this time. Milliseconds. */
const STILL_WITHIN = 2000;

/**
 * In the page: resolves once the page is idle and two frames have changed nothing, with the step of a person that the story still waits for, or null.
 */
const STILL = `new Promise((resolve) => {
  const begun = performance.now();
  const { dataset } = document.documentElement;
  let isChanged = false;
  const observer = new MutationObserver(() => { isChanged = true; });
  observer.observe(document, { childList: true, subtree: true, characterData: true, attributes: true });
  const look = () => {
    isChanged = false;
    requestIdleCallback(() => requestAnimationFrame(() => requestAnimationFrame(() => {
      if (isChanged && performance.now() - begun < ${STILL_WITHIN}) return look();
      observer.disconnect();
      resolve(dataset.pressing ?? null);
    })), { timeout: 1000 });
  };
  look();
})`;

/** Of the pages that are opened from then on: one of the window's, or the one that nobody speaks. */
export type StoryLanguage = 'en' | 'de' | 'zh' | 'en-XA';

/** The built page of stories in a headless browser: one page, used again for each story. */
export class StoryBrowser {
  readonly page: Page;
  /** What the page has complained of since the last story was opened: errors, warnings of React, breaches of the policy, requests elsewhere. */
  readonly complaints: string[] = [];
  readonly #browser: Pick<ChromiumShare, 'close'>;
  readonly #server: Server;
  readonly #url: string;
  #language: StoryLanguage = 'en';
  #size = '';
  /** Files that the page has asked for and does not have yet. */
  readonly #loading = new Set<Request>();
  #requests = 0;

  private constructor(browser: Pick<ChromiumShare, 'close'>, server: Server, page: Page, url: string) {
    this.#browser = browser;
    this.#server = server;
    this.page = page;
    this.#url = url;
    page.on('console', (message) => {
      // xterm.js warns of its own speed, which is that of a full machine.
      if (message.text().startsWith('task queue exceeded allotted deadline')) return;
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('request', (request) => {
      this.#requests += 1;
      this.#loading.add(request);
      if (!request.url().startsWith(url)) this.complaints.push(`request to ${request.url()}`);
    });
    page.on('requestfinished', (request) => this.#loading.delete(request));
    page.on('requestfailed', (request) => this.#loading.delete(request));
  }

  /**
   * @param folder Where the built stories are; `dist/stories` without it.
   * @param options.webgl With a graphics card made of software.
   * @param options.permissions What the page may do without asking.
   * @param options.touch A phone: fingers instead of a mouse, and a keyboard on the screen.
   */
  static async launch(
    folder: string = STORIES,
    options: Readonly<{
      webgl?: boolean;
      scrollBars?: boolean;
      camera?: string;
      permissions?: string[];
      touch?: boolean;
    }> = {},
  ): Promise<StoryBrowser> {
    const server = createServer((request, response) => {
      const path = normalize(new URL(request.url ?? '/', 'http://host').pathname);
      readFile(join(folder, path)).then(
        (content) => {
          response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream');
          response.setHeader('content-security-policy', POLICY);
          response.end(content);
        },
        () => {
          response.statusCode = 404;
          response.end();
        },
      );
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { webgl, scrollBars, camera } = options;
    const isUsual = webgl !== true && scrollBars !== true && camera === undefined;
    const browser = await (isUsual ? shareChromium() : launchChromium(options));
    const context = await browser.newContext({
      reducedMotion: 'reduce',
      permissions: options.permissions ?? [],
      ...(options.touch === true && { isMobile: true, hasTouch: true }),
    });
    return new StoryBrowser(browser, server, await context.newPage(), url);
  }

  /** Names of all stories, from the page's own index. */
  async names(): Promise<readonly string[]> {
    await this.openStory('');
    return this.page.locator('li a').allTextContents();
  }

  /** Takes the story away, and with it what it has begun. */
  async clear(view: StoryView = {}): Promise<void> {
    await this.openStory(NO_STORY, view);
  }

  /** Shows one story and waits until all of it is drawn, also what is loaded when it is shown first; the page stays the same where it can. */
  async openStory(name: string, view: StoryView = {}): Promise<void> {
    this.complaints.length = 0;
    await this.#setSize(view.width ?? 1200, view.height);
    const url = `${this.#url}stories.html?lang=${this.#language}`;
    if (!this.page.url().startsWith(url)) await this.page.goto(`${url}#${encodeURI(name)}`);
    const shown = await this.page.evaluate<boolean>(show(name, view.theme ?? 'light'));
    if (!shown) throw new Error(`the story ${name} is not drawn`);
    await this.#completed(name);
  }

  async resize(width: number, height = 760): Promise<void> {
    await this.#setSize(width, height);
    // What floats is placed anew.
    await this.drawn();
  }

  async setTheme(theme: 'light' | 'dark'): Promise<void> {
    await this.page.evaluate(`document.documentElement.dataset.theme = ${JSON.stringify(theme)}`);
    await this.drawn();
  }

  /** Both at once, which is drawn once. */
  async change(width: number, theme: 'light' | 'dark'): Promise<void> {
    await this.#setSize(width);
    await this.setTheme(theme);
  }

  /** Takes the page away: the next story is opened in this language. */
  async setLanguage(language: StoryLanguage): Promise<void> {
    this.#language = language;
    await this.page.goto('about:blank');
  }

  /** Another language while a story is shown. */
  async speak(language: StoryLanguage): Promise<void> {
    const detail = JSON.stringify(language);
    await this.page.evaluate(`window.dispatchEvent(new CustomEvent('story-language', { detail: ${detail} }))`);
    const spoken = language === 'zh' ? 'zh-Hans' : language;
    await this.page.locator(`html[lang=${JSON.stringify(spoken)}]`).waitFor({ state: 'attached' });
    await this.drawn();
  }

  async screenshot(path: string): Promise<void> {
    await this.page.screenshot({ path, animations: 'disabled' });
  }

  /** How many CSS pixels the page is wider than the window. */
  async overflow(): Promise<number> {
    return this.page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  }

  /** Lists what axe finds serious or critical, one line each; by these rules instead of all. */
  axe(only?: readonly string[]): Promise<readonly string[]> {
    return axeFindings(this.page, only);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  /** Waits until the page has loaded what it needs, has taken the story's steps, and stands still. */
  async #completed(name: string): Promise<void> {
    const end = Date.now() + DRAWN_WITHIN;
    for (;;) {
      const before = this.#requests;
      const step = await this.page.evaluate<string | null>(STILL);
      const isLoading = this.#loading.size > 0 || this.#requests !== before;
      if (!isLoading && step === null) return;
      if (Date.now() < end) continue;
      throw new Error(
        `the story ${name} waits for ${step ?? [...this.#loading].map((request) => request.url()).join(', ')}`,
      );
    }
  }

  /** Leaves a window that has the size as it is: the browser would draw all of it anew. */
  async #setSize(width: number, height = 760): Promise<void> {
    const size = `${width} x ${height}`;
    if (size === this.#size) return;
    await this.page.setViewportSize({ width, height });
    this.#size = size;
  }

  /** What was on its way to the screen is there. */
  async drawn(): Promise<void> {
    await this.page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
  }
}
