import { describe, expect, onTestFinished, test } from 'vitest';
import { findChromium } from '#test/support/chromium/launch.ts';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';

/** Tooltips of buttons with an icon, in a real browser. */
const hasChromium = findChromium() !== undefined;
if (!hasChromium) process.stderr.write('No Chromium here: the tooltips of buttons are left out.\n');

const STORIES = process.env['CLAWREACH_TEST_STORIES'];
const SPLIT = 'terminals/split';

let browser: StoryBrowser;
shareAmongTests(async (defer) => {
  browser = await StoryBrowser.launch(STORIES);
  defer(() => browser.close());
  browser.page.setDefaultTimeout(15_000);
});

const tooltip = () => browser.page.locator('[class*="_tooltip_"]');
const button = (name: string) => browser.page.getByRole('button', { name, exact: true }).first();
const active = () => browser.page.evaluate<string>('document.activeElement?.getAttribute("aria-label") ?? ""');

async function open(story: string, width?: number): Promise<void> {
  await browser.clear();
  await browser.page.mouse.move(0, 0);
  await browser.openStory(story, width === undefined ? {} : { width });
}

/** Moves the focus to a button by the keyboard. */
async function focusByKeys(name: string): Promise<void> {
  await button(name).focus();
  await browser.page.keyboard.press('Tab');
  await browser.page.keyboard.press('Shift+Tab');
  await expect.poll(active).toBe(name);
}

describe.skipIf(!hasChromium)('the tooltip of a button with an icon', () => {
  test('shows the name and the keys after the pointer has rested, and goes with it', async () => {
    await open(SPLIT);
    const begun = Date.now();
    await button('Search').hover();
    await tooltip().waitFor();
    expect(Date.now() - begun).toBeGreaterThanOrEqual(300);
    expect(await tooltip().locator('kbd').allTextContents()).toEqual(['Ctrl', 'Shift', 'F']);
    expect(await tooltip().textContent()).toMatch(/^Search/);
    await browser.page.mouse.move(400, 500);
    await tooltip().waitFor({ state: 'detached' });
  });

  test('appears at once when the keyboard brings the focus, and Escape closes it alone', async () => {
    await open(SPLIT);
    await focusByKeys('Search');
    await browser.drawn();
    expect(await tooltip().count()).toBe(1);
    await browser.page.keyboard.press('Escape');
    await tooltip().waitFor({ state: 'detached' });
    expect(await active()).toBe('Search');
  });

  test('closes before the dialog that it belongs to', async () => {
    await open('ui/dialog');
    await focusByKeys('Close');
    await tooltip().waitFor();
    await browser.page.keyboard.press('Escape');
    await tooltip().waitFor({ state: 'detached' });
    expect(await browser.page.getByRole('dialog').count()).toBe(1);
  });

  test('is no second name for screen readers', async () => {
    await open(SPLIT);
    await button('Search').hover();
    await tooltip().waitFor();
    const attributes = ['title', 'aria-describedby', 'aria-labelledby', 'aria-label', 'aria-keyshortcuts'] as const;
    const values = await Promise.all(attributes.map((name) => button('Search').getAttribute(name)));
    expect(values).toEqual([null, null, null, 'Search', 'Control+Shift+F']);
  });

  test.each([360, 1280])('stays inside a window of %i px', async (width) => {
    await open(SPLIT, width);
    await button('Terminal menu').hover();
    await tooltip().waitFor();
    await browser.drawn();
    const box = await tooltip().boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? width)).toBeLessThanOrEqual(width);
    expect(await browser.overflow()).toBe(0);
  });

  test('makes room for the menu that the button opens', async () => {
    await open(SPLIT);
    await button('Terminal menu').hover();
    await tooltip().waitFor();
    await button('Terminal menu').click();
    await browser.page.getByRole('menu').waitFor();
    await expect.poll(() => tooltip().count()).toBe(0);
  });

  test('of a tab names the keys that close it, and what Shift does', async () => {
    await open(SPLIT);
    // The tab has its last width once its program has said its title.
    await button('Close npm').hover();
    await tooltip().waitFor();
    expect(await tooltip().locator('kbd').allTextContents()).toEqual(['Ctrl', 'Shift', 'W']);
    expect(await tooltip().textContent()).toContain('Shift+click leaves it running.');
  });

  test('of a tab has its whole title, machine and folder, and the keys that show it', async () => {
    await open('terminals/many tabs');
    // Until its program has said its title, another tab is under the pointer, and then none without a movement.
    await browser.page.getByRole('tab', { name: /htop/ }).first().waitFor();
    await browser.drawn();
    await browser.page.getByRole('tab').nth(1).hover();
    await tooltip().waitFor();
    expect(await tooltip().locator('kbd').allTextContents()).toEqual(['Alt', '2']);
    expect((await tooltip().textContent())?.replaceAll(/[\u2068\u2069]/gu, '')).toMatch(
      /^htop.*office · ~\/work\/atlas$/,
    );
  });

  test('of a search button has the keys of the search field', async () => {
    await open('terminals/search');
    await button('Newer match').hover();
    await tooltip().waitFor();
    expect(await tooltip().locator('kbd').allTextContents()).toEqual(['Shift', 'Enter']);
  });

  test('is left out for a finger', async () => {
    const phone = await StoryBrowser.launch(STORIES, { touch: true });
    onTestFinished(() => phone.close());
    await phone.openStory(SPLIT, { width: 360 });
    await phone.page.getByRole('button', { name: 'Terminal menu' }).tap();
    await phone.page.getByRole('menu').waitFor();
    expect(await phone.page.locator('[class*="_tooltip_"]').count()).toBe(0);
  });
});
