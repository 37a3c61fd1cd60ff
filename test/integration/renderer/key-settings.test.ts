import { beforeEach, describe, expect, test } from 'vitest';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';

/** The keys of the settings, as a person changes them with a keyboard, in a real browser. */
let browser: StoryBrowser;
shareAmongTests(async (defer) => {
  browser = await StoryBrowser.launch(process.env['CLAWREACH_TEST_STORIES']);
  defer(() => browser.close());
});
beforeEach(async () => {
  await browser.clear();
  await browser.page.evaluate('delete document.documentElement.dataset.saved');
  await browser.openStory('settings/keys changed');
});

const row = (name: string) =>
  browser.page
    .getByRole('listitem')
    .filter({ has: browser.page.getByRole('button', { name: `Reset the keys of “${name}”` }) });
const button = (name: string) => browser.page.getByRole('button', { name, exact: true });
/** Opens the recording of new keys for an action. */
async function record(name: string): Promise<void> {
  await browser.page.getByRole('button', { name: `Change the keys of “${name}”` }).click();
  await row(name).getByText('Press new keys. Esc cancels.').waitFor();
}
/** Keys that a row shows. */
const keysOf = (name: string) =>
  row(name)
    .locator('kbd')
    .allTextContents()
    .then((caps) => caps.join(' '));
const prompt = () => browser.page.getByText('Press new keys. Esc cancels.');
const press = (keys: string) => browser.page.keyboard.press(keys);
/** Keys as they were saved last; undefined if nothing was saved. */
const saved = async (): Promise<unknown> => {
  const text = await browser.page.evaluate<string | null>('document.documentElement.dataset.saved ?? null');
  return text === null ? undefined : JSON.parse(text);
};

/** Changed keys of the story. */
const BEFORE = { 'terminal.search': ['Mod+Shift+T', 'F9'], 'window.palette': ['Mod+P'], 'terminal.broadcast': [] };

describe('the keys of an action', () => {
  test('are those that are pressed while they are recorded: shown and saved at once', async () => {
    await record('Split right');
    await press('Control+Shift+J');
    await prompt().waitFor({ state: 'detached' });
    await expect.poll(() => keysOf('Split right')).toMatch(/^Ctrl.*Shift.*J$/u);
    await expect.poll(saved).toEqual({ ...BEFORE, 'terminal.split-right': ['Mod+Shift+J'] });
  });

  test('act on nothing while they are recorded; Escape and a press elsewhere leave all as it was', async () => {
    const before = await keysOf('Split right');
    await record('Split right');
    await press('Escape');
    await prompt().waitFor({ state: 'detached' });
    await record('Split right');
    await browser.page.getByRole('heading', { name: 'Keys' }).click();
    await prompt().waitFor({ state: 'detached' });
    expect([await keysOf('Split right'), await saved()]).toEqual([before, undefined]);
  });

  test('are refused with a reason where they have a fixed meaning; the next ones are taken', async () => {
    await record('Pair a machine');
    await press('Enter');
    await row('Pair a machine').getByRole('alert').getByText('These keys have a fixed meaning.').waitFor();
    expect(await saved()).toBeUndefined();
    await press('Control+Shift+M');
    await expect.poll(saved).toEqual({ ...BEFORE, 'window.pair': ['Mod+Shift+M'] });
    expect(await row('Pair a machine').getByRole('alert').count()).toBe(0);
  });

  test('with two meanings are named at both actions, and no longer once one of them has others', async () => {
    await row('New terminal').getByText('Also used by “Search”.').waitFor();
    await row('Search').getByText('Also used by “New terminal”.').waitFor();
    await record('Search');
    await press('Control+Shift+E');
    await row('Search').getByText('Also used by “Split right”.').waitFor();
    await row('Split right').getByText('Also used by “Search”.').waitFor();
    expect(await row('New terminal').getByText('Also used by').count()).toBe(0);
  });

  test('are removed, set back alone, and all set back, with nothing left to set back', async () => {
    await button('Remove the keys of “Split right”').click();
    await row('Split right').getByText('No keys').waitFor();
    await expect.poll(saved).toEqual({ ...BEFORE, 'terminal.split-right': [] });
    await button('Reset the keys of “Split right”').click();
    await expect.poll(saved).toEqual(BEFORE);
    await expect.poll(() => keysOf('Split right')).toMatch(/E$/u);
    expect(await button('Reset the keys of “Split right”').isDisabled()).toBe(true);
    await button('Reset all keys').click();
    await expect.poll(saved).toEqual({});
    await expect.poll(() => keysOf('Search')).toMatch(/F$/u);
    expect(await button('Reset all keys').isDisabled()).toBe(true);
  });

  test('that could not be saved are as before, with the cause', async () => {
    await browser.openStory('settings/keys not saved');
    const before = await keysOf('Split right');
    await record('Split right');
    await press('Control+Shift+J');
    await browser.page.getByRole('alert').waitFor();
    await expect.poll(() => keysOf('Split right')).toBe(before);
  });
});
