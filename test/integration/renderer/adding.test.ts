import { describe, expect, test } from 'vitest';
import { findChromium } from '#test/support/chromium/launch.ts';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';

const hasChromium = findChromium() !== undefined;
if (!hasChromium) process.stderr.write('No Chromium here: adding in the window is left out.\n');

describe.skipIf(!hasChromium)('a machine that is added in the window', () => {
  let browser: StoryBrowser;
  shareAmongTests(async (defer) => {
    browser = await StoryBrowser.launch();
    defer(() => browser.close());
  });

  const at = (state: string): Promise<void> =>
    browser.page.locator(`[data-adding="${state}"]`).waitFor({ state: 'attached' });
  const press = (name: string): Promise<void> => browser.page.getByRole('button', { name, exact: true }).click();

  test('waits for the other machine once its person has said that both are the same', async () => {
    await browser.openStory('adding/comparing');
    await at('comparing');
    await expect
      .poll(() => browser.page.getByRole('group', { name: /amber kitchen orbit velvet/ }).isVisible())
      .toBe(true);
    // Nothing is answered by a key that was meant for something before.
    expect(await browser.page.evaluate('document.activeElement.tagName')).not.toBe('BUTTON');
    await browser.page.keyboard.press('Escape');
    await at('comparing');
    await press('They match');
    await at('agreed');
    expect(browser.complaints).toEqual([]);
  });

  test('is compared where the window is opened again meanwhile, as a notice of the system does', async () => {
    await browser.openStory('adding/in progress');
    await at('comparing');
    await browser.page.getByRole('group', { name: /amber kitchen orbit velvet/ }).waitFor();
    await press('They match');
    await at('agreed');
    expect(browser.complaints).toEqual([]);
  });

  test('answers a browser that has asked, under the name that it gives itself, and says what the account calls it', async () => {
    await browser.openStory('adding/browser is answered');
    await at('comparing');
    const dialog = browser.page.getByRole('dialog');
    const shown = (await dialog.innerText()).replaceAll(/[\u2066-\u2069]/gu, '');
    expect(shown).toContain('Ana’s laptop answers. Compare the words with the person there');
    expect(shown).toContain('In your account, Ana’s laptop is called office.');
    expect(shown).not.toContain('wants to be added');
    await browser.openStory('adding/browser is answered by a machine without a name');
    await at('comparing');
    expect((await dialog.innerText()).replaceAll(/[\u2066-\u2069]/gu, '')).toContain('Ana’s laptop answers.');
    expect(browser.complaints).toEqual([]);
  });

  test('says so where the answer did not arrive, and takes it again', async () => {
    await browser.openStory('adding/answer lost');
    await at('comparing');
    await press('They match');
    await browser.page.getByRole('dialog').getByRole('alert').waitFor();
    await at('comparing');
    expect(await browser.page.getByRole('button', { name: 'They match' }).isEnabled()).toBe(true);
  });

  test('is not added when they differ', async () => {
    await browser.openStory('adding/enter an id');
    await browser.openStory('adding/comparing');
    await at('comparing');
    await press('They differ');
    await at('failed');
    await press('Try again');
    await at('choose');
    expect(browser.complaints).toEqual([]);
  });

  test('is asked for by an ID that is checked before anything is sent', async () => {
    await browser.openStory('adding/waiting');
    await browser.openStory('adding/enter an id');
    const field = browser.page.getByLabel('ID of the other machine');
    await field.fill('CP5AZN7-S3S1PH9');
    await field.press('Enter');
    await expect.poll(() => browser.page.getByRole('alert').filter({ hasText: 'eight groups' }).isVisible()).toBe(true);
    await at('choose');
  });
});
