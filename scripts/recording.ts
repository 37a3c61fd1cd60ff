/**
 * `npm run recording`: makes the recording and the pictures of the README from the real application: a relay, a machine called "office", and the
 * window, which pairs, opens a terminal and sets up a forward. Writes `assets/recording.webp` and `assets/window-{light,dark}.png`. Needs Electron or
 * Chromium, and `img2webp` (Debian: apt-get install webp). Everything runs on this computer and is removed afterwards.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { CONFIRMED } from '#test/support/e2e/device.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { nameOfWindow } from '#test/support/window/names.ts';
import { availablePlaces } from '#test/support/window/places.ts';
import { TerminalPane } from '#test/support/window/terminal-pane.ts';
import { say } from './support/say.ts';

/** Size of the window, CSS pixels. */
const SIZE = { width: 960, height: 600 } as const;
/** Interval between two looks at the window, ms. */
const INTERVAL = 120;
/** Longest time for which the recording shows one picture, ms: what takes longer is waiting. */
const STILL = 1600;
/** Largest recording, bytes: GitHub and people on slow networks load it with the README. */
const LARGEST = 2 * 1024 * 1024;

const root = new URL('..', import.meta.url).pathname;
const frames = mkdtempSync(join(tmpdir(), 'clawreach-recording-'));
const kept: { file: string; time: number }[] = [];
const recorder = new AbortController();
let last = '';

/** Keeps each picture that differs from the one before, with the time for which it was seen. */
async function record(page: Page): Promise<void> {
  while (!recorder.signal.aborted) {
    const begun = performance.now();
    const picture = await page.screenshot({ type: 'png' }).catch(() => undefined);
    await delay(Math.max(0, INTERVAL - (performance.now() - begun)));
    const took = performance.now() - begun;
    const shown = kept.at(-1);
    const digest = picture === undefined ? last : createHash('sha256').update(picture).digest('hex');
    if (picture !== undefined && digest !== last) {
      last = digest;
      const file = join(frames, `${kept.length}.png`);
      writeFileSync(file, picture);
      kept.push({ file, time: took });
    } else if (shown !== undefined) shown.time = Math.min(STILL, shown.time + took);
  }
}

const place = availablePlaces()[0];
if (place === undefined) throw new Error('there is no Electron and no Chromium here');
const stage = new Stage();
const web = createServer((_request, response) => response.end('from behind office\n'));
try {
  // Beside the forward, which has the same port of IPv4.
  await new Promise<void>((listening) => void web.listen(0, '::1', listening));
  const relay = await stage.startRelay();
  const [office, laptop] = [stage.device('office'), stage.device('laptop')];
  await office.runAgent(relay, { first: true });
  await laptop.runAgent(relay, { first: true });
  const surface = place.open(laptop, stage);
  try {
    await surface.start();
    await surface.resize(SIZE.width, SIZE.height);
    const { page } = surface;
    const code = page.getByRole('textbox', { name: 'Code or link' });
    await code.waitFor();
    const recording = record(page);
    await delay(1500);

    const inviting = office.start(['pair', CONFIRMED, '--allow', 'terminal']);
    const [shown] = await inviting.said(/[0-9A-Z]{4}-[0-9A-Z]{4}/);
    await code.pressSequentially(shown.replace('-', '').toLowerCase(), { delay: 150 });
    const connect = page.locator('form').getByRole('button', { name: 'Pair', exact: true });
    if (await connect.isVisible()) await connect.click();
    await page.getByRole('button', { name: 'They match' }).waitFor();
    await delay(1500);
    await page.getByRole('button', { name: 'They match' }).click();
    const open = page.getByRole('button', { name: 'Open terminal' }).first();
    await open.waitFor();
    await delay(1500);
    await open.click();
    const terminal = new TerminalPane(page);
    await terminal.until(/there>$/m);
    await delay(600);
    for (const line of ['uname -sm', 'uptime -p', 'echo "hello from office"']) {
      for (const letter of line) {
        await page.keyboard.type(letter);
        await delay(45);
      }
      await page.keyboard.press('Enter');
      await delay(700);
    }
    await delay(800);

    const { port } = web.address() as AddressInfo;
    await office.ok('targets', await nameOfWindow(office), '--allow', `localhost:${port}`);
    await page.getByRole('navigation').getByRole('button', { name: 'Forwards' }).click();
    await delay(1200);
    await page
      .getByRole('button', { name: /^Open a web app/ })
      .first()
      .click();
    await delay(800);
    await page.getByRole('textbox', { name: /port/i }).first().pressSequentially(String(port), { delay: 120 });
    await delay(500);
    await page.keyboard.press('Enter');
    await page.locator('li[data-forward]').first().waitFor();
    await delay(1600);
    await page.getByRole('navigation').getByRole('button', { name: 'Machines' }).first().click();
    await delay(1600);
    recorder.abort();
    await recording;

    for (const name of ['nas', 'studio']) {
      const other = stage.device(name);
      await other.runAgent(relay, { first: true });
      await other.pairWith(laptop);
    }
    await page.getByText('studio').first().waitFor();
    await delay(6000);
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await delay(600);
      await page.screenshot({ path: join(root, 'assets', `window-${theme}.png`) });
    }
  } finally {
    recorder.abort();
    await surface.close();
  }
} finally {
  web.close();
  await stage.close();
}

mkdirSync(join(root, 'assets'), { recursive: true });
const target = join(root, 'assets', 'recording.webp');
const pictures = kept.flatMap(({ file, time }) => ['-d', String(Math.round(time)), file]);
const { status, error, stderr } = spawnSync(
  'img2webp',
  ['-loop', '0', '-min_size', '-lossy', '-q', '70', '-m', '6', ...pictures, '-o', target],
  { encoding: 'utf8' },
);
rmSync(frames, { recursive: true, force: true });
if (error !== undefined || status !== 0) throw new Error(`img2webp: ${error?.message ?? stderr}`);
const { size } = statSync(target);
const seconds = kept.reduce((sum, { time }) => sum + time, 0) / 1000;
say(`${target}: ${kept.length} pictures, ${seconds.toFixed(1)} s, ${Math.round(size / 1024)} KiB`);
if (size > LARGEST) throw new Error('the recording is larger than 2 MiB');
process.exit();
