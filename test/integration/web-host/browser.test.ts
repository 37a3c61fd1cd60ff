import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listenControlSocket } from '#node/control-socket/index.ts';
import { windowSettings } from '#shared/app-api/index.ts';
import { findChromium, shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';
import { startHostScene, type HostScene } from '#test/support/web-host.ts';
import { chooseSection } from '#test/support/window/settings.ts';

/** The window as it is built; `npm run build` makes it. */
const RENDERER = new URL('../../../dist/renderer', import.meta.url).pathname;

describe.skipIf(findChromium() === undefined)('the window in a real browser', () => {
  let browser: ChromiumShare;
  const cleanUps: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    browser = await shareChromium();
  });
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  });
  afterAll(() => browser.close());

  async function scene(file = new MemoryDocumentFile()): Promise<HostScene> {
    const started = await startHostScene({ rendererDirectory: RENDERER }, file);
    cleanUps.push(() => started.close());
    return started;
  }

  /** A browser of its own, without anything of another. */
  async function person(): Promise<BrowserContext> {
    const context = await browser.newContext({ reducedMotion: 'reduce', colorScheme: 'light' });
    cleanUps.push(() => context.close());
    return context;
  }

  async function openSettings(page: Page): Promise<void> {
    await page
      .getByRole('button', { name: 'Settings' })
      .or(page.getByRole('link', { name: 'Settings' }))
      .first()
      .click();
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  }

  it('opens by its link, keeps the token out of sight, and comes back after a reload', async () => {
    const { host, port } = await scene();
    const page = await (await person()).newPage();
    await page.goto(host.newLink());
    await page.getByText('Reach your machines').first().waitFor();
    expect(page.url()).toBe(`http://127.0.0.1:${port}/`);
    await page.reload();
    await page.getByText('Reach your machines').first().waitFor();
    expect(await page.evaluate<string>('document.cookie')).toBe('');
  });

  it('says so when the link was used, and opens when a new one is entered in the same tab', async () => {
    const { host } = await scene();
    const link = host.newLink();
    const first = await (await person()).newPage();
    await first.goto(link);
    await first.getByText('Reach your machines').first().waitFor();
    const second = await (await person()).newPage();
    await second.goto(link);
    await second.getByText('This link was already used or has expired').waitFor();
    await second.goto(host.newLink());
    await second.getByText('Reach your machines').first().waitFor();
    await expect.poll(() => second.getByText('This link was already used').count()).toBe(0);
  });

  it('says which part of it could not be shown, where a file of it is gone, and goes on with the rest', async () => {
    const { host } = await scene();
    const page = await (await person()).newPage();
    // As an update leaves it that replaces the files under an open window.
    await page.route('**/assets/terminals-*.js', (route) => route.abort());
    await page.goto(host.newLink());
    const openTerminals = (): Promise<void> =>
      page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name: 'Terminals' }).click();
    await openTerminals();
    await page.getByText("Can't show this page.").waitFor();
    await openSettings(page);
    expect(await page.getByText("Can't show this page.").isVisible()).toBe(false);
    await page.unroute('**/assets/terminals-*.js');
    await page.reload();
    await openTerminals();
    await page.getByText('No machines yet').waitFor();
  });

  it('saves each setting at once, for the next time as well', async () => {
    const file = new MemoryDocumentFile();
    const { host, device } = await scene(file);
    const page = await (await person()).newPage();
    await page.goto(host.newLink());
    await openSettings(page);
    await chooseSection(page, 'Terminals');
    await page.getByLabel('Font size').fill('99');
    await page.getByLabel('Font size').press('Enter');
    await page.getByText('Enter a number from 8 to 32.').waitFor();
    await page.getByLabel('Font size').fill('18');
    await page.getByLabel('Font size').press('Enter');
    await page.getByText('Saved.').waitFor();
    await page.getByRole('switch', { name: 'Blinking cursor' }).click();
    await chooseSection(page, 'Appearance');
    await page.getByRole('radio', { name: 'Dark' }).check({ force: true });
    await page.locator('html[data-theme="dark"]').waitFor({ state: 'attached' });
    await chooseSection(page, 'This machine');
    await page.getByLabel('Name', { exact: true }).fill('study');
    await page.getByLabel('Name', { exact: true }).press('Enter');
    await expect.poll(async () => (await device.api.call('status.get', {})).device.name).toBe('study');
    await expect
      .poll(() => windowSettings.safeParse(file.read()).data)
      .toMatchObject({ theme: 'dark', terminal: { fontSize: 18, cursorBlink: true } });
    await page.reload();
    await page.locator('html[data-theme="dark"]').waitFor({ state: 'attached' });
  });

  it('undoes what could not be saved, and says why', async () => {
    const file = new MemoryDocumentFile();
    const { host } = await scene(file);
    file.failure = { write: 'ENOSPC' };
    const page = await (await person()).newPage();
    await page.goto(host.newLink());
    await openSettings(page);
    await chooseSection(page, 'Terminals');
    const toggle = page.getByRole('switch', { name: 'Screen reader mode' });
    await expect.poll(() => toggle.getAttribute('aria-checked')).toBe('false');
    await toggle.click();
    await page.locator('[role="alert"][data-code="store.write"]').waitFor();
    await expect.poll(() => toggle.getAttribute('aria-checked')).toBe('false');
  });

  it('tells what happened here, and finds it', async () => {
    const { host } = await scene();
    const page = await (await person()).newPage();
    await page.goto(host.newLink());
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name: 'History' }).click();
    await page.getByRole('tab', { name: 'Log' }).click();
    await page.getByRole('cell', { name: /^ClawReach .* started$/ }).waitFor();
    await page.getByLabel('Search log').fill('nowhere to be found');
    await page.getByText('No results.').waitFor();
    await expect.poll(() => page.getByRole('cell').count()).toBe(0);
  });

  it('knows that the agent has ended, and goes on when it is back', async () => {
    const { host, agentListener, device } = await scene();
    const page = await (await person()).newPage();
    await page.goto(host.newLink());
    await page.getByText('Reach your machines').first().waitFor();
    await agentListener.close();
    await page.getByText('ClawReach has stopped on this machine').first().waitFor();
    const again = await listenControlSocket(agentListener.path, (transport) => device.agent.serve(transport));
    cleanUps.push(() => again.close());
    await device.api.call('device.rename', { name: 'study' });
    await page.getByText('study').first().waitFor();
    await expect.poll(() => page.getByText('This link was already used').count()).toBe(0);
  });

  it('can reach nothing else, and is shown in no other page', async () => {
    const { host, port } = await scene();
    const visits: string[] = [];
    const elsewhere = createServer((request, response) => {
      visits.push(request.url ?? '');
      response.setHeader('content-type', 'text/html');
      response.end(`<iframe src="http://127.0.0.1:${port}/"></iframe>`);
    });
    await new Promise<void>((resolve) => {
      elsewhere.listen(0, '127.0.0.1', resolve);
    });
    cleanUps.push(
      () =>
        new Promise((resolve) => {
          elsewhere.close(() => resolve());
          elsewhere.closeAllConnections();
        }),
    );
    const other = `127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    const page = await (await person()).newPage();
    await page.goto(host.newLink());
    const outcome = await page.evaluate<string[]>(`Promise.all([
      fetch('http://${other}/fetch').then(() => 'reached', () => 'refused'),
      new Promise((resolve) => {
        const socket = new WebSocket('ws://${other}/socket');
        socket.onopen = () => resolve('reached');
        socket.onerror = () => resolve('refused');
      }).catch(() => 'refused'),
      new Promise((resolve) => {
        const image = new Image();
        image.onload = () => resolve('reached');
        image.onerror = () => resolve('refused');
        image.src = 'http://${other}/image';
      }),
    ])`);
    expect(outcome).toEqual(['refused', 'refused', 'refused']);
    expect(visits).toEqual([]);
    const framing = await (await person()).newPage();
    await framing.goto(`http://${other}/`);
    const frame = framing.frames().find((candidate) => candidate !== framing.mainFrame());
    expect(frame).toBeDefined();
    expect(await frame?.evaluate<string>('document.title').catch(() => 'refused')).not.toBe('ClawReach');
  });
});
