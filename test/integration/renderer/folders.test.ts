import { beforeEach, expect, test } from 'vitest';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';

/** The folders that a machine shares in a real browser, with an agent in the page. */
let browser: StoryBrowser;
shareAmongTests(async (defer) => {
  browser = await StoryBrowser.launch(process.env['CLAWREACH_TEST_STORIES']);
  defer(() => browser.close());
});
beforeEach(() => browser.page.evaluate('delete document.documentElement.dataset.folders'));

async function open(name: string, width = 1200): Promise<void> {
  await browser.clear({ width });
  await browser.openStory(name, { width });
}
const button = (name: string) => browser.page.getByRole('button', { name, exact: true });
const rows = () => browser.page.getByRole('rowgroup').getByRole('row');
const calls = () => browser.page.evaluate<string>('document.documentElement.dataset.folders ?? ""');
async function press(...keys: readonly string[]): Promise<void> {
  for (const key of keys) await browser.page.keyboard.press(key);
}

test('a folder is read, sorted, filtered and changed by keyboard alone', async () => {
  await open('folders/shared');
  await browser.page.getByRole('button', { name: /^photos/ }).press('Enter');
  await expect.poll(() => rows().count()).toBe(7);
  const names = async (): Promise<readonly string[]> => rows().getByRole('gridcell').first().allTextContents();
  expect(await names()).toEqual(['2025']);
  await browser.page.getByRole('grid').focus();
  await press('End', 'Shift+ArrowUp');
  await button('Copy 2 to this machine').waitFor();
  await press('Delete');
  await button('Remove').last().waitFor();
  await press('Escape');
  await browser.page.getByRole('dialog').waitFor({ state: 'detached' });
  await button('Size').press('Enter');
  expect(await browser.page.getByRole('columnheader', { name: 'Size' }).getAttribute('aria-sort')).toBe('ascending');
  await browser.page.getByRole('searchbox', { name: 'Filter by name' }).fill('IMG');
  await expect.poll(() => rows().count()).toBe(2);
  await browser.page.getByRole('searchbox', { name: 'Filter by name' }).fill('');
  await browser.page.getByRole('grid').focus();
  await press('Home', 'Enter');
  await browser.page.getByText('This folder is empty.').waitFor();
  await press('Backspace');
  await expect.poll(() => rows().count()).toBe(7);
  await button('New folder').press('Enter');
  await browser.page.getByRole('textbox', { name: 'Name' }).fill('2027');
  await press('Enter');
  await expect.poll(calls).toBe('mkdir 2027;');
  expect(await browser.axe()).toEqual([]);
  expect(browser.complaints).toEqual([]);
});

test('a folder of 50 000 files draws those in sight only, and scrolls at once', async () => {
  await open('folders/shared');
  await browser.page.getByRole('button', { name: /^many/ }).click();
  await browser.page.getByText(/^50.?000 entries$/).waitFor();
  expect(await rows().count()).toBeLessThan(60);
  await browser.page.getByRole('grid').focus();
  await press('End');
  await browser.page.getByText('file 49999.dat').waitFor();
  expect(await rows().count()).toBeLessThan(60);
  const slowest = await browser.page.evaluate<number>(`new Promise((resolve) => {
    const box = document.querySelector('[role=rowgroup]');
    let slowest = 0, frames = 0, before = performance.now();
    const step = (now) => {
      slowest = Math.max(slowest, frames < 3 ? 0 : now - before);
      before = now;
      box.scrollTop = (frames * 7919 * 36) % box.scrollHeight;
      if (++frames < 60) requestAnimationFrame(step); else resolve(slowest);
    };
    requestAnimationFrame(step);
  })`);
  expect(slowest).toBeLessThan(250);
});

test('a folder that is gone, one that shares nothing, and a machine that is offline are told apart', async () => {
  await open('folders/shared', 360);
  await browser.page.getByRole('button', { name: /^gone/ }).click();
  await browser.page.getByText('There is no such file or folder.').waitFor();
  await open('folders/none');
  await browser.page.getByText('office shares no folders with this machine').waitFor();
  await open('folders/offline');
  await browser.page.getByText('office is offline').waitFor();
  expect(browser.complaints).toEqual([]);
});

test('folders are shared, changed and taken away in the permissions of a machine', async () => {
  await open('access/folders');
  const folders = browser.page.getByRole('group', { name: 'Shared folders' });
  await expect.poll(() => folders.getByRole('listitem').count()).toBe(2);
  await folders.getByRole('button', { name: 'Share a folder' }).press('Enter');
  await folders.getByRole('textbox').fill('/home/mira/music');
  await press('Enter');
  await expect.poll(() => folders.getByRole('listitem').count()).toBe(3);
  await folders.getByRole('button', { name: 'End sharing www' }).press('Enter');
  await expect.poll(() => folders.getByRole('listitem').count()).toBe(2);
  await folders.getByRole('combobox', { name: 'Use of photos' }).press('Enter');
  await browser.page.getByRole('option', { name: 'Read and write' }).press('Enter');
  await expect.poll(() => folders.getByText('Read and write').count()).toBe(1);
  expect(await browser.axe()).toEqual([]);
  expect(browser.complaints).toEqual([]);
});
