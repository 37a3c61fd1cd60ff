import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { ROOT } from '#test/support/e2e/commands.ts';
import { percentile } from '../measure.ts';
import { QuietBrowser, type QuietPage } from './quiet-browser.ts';

/** Times between frames, ms. */
export type Frames = Readonly<{ p50: number; p95: number; p99: number; longest: number; count: number }>;

export type Crowd = Readonly<{
  /** A page that does nothing, in the same browser. */
  empty: Frames;
  /** The list of all peers, scrolled while it changes. */
  peers: Frames;
  /** Terminals that all print, another tab to the front twice a second. */
  terminals: Frames;
}>;

/** In a page: the times between frames for so many ms; `each` runs in every frame. */
const COUNT_FRAMES = `globalThis.countFrames = (time, each) => new Promise((resolve) => {
  const times = [];
  let last;
  const end = performance.now() + time;
  const step = (now) => {
    if (last !== undefined) times.push(now - last);
    last = now;
    each?.(times.length);
    if (now < end) requestAnimationFrame(step);
    else resolve(times);
  };
  requestAnimationFrame(step);
})`;

/** How smooth the window stays with many peers and many terminals. @param time for each of the three, ms */
export async function measureCrowd(peers: number, terminals: number, time: number): Promise<Crowd> {
  const host = spawn(
    process.execPath,
    [join(ROOT, 'test/bench/window/crowd-host.ts'), join(ROOT, 'dist/renderer'), String(peers)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let browser: QuietBrowser | undefined;
  try {
    const [link] = (await once(createInterface({ input: host.stdout }), 'line')) as [string];
    browser = await QuietBrowser.launch({ width: 1200, height: 760 });
    const blank = await browser.open('about:blank');
    await blank.toFront();
    const empty = await countFrames(blank, `countFrames(${time})`);
    const page = await browser.open(link);
    await page.toFront();
    await page.until(`${rowOf(peers)} !== undefined`);
    const list = await countFrames(
      page,
      `(() => {
        let area = ${rowOf(peers)};
        while (area !== null && !(area.scrollHeight > area.clientHeight + 100 && /auto|scroll/.test(getComputedStyle(area).overflowY))) area = area.parentElement;
        area ??= document.scrollingElement;
        return countFrames(${time}, (frame) => { area.scrollTop = (area.scrollHeight - area.clientHeight) * (0.5 - Math.cos(frame / 60) / 2); });
      })()`,
    );
    for (let number = 1; number <= terminals; number += 1) await openTerminal(page, number);
    await page.until(`document.querySelectorAll('[role=tab]').length >= ${terminals}`);
    const tabs = await countFrames(
      page,
      `(() => {
        const tabs = [...document.querySelectorAll('[role=tab]')];
        return countFrames(${time}, (frame) => { if (frame % 30 === 0) tabs[(frame / 30 * 7) % tabs.length].click(); });
      })()`,
    );
    return { empty, peers: list, terminals: tabs };
  } finally {
    await browser?.close();
    host.kill();
  }
}

const nameOf = (number: number): string => `machine ${String(number).padStart(3, '0')}`;

/** In the page: the row of a machine in the list of all; undefined before it is drawn. */
function rowOf(number: number): string {
  return `[...document.querySelectorAll('main li')].find((row) => row.textContent.includes('${nameOf(number)}'))`;
}

/** In the page: the entry of the menu of new terminals for a machine; undefined while the menu is closed, or the machine is offline. */
function entryOf(number: number): string {
  return `[...document.querySelectorAll('[role=menuitem]')].find((entry) => entry.textContent.includes('${nameOf(number)}'))`;
}

async function openTerminal(page: QuietPage, number: number): Promise<void> {
  await page.evaluate(
    `[...document.querySelectorAll('nav button, nav a')].find((entry) => entry.textContent.startsWith('Terminals')).click()`,
  );
  await page.until(`document.querySelector('[data-new-terminal]') !== null`);
  await page.evaluate(`document.querySelector('[data-new-terminal]').click()`);
  // Some are offline for a while.
  await page.until(`${entryOf(number)} !== undefined`);
  await page.evaluate(`${entryOf(number)}.click()`);
  await page.until(`document.querySelectorAll('[role=tab]').length >= ${number}`);
}

async function countFrames(page: QuietPage, expression: string): Promise<Frames> {
  await page.evaluate(`void (${COUNT_FRAMES})`);
  const times = (await page.evaluate<number[]>(expression)).sort((a, b) => a - b);
  return {
    p50: percentile(times, 0.5),
    p95: percentile(times, 0.95),
    p99: percentile(times, 0.99),
    longest: Math.max(...times),
    count: times.length,
  };
}
