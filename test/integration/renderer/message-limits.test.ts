import { beforeEach, describe, expect, test } from 'vitest';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';

/** The limits of agents that answer each other, as a person sets them with a keyboard, in a real browser. */
let browser: StoryBrowser;
shareAmongTests(async (defer) => {
  browser = await StoryBrowser.launch(process.env['CLAWREACH_TEST_STORIES']);
  defer(() => browser.close());
});
beforeEach(async () => {
  await browser.clear();
  await browser.page.evaluate('delete document.documentElement.dataset.loops');
});

const field = (name: string) => browser.page.getByRole('textbox', { name });
const saved = (): Promise<string | null> =>
  browser.page.evaluate<string | null>('document.documentElement.dataset.loops ?? null');

describe('the numbers of messages after which agents are held', () => {
  test('are shown, and each is saved at once by itself', async () => {
    await browser.openStory('settings/section messages', { width: 1000 });
    await expect.poll(() => field('Messages in a row').inputValue()).toBe('50');
    await field('Messages in a row').fill('20');
    await field('Messages in a row').press('Enter');
    await expect.poll(saved).toBe('20 200');
    await field('Messages in ten minutes').fill('10000');
    await field('Messages in ten minutes').press('Tab');
    await expect.poll(saved).toBe('50 10000');
    expect(browser.complaints).toEqual([]);
  });

  test.each([
    ['Messages in a row', '0', '1000'],
    ['Messages in a row', '1001', '1000'],
    ['Messages in a row', '1.5', '1000'],
    ['Messages in ten minutes', '10001', '10000'],
  ])('%s: %s is not saved, and the limits are named', async (name, typed, most) => {
    await browser.openStory('settings/section messages', { width: 1000 });
    await field(name).fill(typed);
    await field(name).press('Enter');
    await browser.page.getByText(`Enter a number from 1 to ${most}.`).waitFor();
    expect(await saved()).toBeNull();
    await field(name).press('Escape');
    await expect.poll(() => field(name).inputValue()).not.toBe(typed);
  });

  test('that could not be saved stay in the field, with the reason', async () => {
    await browser.openStory('settings/messages, cannot save', { width: 1000 });
    await field('Messages in a row').fill('20');
    await field('Messages in a row').press('Enter');
    await browser.page.getByRole('alert').filter({ hasText: /\w/ }).first().waitFor();
    expect(await field('Messages in a row').inputValue()).toBe('20');
  });
});
