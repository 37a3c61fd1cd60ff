import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { DEFAULT_WINDOW_SETTINGS } from '#shared/app-api/index.ts';
import { ROOT } from '#test/support/e2e/commands.ts';
import { terminalOutput } from './bytes.ts';
import { serveBarePage } from './pages.ts';
import { QuietBrowser, type QuietPage } from './quiet-browser.ts';

export type Throughput = Readonly<{
  /** MiB/s, one a round. */
  bare: readonly number[];
  /** Through the app-api. */
  window: readonly number[];
  cols: number;
  rows: number;
}>;

/** The same bytes into xterm.js alone and through the app-api into the window's terminal, in one browser, in turn. */
export async function measureThroughput(byteCount: number, rounds: number): Promise<Throughput> {
  const bytes = terminalOutput(byteCount);
  const mebibytes = bytes.length / 2 ** 20;
  const pages = await serveBarePage(bytes);
  const host = spawn(
    process.execPath,
    [join(ROOT, 'test/bench/window/byte-host.ts'), join(ROOT, 'dist/renderer'), String(byteCount)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let browser: QuietBrowser | undefined;
  try {
    const lines = createInterface({ input: host.stdout });
    const size = { cols: 80, rows: 24 };
    lines.on('line', (line) => {
      const [, cols, rows] = /^size (\d+) (\d+)$/.exec(line) ?? [];
      if (cols !== undefined) Object.assign(size, { cols: Number(cols), rows: Number(rows) });
    });
    const [link] = (await once(lines, 'line')) as [string];
    browser = await QuietBrowser.launch({ width: 1200, height: 760 });
    const window = await openTerminal(browser, link);
    const fontFamily = await window.evaluate<string>(
      "getComputedStyle(document.querySelector('.xterm-rows')).fontFamily",
    );
    const bare = await browser.open(pages.url);
    await bare.until(`typeof measure === 'function'`);
    const { fontSize, lineHeight, scrollback } = DEFAULT_WINDOW_SETTINGS.terminal;
    const options = JSON.stringify({ ...size, scrollback, fontSize, lineHeight: lineHeight / 100, fontFamily });
    const measured = { bare: [] as number[], window: [] as number[] };
    // The first round warms both up.
    for (let round = 0; round <= rounds; round += 1) {
      await bare.toFront();
      const alone = await bare.evaluate<number>(`measure('/bytes', ${options})`);
      await window.toFront();
      const through = await measureWindow(window, round + 1);
      if (round === 0) continue;
      measured.bare.push((mebibytes / alone) * 1000);
      measured.window.push((mebibytes / through) * 1000);
    }
    return { ...measured, ...size };
  } finally {
    await browser?.close();
    pages.close();
    host.kill();
  }
}

async function openTerminal(browser: QuietBrowser, link: string): Promise<QuietPage> {
  const page = await browser.open(link);
  const find = (among: string, start: string): string =>
    `[...document.querySelectorAll('${among}')].find((each) => each.textContent.startsWith('${start}'))`;
  for (const button of [find('nav button, nav a', 'Terminals'), find('main li button', 'office')]) {
    await page.until(`${button} !== undefined`);
    await page.evaluate(`${button}.click()`);
  }
  await page.until(`document.querySelector('.xterm-rows')?.textContent.startsWith('$') === true`);
  return page;
}

/** Milliseconds from Enter to the last line drawn, which has that number. */
async function measureWindow(page: QuietPage, number: number): Promise<number> {
  await page.until(
    `document.activeElement.matches('.xterm textarea') || document.querySelector('.xterm textarea').focus()`,
  );
  // Counted in the page, and between frames: asking for every frame would have the page draw more often than its terminal wants to.
  await page.evaluate(`void (globalThis.taken = new Promise((resolve) => {
    const rows = [...document.querySelectorAll('.xterm-rows')].find((rows) => rows.checkVisibility());
    addEventListener('keydown', () => {
      const started = performance.now();
      const look = () => {
        if (!rows.textContent.includes('END ${number}')) setTimeout(look, 10);
        else requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - started)));
      };
      look();
    }, { capture: true, once: true });
  }))`);
  await page.pressEnter();
  return page.evaluate<number>('globalThis.taken');
}
