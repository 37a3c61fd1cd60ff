import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { isRoot } from '../window/user.ts';

/** Engine of Chromium without the browser's own window and devices, which takes a fifth less of the processor. */
const SHELL = 'chromium-headless-shell';
/** Names of the whole browser. */
export const WHOLE_BROWSERS: readonly string[] = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
];

/** A browser that stays on this machine, asks nothing and updates nothing. */
export const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-domain-reliability',
];

/** Path of a Chromium of this machine, the shell if it has that; CLAWREACH_TEST_CHROMIUM names another. */
export function findChromium(names: readonly string[] = [SHELL, ...WHOLE_BROWSERS]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = [
    process.env['CLAWREACH_TEST_CHROMIUM'],
    ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
  ];
  return candidates.find((path) => path !== undefined && existsSync(path));
}

/** Browsers of this process, by their options. */
const shared = new Map<string, Promise<Browser>>();

/** How long contexts may take to close until the browser counts as stuck, ms. */
const CLOSES_WITHIN = 30_000;

/** Part of a Chromium that the test files of a process share: contexts of its own, which end with `close`. */
export type ChromiumShare = Pick<Browser, 'newContext' | 'newPage' | 'contexts' | 'close'>;

/**
 * Shares one headless Chromium among the test files of this process; it ends with the process. Contexts have nothing in common, and a browser for each
 * file took a second of a core.
 * @param args Those who name other ones get another browser.
 */
export async function shareChromium(args: readonly string[] = []): Promise<ChromiumShare> {
  const key = args.join(' ');
  let browser = await shared.get(key);
  if (browser?.isConnected() !== true) {
    const launched = launchChromium({ args });
    shared.set(key, launched);
    browser = await launched;
  }
  const owner = browser;
  const own = new Set<BrowserContext>();
  const newContext: Browser['newContext'] = async (options) => {
    const context = await owner.newContext(options);
    own.add(context);
    context.once('close', () => own.delete(context));
    return context;
  };
  return {
    newContext,
    async newPage(options) {
      const context = await newContext(options);
      const page = await context.newPage();
      page.once('close', () => void context.close());
      return page;
    },
    contexts: () => [...own],
    async close() {
      const closing = Promise.all([...own].map((context) => context.close())).then(() => true);
      if (await Promise.race([closing, delay(CLOSES_WITHIN, false, { ref: false })])) return;
      shared.delete(key);
      await owner.close();
    },
  };
}

/**
 * A headless Chromium.
 * @param options.program Instead of the one that is found.
 * @param options.scrollBars Show scroll bars, which take room; else there are none.
 * @param options.camera Path of the film that its camera shows (Y4M); it has none else. The shell never has one.
 * @param options.webgl Draw with a graphics card made of software, for what needs WebGL; else there is none.
 */
export async function launchChromium(
  options: Readonly<{
    program?: string;
    camera?: string;
    webgl?: boolean;
    scrollBars?: boolean;
    args?: readonly string[];
  }> = {},
): Promise<Browser> {
  const executablePath = options.program ?? findChromium(options.camera === undefined ? undefined : WHOLE_BROWSERS);
  if (executablePath === undefined) throw new Error('no Chromium here');
  const graphics =
    options.webgl === true
      ? ['--use-angle=swiftshader', '--enable-unsafe-swiftshader']
      : ['--disable-gpu', '--disable-3d-apis'];
  const camera =
    options.camera === undefined
      ? []
      : ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${options.camera}`];
  return chromium.launch({
    executablePath,
    chromiumSandbox: !isRoot(),
    args: [...QUIET, ...graphics, ...camera, ...(options.args ?? [])],
    ...(options.scrollBars === true && { ignoreDefaultArgs: ['--hide-scrollbars'] }),
    timeout: 60_000,
  });
}
