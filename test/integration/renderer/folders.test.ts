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

test('files are added to a folder for writing, and names that are taken are asked about', async () => {
  await open('folders/shared');
  await browser.page.getByRole('button', { name: /^photos/ }).click();
  await expect.poll(() => rows().count()).toBe(7);
  const add = async (): Promise<void> => {
    await button('Add files').press('Enter');
    await browser.page.getByRole('menuitem', { name: 'Add files…' }).press('Enter');
  };
  await add();
  // The listing is read again at the end of the transfer.
  await expect.poll(() => rows().count()).toBe(8);
  expect(await calls()).toBe('put new ;');
  await add();
  const dialog = browser.page.getByRole('dialog', { name: /report\.pdf.* is there already/ });
  await dialog.getByRole('radio', { name: 'Keep both' }).waitFor();
  await press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(await calls()).toBe('put new ;');
  for (const [choice, mode] of [
    ['Keep both', 'keep-both'],
    ['Replace', 'replace'],
    ['Skip those that are the same', 'skip-same'],
  ] as const) {
    await browser.page.evaluate('delete document.documentElement.dataset.folders');
    await add();
    await dialog.getByRole('radio', { name: choice }).check();
    expect(await browser.axe()).toEqual([]);
    await press('Enter');
    await expect.poll(calls).toBe(`put ${mode} ;`);
  }
  expect(browser.complaints).toEqual([]);
});

test('several files are copied from a folder by keyboard and by its menu', async () => {
  await open('folders/shared');
  await browser.page.getByRole('button', { name: /^photos/ }).click();
  await expect.poll(() => rows().count()).toBe(7);
  await browser.page.getByRole('grid').focus();
  await press('End', 'Shift+ArrowUp', 'Enter');
  await expect.poll(calls).toBe('get IMG_0010.jpg;get notes.txt;');
  await rows().filter({ hasText: 'IMG_0010.jpg' }).click({ button: 'right' });
  await browser.page.getByRole('menuitem', { name: 'Copy 2 to this machine' }).click();
  await expect.poll(calls).toBe('get IMG_0010.jpg;get notes.txt;get IMG_0010.jpg;get notes.txt;');
  // What isn't chosen is, when its menu is opened.
  await rows().filter({ hasText: 'drafts' }).click({ button: 'right' });
  await browser.page.getByRole('menuitem', { name: 'Open' }).click();
  await browser.page.getByText('This folder is empty. Drop files here, or choose Add files.').waitFor();
  expect(browser.complaints).toEqual([]);
});

test('files are dropped on a folder for writing, and a folder for reading says why it takes none', async () => {
  const dropped = `(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['report'], 'notes.txt'));
    const list = document.querySelector('[data-folder-list]');
    for (const type of ['dragenter', 'dragover', 'drop'])
      list.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
  })()`;
  await open('folders/drop');
  await browser.page.getByText(/^Copy into .*photos.* on .*office/).waitFor();
  await browser.page.evaluate("window.clawreach = { keepFiles: async () => 'b'.repeat(32) }");
  await browser.page.evaluate(dropped);
  await browser.page.getByRole('dialog', { name: /notes\.txt.* is there already/ }).waitFor();
  await press('Enter');
  await expect.poll(calls).toBe('put keep-both ;');
  await browser.page.evaluate('delete document.documentElement.dataset.folders');
  await open('folders/drop-read-only');
  await browser.page.getByText(/office.* shares this folder for reading only$/).waitFor();
  expect(await button('Add files').count()).toBe(0);
  await browser.page.evaluate(dropped);
  expect(await browser.page.getByText('shares this folder for reading only').count()).toBe(0);
  expect(await calls()).toBe('');
  await open('folders/browser');
  await browser.page.getByRole('button', { name: /^photos/ }).click();
  await button('New folder').waitFor();
  expect(await button('Add files').count()).toBe(0);
  await browser.page.evaluate(dropped);
  expect(await calls()).toBe('');
  expect(browser.complaints).toEqual([]);
});

test('of many files that are added at once, none takes a name without a question, and too many begin nothing', async () => {
  await open('folders/taken-of-many');
  await browser.page.getByRole('dialog', { name: /LATER\.txt.* is there already/ }).waitFor();
  await press('Escape');
  await open('folders/drop');
  await browser.page.getByText(/^Copy into .*photos.* on .*office/).waitFor();
  await browser.page.evaluate(`(() => {
    window.clawreach = { keepFiles: async () => 'b'.repeat(32) };
    const dataTransfer = new DataTransfer();
    for (let number = 0; number < 1025; number += 1) dataTransfer.items.add(new File(['x'], 'new ' + number));
    const list = document.querySelector('[data-folder-list]');
    for (const type of ['dragenter', 'dragover', 'drop'])
      list.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
  })()`);
  // A toast of the application says so (transfers.test.ts); nothing is asked or begun.
  await button('Add files').waitFor();
  expect(await browser.page.getByRole('dialog').count()).toBe(0);
  expect(await calls()).toBe('');
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
  // The page names no path: the system's dialog does.
  expect(await folders.getByRole('textbox').count()).toBe(0);
  await folders.getByRole('button', { name: 'Choose folder' }).press('Enter');
  await expect.poll(() => folders.getByRole('listitem').count()).toBe(3);
  await folders.getByRole('button', { name: 'End sharing www' }).press('Enter');
  await expect.poll(() => folders.getByRole('listitem').count()).toBe(2);
  await folders.getByRole('combobox', { name: 'Use of photos' }).press('Enter');
  await browser.page.getByRole('option', { name: 'Read and write' }).press('Enter');
  await expect.poll(() => folders.getByText('Read and write').count()).toBe(1);
  expect(await browser.axe()).toEqual([]);
  expect(browser.complaints).toEqual([]);
});
