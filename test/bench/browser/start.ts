/**
 * `node test/bench/browser/start.ts`: how soon the page of a relay paints and shows a prompt, beside a page of one line from the same relay. Needs a build.
 * `--quick` for a short look.
 */
import { readFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { RELAY_PATHS } from '#shared/relay-api/index.ts';
import { PageScene } from '#test/support/browser/page-scene.ts';
import { launchChromium } from '#test/support/chromium/launch.ts';
import { readFlags } from '#test/support/command-words.ts';
import { signUp } from '#test/support/dashboard/steps.ts';

const rounds = readFlags(['quick'], 'Usage: node test/bench/browser/start.ts [--quick]').has('quick') ? 3 : 9;
const EMAIL = 'ada@example.org';

const scene = await PageScene.start({ page: {} });
const origin = `http://localhost:${scene.relay.port}`;
const browser = await launchChromium({ args: ['--allow-loopback-in-peer-connection'] });

const newContext = async (): Promise<BrowserContext> => browser.newContext({ locale: 'en', reducedMotion: 'reduce' });

/** Milliseconds from the navigation to the first text or picture. */
async function firstPaint(page: Page): Promise<number> {
  return await page.evaluate<number>(`new Promise((resolve) => {
    new PerformanceObserver((list, observer) => {
      for (const { name, startTime } of list.getEntries()) if (name === 'first-contentful-paint') {
        observer.disconnect();
        resolve(startTime);
      }
    }).observe({ type: 'paint', buffered: true });
  })`);
}

/** Milliseconds from the navigation until an expression holds, looked at before each frame. */
async function until(page: Page, expression: string): Promise<number> {
  return await page.evaluate<number>(`new Promise((resolve) => {
    const look = () => ((${expression}) ? resolve(performance.now()) : requestAnimationFrame(look));
    look();
  })`);
}

/** A browser that is paired with office, and the address of its terminal there. */
async function pairedBrowser(): Promise<Readonly<{ context: BrowserContext; path: string }>> {
  const context = await newContext();
  const page = await context.newPage();
  const link = (await readFile(join(scene.folder, 'first-account.txt'), 'utf8')).trim();
  await page.goto(link.replace(/^https?:\/\/[^/]+/u, origin));
  await signUp(page, 'Ada', EMAIL);
  await page.waitForURL(`${origin}/dashboard`);
  scene.adopt(EMAIL);
  await page.goto(`${origin}/terminal/${scene.office.peerId}`);
  const { pairing, code } = await scene.office.api.call('pairing.invite', { allow: ['terminal'] });
  const invited = scene.office.api.call('pairing.result', { pairing });
  const dialog = page.getByRole('dialog');
  await page.locator('[data-code-field]').fill(code ?? '');
  await page.keyboard.press('Enter');
  const { peer, words } = await invited;
  await scene.office.api.call('pairing.confirm', { peer: peer.peerId, words: [...words] });
  await dialog.getByRole('button', { name: 'They match' }).click();
  await dialog.getByRole('button', { name: 'Open terminal' }).click();
  await page.locator('.xterm-rows').waitFor();
  await page.waitForURL(/\/terminal\/[0-9A-Z]{56}\/\w+$/u);
  const path = new URL(page.url()).pathname;
  await page.close();
  return { context, path };
}

const PROMPT = `document.querySelector('.xterm-rows')?.textContent.trim().length > 0`;
const FORM = `document.querySelector('input[type=password]') !== null`;

type Times = readonly number[];
const middle = (values: Times): string => (values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN).toFixed(0);
const most = (values: Times): string => Math.max(...values).toFixed(0);

async function measure(
  name: string,
  open: () => Promise<Page>,
  path: string,
  ready: string | undefined,
  close: (page: Page) => Promise<void>,
): Promise<void> {
  const paints: number[] = [];
  const readies: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const page = await open();
    await page.goto(`${origin}${path}`);
    const paint = await firstPaint(page);
    const time = ready === undefined ? paint : await until(page, ready);
    await close(page);
    // The first round warms up what serves it.
    if (round === 0) continue;
    paints.push(paint);
    readies.push(time);
  }
  console.log(`| ${name} | ${middle(paints)} / ${most(paints)} | ${middle(readies)} / ${most(readies)} |`);
}

const withContext = (page: Page): Promise<void> => page.context().close();
const alone = (page: Page): Promise<void> => page.close();
const anew = async (): Promise<Page> => (await newContext()).newPage();

console.log(
  `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, Chromium ${browser.version()}, load ${loadavg()[0]?.toFixed(1)}`,
);
try {
  console.log('| | first paint, p50 / most, ms | ready, p50 / most, ms |\n| --- | --- | --- |');
  await measure('one line of text', anew, RELAY_PATHS.health, undefined, withContext);
  await measure('first visit: form to sign in', anew, '/', FORM, withContext);
  const { context, path } = await pairedBrowser();
  const open = (): Promise<Page> => context.newPage();
  await measure('later visit, paired: prompt of its terminal', open, path, PROMPT, alone);
  console.log(`load ${loadavg()[0]?.toFixed(1)}`);
} finally {
  await browser.close();
  await scene.close();
}
process.exit(0);
