import { describe, expect, test } from 'vitest';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';

/** The window where the browser itself is the machine, on a phone. */
let browser: StoryBrowser;
shareAmongTests(async (defer) => {
  browser = await StoryBrowser.launch(process.env['CLAWREACH_TEST_STORIES'], { touch: true });
  defer(() => browser.close());
});

async function shown(name: string): Promise<string> {
  await browser.clear({ width: 360, height: 740 });
  await browser.openStory(name, { width: 360, height: 740 });
  return await browser.page.locator('body').innerText();
}
const button = (name: string) => browser.page.getByRole('button', { name });

describe('in a browser that is itself a machine', () => {
  test('the settings of security say who keeps the key, and offer nothing of the application', async () => {
    const words = await shown('settings/in a browser, security');
    expect(words).toContain(
      "The browser keeps it until you sign out. Scripts of the page can use it, and can't read it.",
    );
    expect(words).toContain('Safety numbers');
    for (const other of ['key store', 'Encrypted by the system', 'Stored in', 'As approved', 'Permissions of other'])
      expect(words).not.toContain(other);
  });

  test('the other sections have no folder, no system and no licences of the application', async () => {
    const machine = await shown('settings/in a browser, device');
    expect(machine).toContain('This browser has no connections until you resume.');
    expect(machine).not.toContain('Profile');
    const about = await shown('settings/in a browser, about');
    expect(about).not.toContain('System');
    expect(about).not.toMatch(/diagnostics/iu);
    expect(await button('Show licenses').count()).toBe(0);
  });

  test('the access of a machine is what the person may do there, with its end', async () => {
    const words = await shown('access/in a browser');
    expect(words).toContain('What you may do on office');
    expect(await browser.page.locator('[data-there]').count()).toBe(3);
    expect(await browser.page.locator('[data-there="browser"]').innerText()).toMatch(
      /^Pairing of this browser\s+Until /u,
    );
    expect(await browser.page.getByRole('radio').count()).toBe(0);
    expect(await browser.page.getByRole('alert').count()).toBe(0);
    await button('Remove office…').waitFor();
    expect(browser.complaints).toEqual([]);
  });

  test('a short list of machines offers no port', async () => {
    const words = await shown('peers/one, in a browser');
    expect(words).toContain('Open a terminal on office');
    expect(words).not.toContain('port');
    expect(words).toContain('With a code that the machine shows.');
  });

  test('no machine is introduced to others, which take no introduction from a browser', async () => {
    const entries = async (story: string): Promise<readonly string[]> => {
      await shown(story);
      await browser.page
        .getByRole('button', { name: /^More actions for/ })
        .first()
        .click();
      await browser.page.getByRole('menuitem', { name: 'Copy ID' }).waitFor();
      return await browser.page.getByRole('menuitem').allInnerTexts();
    };
    expect(await entries('peers/one offline')).toContain('Introduce to my other machines…');
    const inBrowser = await entries('peers/one, in a browser');
    expect(inBrowser.filter((entry) => entry.startsWith('Introduce'))).toEqual([]);
    expect(inBrowser).toContain('Safety number…');
  });

  test('the page of a machine has its own name on top, and that of the account beside its facts', async () => {
    const words = await shown('peers/page of one, in a browser');
    expect(await browser.page.getByRole('heading', { level: 1 }).innerText()).toContain('office');
    expect(words).toMatch(/Name in your account\s+.?Head office/u);
    expect(words).toContain('Open terminal');
  });

  test('a finger can press the main buttons', async () => {
    await shown('peers/page of one, in a browser');
    const box = await browser.page
      .getByText('Open terminal', { exact: true })
      .locator('xpath=ancestor-or-self::button')
      .boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(44);
  });

  test('a guest that the dialog shows has no card beside it', async () => {
    await shown('sharing/guests in the dialog and elsewhere');
    await browser.page.getByRole('dialog').getByText('Ada wants to').first().waitFor();
    const cards = browser.page.locator('aside');
    expect(await cards.innerText()).toContain('Cleo');
    expect(await cards.innerText()).not.toContain('Ada');
  });

  test('a machine that asks is named in one sentence once it is paired', async () => {
    await shown('pairing/done, asks there');
    const dialog = browser.page.getByRole('dialog');
    await dialog.getByText(/without asking, allow it there too/u).waitFor();
    expect(await dialog.innerText()).not.toContain('has to allow it first');
    const described = await dialog.getByRole('button', { name: 'Open terminal' }).getAttribute('aria-describedby');
    expect(await dialog.locator(`[id="${described}"]`).innerText()).toContain('allow it there too');
  });
});

test('a request that waits at another machine names that machine, and says nothing of this one', async () => {
  const [waiting = ''] = (await shown('requests/at another machine')).split('Answered');
  expect(waiting).toContain('Waits at office.');
  expect(waiting).toContain('wants to open a terminal on office');
  expect(waiting).not.toContain('this machine');
});
