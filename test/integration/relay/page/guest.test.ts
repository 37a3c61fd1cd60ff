import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tellOfGuests } from '#test/support/browser/guests.ts';
import { ShareScene } from '#test/support/browser/share-scene.ts';
import { findChromium, shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';

/** Longest wait for a state, ms. */
const WAIT = { timeout: 20_000 };

describe.skipIf(findChromium() === undefined)('the page of a share link, at a relay that serves it', () => {
  let browser: ChromiumShare;
  let scene: ShareScene;

  beforeAll(async () => {
    scene = await ShareScene.start();
    browser = await shareChromium();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await scene.close();
  });

  async function open(url: string, device: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ locale: 'en-US', viewport: { width: 900, height: 640 }, ...device });
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }

  async function enter(url: string, name: string, device?: BrowserContextOptions): Promise<Page> {
    const page = await open(url, device);
    const role = url.endsWith('.type') ? 'you watch and type.' : "you watch, and can't type.";
    await page.getByText(`With this link ${role}`).waitFor();
    await page.getByLabel('Your name').fill(name);
    await page.getByRole('button', { name: 'Ask to come in' }).click();
    await page.getByText('Waiting to be let in').waitFor();
    return page;
  }

  tellOfGuests(() => ({
    scene,
    open: async (address) => {
      const page = await open(address);
      return {
        evaluate: (expression) => page.evaluate(expression),
        type: (text) => page.keyboard.type(text),
        close: () => page.context().close(),
      };
    },
  }));

  it('shows the words that the host sees, then the terminal; typed keys reach the program, and it says how it ended', async () => {
    const { url, id } = await scene.share('type');
    const page = await enter(url, 'Ada');
    await expect.poll(async () => (await scene.guests()).length, WAIT).toBe(1);
    const [guest] = await scene.guests();
    const shown = await page.locator('ol > li').allTextContents();
    expect(shown).toEqual(guest?.words);
    expect(await page.getByText('could read this session if it changed the page').count()).toBe(1);
    await page.getByText(/^Page [0-9a-f]{16}$/).waitFor();
    await scene.office.api.call('shareLink.answer', { guest: guest?.id ?? '', letIn: true });
    await page.getByText('You can type').waitFor();
    await page.locator('.xterm-screen').click();
    await page.keyboard.type('hello-from-a-guest');
    await expect.poll(() => scene.office.shell.last.heardText).toContain('hello-from-a-guest');
    await scene.office.api.call('shareLink.end', { id });
    await page.getByText('The sharing has ended.').waitFor();
    // The link leads nowhere any more.
    expect(await page.getByRole('button').count()).toBe(0);
    await page.context().close();
  }, 60_000);

  it('says that it was declined, and that a link is wrong or over', async () => {
    const { url, id } = await scene.share('view');
    const page = await enter(url, 'Ben');
    await expect.poll(async () => (await scene.guests()).length, WAIT).toBe(1);
    await scene.office.api.call('shareLink.answer', { guest: (await scene.guests())[0]?.id ?? '', letIn: false });
    await page.getByText("You weren't let in.").waitFor();
    await page.getByRole('button', { name: 'Open again' }).waitFor();
    await scene.office.api.call('shareLink.end', { id });
    await page.reload();
    // No name is asked for what has ended.
    await page.getByText('Nothing is shared by this link now.').waitFor();
    expect(await page.getByLabel('Your name').count()).toBe(0);
    await page.goto(url.slice(0, -4));
    await page.reload();
    await page.getByText("This link isn't complete.").waitFor();
    await page.context().close();
    expect(await scene.guests()).toEqual([]);
  }, 60_000);

  it('shows letters that can be read on a phone, and scrolls to where the program writes', async () => {
    const { url } = await scene.share('view');
    const page = await enter(url, 'Dan', { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    await expect.poll(async () => (await scene.guests()).length, WAIT).toBe(1);
    await scene.office.api.call('shareLink.answer', { guest: (await scene.guests())[0]?.id ?? '', letIn: true });
    await page.getByText('View only').waitFor();
    const screen = page.locator('.xterm-screen');
    const fontSize = async () =>
      Number.parseFloat(await page.locator('.xterm-rows').evaluate((rows) => getComputedStyle(rows).fontSize));
    await expect.poll(fontSize, WAIT).toBeGreaterThanOrEqual(11);
    const left = async () => Math.round((await screen.boundingBox())?.x ?? Number.NaN);
    await expect.poll(left).toBeGreaterThan(0);
    await scene.type('y'.repeat(55));
    await expect.poll(left, WAIT).toBeLessThan(-20);
    await page.context().close();
  }, 60_000);

  it('comes back by itself after a restart of the relay, without another card', async () => {
    const { url } = await scene.share('view');
    const page = await enter(url, 'Cleo');
    await expect.poll(async () => (await scene.guests()).length, WAIT).toBe(1);
    await scene.office.api.call('shareLink.answer', { guest: (await scene.guests())[0]?.id ?? '', letIn: true });
    await page.getByText('View only').waitFor();
    await scene.stopRelay();
    await page.getByText('Connection lost').waitFor({ timeout: 30_000 });
    await scene.startRelay();
    await page.getByText('Connection lost').waitFor({ state: 'detached', timeout: 60_000 });
    await expect.poll(async () => (await scene.guests())[0]?.state, WAIT).toBe('in');
    await scene.type('after-the-restart');
    await expect
      .poll(async () => await page.locator('.xterm-rows, .xterm-screen').first().textContent(), { timeout: 20_000 })
      .toContain('after-the-restart');
    await page.context().close();
  }, 120_000);
});
