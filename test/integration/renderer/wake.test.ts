import { expect, test } from 'vitest';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';

/** Waking a machine from its page, in a real browser, with an agent in the page. */
let browser: StoryBrowser;
shareAmongTests(async (defer) => {
  browser = await StoryBrowser.launch(process.env['CLAWREACH_TEST_STORIES']);
  defer(() => browser.close());
});

const row = () => browser.page.getByRole('region', { name: 'Wake up', exact: true });

test('a machine that is offline is woken by this one, or through another one, and the page says who has sent the packet', async () => {
  await browser.openStory('peers/wake', { width: 1200 });
  await row().getByText('may be asleep').waitFor();
  await row().getByRole('button', { name: 'Wake up', exact: true }).press('Enter');
  await row().getByText('Sent by this machine. Waiting until').waitFor();
  await row().getByRole('button', { name: 'Through another machine' }).press('Enter');
  // The first that is online.
  await browser.page.getByRole('menuitem', { name: /office$/ }).press('Enter');
  await row().getByText('Sent by office. Waiting until').waitFor();
  expect(browser.complaints).toEqual([]);
});

test('the page says what to do if no machine could send it', async () => {
  await browser.openStory('peers/wake without a sender', { width: 1200 });
  await row().getByRole('button', { name: 'Wake up', exact: true }).click();
  await row().getByText('No machine could wake it.').waitFor();
  await row().getByText('Have a machine in the network of').waitFor();
  expect(browser.complaints).toEqual([]);
});

test('a machine that is online has no such row', async () => {
  await browser.openStory('peers/page of one, in a browser', { width: 1200 });
  await browser.page.getByRole('tab', { name: 'Overview' }).waitFor();
  expect(await row().count()).toBe(0);
});
