import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PageScene } from '#test/support/browser/page-scene.ts';
import type { TestDevice } from '#test/support/hostile/device.ts';
import { findChromium, shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';

const PERSON = { name: 'Ada', email: 'ada@example.org', password: 'correct horse battery staple 42' };
/** Facts of the list's row about a machine that lets this browser in no more. */
const OUT = /It no longer knows this browser|This browser is no longer in this project/;

describe.skipIf(findChromium() === undefined)('a browser that a machine has removed', () => {
  let browser: ChromiumShare;
  let scene: PageScene;
  let context: BrowserContext;
  let list: Page;
  let origin: string;

  beforeAll(async () => {
    scene = await PageScene.start({ page: {} });
    origin = `http://localhost:${scene.relay.port}`;
    browser = await shareChromium(['--allow-loopback-in-peer-connection']);
    context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      reducedMotion: 'reduce',
      serviceWorkers: 'block',
      locale: 'en',
    });
    list = await context.newPage();
    const link = await readFile(join(scene.folder, 'first-account.txt'), 'utf8');
    await list.goto(link.trim().replace(/^https?:\/\/[^/]+/, origin));
    await list.getByLabel('Name', { exact: true }).fill(PERSON.name);
    await list.getByLabel('E-mail address').fill(PERSON.email);
    await list.getByLabel('Password', { exact: true }).fill(PERSON.password);
    await list.getByRole('button', { name: 'Create account' }).click();
    await list.waitForURL(`${origin}/dashboard`);
    scene.adopt(PERSON.email);
  }, 90_000);
  afterAll(async () => {
    await browser.close();
    await scene.close();
  });

  /** Pairs a page with the machine that it has open, and opens a terminal. */
  async function pair(machine: TestDevice, page: Page): Promise<void> {
    const { pairing, code } = await machine.api.call('pairing.invite', { allow: ['terminal'] });
    const invited = machine.api.call('pairing.result', { pairing });
    await page.locator('[data-code-field]').fill(code ?? '');
    await page.keyboard.press('Enter');
    const { peer, words } = await invited;
    await machine.api.call('pairing.confirm', { peer: peer.peerId, words: [...words] });
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'They match' }).click();
    await dialog.getByRole('button', { name: 'Open terminal' }).click();
    await page.locator('.xterm-rows:visible').first().waitFor();
  }
  async function machinePage(machine: TestDevice): Promise<Page> {
    const page = await context.newPage();
    await page.goto(`${origin}/terminal/${machine.peerId}`);
    return page;
  }
  /** Row of a machine whose name only its peers know. */
  const row = (name: string): Locator => list.getByRole('listitem').filter({ hasText: name });
  const browserAt = async (machine: TestDevice): Promise<string> =>
    (await machine.api.call('peers.list', {}))[0]?.peerId ?? '';

  it('reads so at once in the list of a tab that runs no agent, and on the page of the machine, and is paired again from there', async () => {
    const cellar = await scene.addOwnProject('cellar', PERSON.email);
    const page = await machinePage(cellar);
    await pair(cellar, page);
    await list.goto(`${origin}/dashboard`);
    await row('cellar').getByText('Paired with this browser').waitFor();
    await cellar.api.call('peers.forget', { peer: await browserAt(cellar) });
    await row('cellar').getByText(OUT).waitFor();
    expect(await row('cellar').getByText('Paired with this browser').count()).toBe(0);
    await page.getByText('cellar has removed this browser.').waitFor();
    await page.close();
    await list.reload();
    await row('cellar').getByText(OUT).waitFor();
    await row('cellar').getByRole('button', { name: 'Pair this browser again with' }).click();
    await list.getByText('It removed this browser').waitFor();
    const again = list.getByRole('alert').getByRole('button', { name: 'Pair again' });
    await again.click();
    await again.waitFor({ state: 'detached' });
    await pair(cellar, list);
    await list.goto(`${origin}/dashboard`);
    await row('cellar').getByText('Paired with this browser').waitFor();
    await cellar.close();
  }, 120_000);

  it('reads so in the list where no agent ran while the machine removed it', async () => {
    const attic = await scene.addOwnProject('attic', PERSON.email);
    const page = await machinePage(attic);
    await pair(attic, page);
    await page.close();
    await expect.poll(async () => (await attic.api.call('peers.list', {}))[0]?.online, { timeout: 30_000 }).toBe(false);
    await attic.api.call('peers.forget', { peer: await browserAt(attic) });
    await list.goto(`${origin}/dashboard`);
    await row('attic').getByText(OUT).waitFor();
    await attic.close();
  }, 120_000);
});
