import { describe, expect, test } from 'vitest';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';

describe('what takes a moment', () => {
  let browser: StoryBrowser;
  shareAmongTests(async (defer) => {
    browser = await StoryBrowser.launch(process.env['CLAWREACH_TEST_STORIES']);
    defer(() => browser.close());
  });

  const button = (name: string) => browser.page.getByRole('button', { name, exact: true });
  const hasFocus = (name: string): Promise<boolean> =>
    button(name).evaluate((element) => element === element.ownerDocument.activeElement);

  test('says what it is, and is cancelled: the button that began it has the focus, and what it stands in stays open', async () => {
    await browser.openStory('peers/path measuring');
    const { page } = browser;
    await page.getByText('Measuring the round trip…').waitFor();
    await expect.poll(() => browser.axe()).toEqual([]);
    await button('Cancel').click();
    await page.getByRole('status').filter({ hasText: 'Cancelled' }).waitFor({ state: 'attached' });
    await button('Cancel').waitFor({ state: 'detached' });
    await expect.poll(() => hasFocus('Measure now')).toBe(true);

    await page.keyboard.press('Enter');
    await page.locator('button[aria-busy]', { hasText: 'Measure now' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('status').filter({ hasText: 'Cancelled' }).waitFor({ state: 'attached' });
    await expect.poll(() => hasFocus('Measure now')).toBe(true);
    // The next one is for the explanation itself.
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(browser.complaints).toEqual([]);
  });

  test('is the search of the local network, too, and what was found stays', async () => {
    await browser.openStory('discovery/looking');
    const { page } = browser;
    await button('Scan again').focus();
    await page.keyboard.press('Enter');
    await page.getByText('Scanning the network…').waitFor();
    await button('Cancel').waitFor();
    await expect.poll(() => browser.axe()).toEqual([]);
    await page.keyboard.press('Escape');
    await button('Cancel').waitFor({ state: 'detached' });
    await page.getByText('192.168.4.31', { exact: true }).waitFor();
    await page.keyboard.press('Enter');
    await button('Cancel').click();
    await button('Cancel').waitFor({ state: 'detached' });
    await expect.poll(() => hasFocus('Scan again')).toBe(true);
    expect(browser.complaints).toEqual([]);
  });

  test.each([
    'forwards/not known yet',
    'history/reading',
    'history/log, reading',
    'history/recordings, reading',
    'prompts/loading',
    'gateways/devices, reading',
    'gateways/node, reading',
  ])('draws the rows of a list that no answer has filled yet: %s', async (story) => {
    await browser.openStory(story);
    const loading = browser.page.locator('main, body').last().locator('[role="status"][aria-busy="true"]');
    // Beside the rows, this machine as a node may be loading too.
    await loading.first().locator('> [aria-hidden="true"] > * + *').first().waitFor();
    expect(await loading.first().innerText()).not.toBe('');
    expect(browser.complaints).toEqual([]);
  });
});
