import { describe, expect, test } from 'vitest';
import { findChromium } from '#test/support/chromium/launch.ts';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';

describe.skipIf(findChromium() === undefined)('the dashboard of the relay', () => {
  let browser: StoryBrowser;
  shareAmongTests(async (defer) => {
    browser = await StoryBrowser.launch(process.env['CLAWREACH_TEST_STORIES']);
    defer(() => browser.close());
  });

  test('opens in the browser of the system, not in this window', async () => {
    await browser.openStory('settings/dashboard of the relay');
    const { page } = browser;
    const before = page.url();
    await page.getByRole('button', { name: 'Open the dashboard' }).press('Enter');
    await expect
      .poll(() => page.evaluate('document.documentElement.dataset.opened'))
      .toBe('https://relay.example:7474/dashboard');
    expect(page.url()).toBe(before);
    await expect.poll(() => browser.axe()).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });

  test('is not offered where the relay has none', async () => {
    await browser.openStory('settings/relay without a dashboard');
    const { page } = browser;
    await page.getByRole('heading').first().waitFor();
    await expect.poll(() => page.evaluate('document.documentElement.dataset.asked')).toBe('yes');
    expect(await page.getByRole('button', { name: 'Open the dashboard' }).count()).toBe(0);
  });
});
