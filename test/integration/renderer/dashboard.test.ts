import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';

const NARROW = { width: 360 };

describe('the pages of the dashboard', () => {
  let browser: StoryBrowser;
  shareAmongTests(async (defer) => {
    browser = await StoryBrowser.launch(process.env['CLAWREACH_TEST_STORIES']);
    defer(() => browser.close());
  });

  test('are complete as soon as their story counts as shown, also while their script comes slowly', async () => {
    await browser.names();
    await browser.page.route('**/*.js', async (route) => {
      await delay(300);
      await route.continue();
    });
    await browser.openStory('dashboard/projects');
    expect(await browser.page.getByRole('heading', { name: 'Projects', level: 1 }).count()).toBe(1);
    expect(await browser.page.getByText('Difference Engine').count()).toBe(1);
    expect(await browser.page.locator('[aria-busy=true]').count()).toBe(0);
    await browser.page.unroute('**/*.js');
  });

  test('a dialog is open when its story counts as shown', async () => {
    await browser.openStory('dashboard/dialog, link of an invitation');
    expect(await browser.page.getByRole('dialog', { name: 'Hand over this link' }).count()).toBe(1);
  });

  test.each([360, 1280])('the roles of people are in one column, %d pixels wide', async (width) => {
    for (const name of ['dashboard/project people', 'dashboard/people as a member']) {
      await browser.openStory(name, { width });
      const chips = [
        browser.page.getByText('Owner', { exact: true }),
        browser.page.getByText('Member', { exact: true }),
      ];
      const edges = await Promise.all(
        chips.map((chip) => chip.evaluate((element) => element.getBoundingClientRect().right)),
      );
      expect({ name, edge: edges[0] }).toEqual({ name, edge: edges[1] });
    }
  });

  test('a command in a narrow window breaks between its words', async () => {
    await browser.openStory('dashboard/dialog, pairing code', NARROW);
    const option = browser.page.getByText('--api', { exact: true });
    const line = await option.evaluate((element) => Number.parseFloat(getComputedStyle(element).lineHeight));
    expect(await option.evaluate((element) => element.getBoundingClientRect().height)).toBeLessThan(line * 1.5);
    expect(await browser.overflow()).toBe(0);
  });

  test('a link beside its button is not squeezed in a narrow window', async () => {
    await browser.openStory('dashboard/dialog, link of an invitation', NARROW);
    const width = await browser.page
      .getByText(/^https:\/\/relay\.example/)
      .last()
      .evaluate((element) => element.getBoundingClientRect().width);
    expect(width).toBeGreaterThan(200);
  });
});
