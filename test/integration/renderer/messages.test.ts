import { describe, expect, test } from 'vitest';
import { findChromium } from '#test/support/chromium/launch.ts';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { StoryJudge } from '#test/support/renderer/story-judge.ts';
import { LAYOUT_RULES } from '#test/support/renderer/story-tests.ts';
import { shareAmongTests } from '#test/support/shared.ts';

/** The page Messages in a real browser, with an agent in the page. */
describe.skipIf(findChromium() === undefined)('messages in the window', () => {
  let browser: StoryBrowser;
  shareAmongTests(async (defer) => {
    browser = await StoryBrowser.launch(process.env['CLAWREACH_TEST_STORIES']);
    defer(() => browser.close());
  });

  /** As a person comes to it: with nothing left of the test before. */
  async function open(name: string, width?: number): Promise<void> {
    await browser.clear(width === undefined ? {} : { width });
    await browser.openStory(`messages/${name}`, width === undefined ? {} : { width });
  }
  const page = () => browser.page;
  const field = () => page().getByRole('textbox', { name: /^Message to/ });
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await page().keyboard.press(key);
  };

  test('are found, opened, answered and kept as a draft by keyboard alone', async () => {
    await open('conversations');
    const entries = page().getByRole('list', { name: 'Conversations' }).getByRole('button');
    await entries.first().focus();
    await press('ArrowDown', 'Enter');
    await page().getByRole('heading', { name: 'me and archivist' }).waitFor();
    await field().focus();
    await page().keyboard.type('Thank you.');
    await entries.first().focus();
    await press('Enter');
    await page().getByRole('heading', { name: 'coder and reviewer' }).waitFor();
    await entries.nth(1).focus();
    await press('Enter');
    await expect.poll(() => field().inputValue()).toBe('Thank you.');
    await field().focus();
    await press('Control+Enter');
    await expect.poll(() => field().inputValue()).toBe('');
    expect(browser.complaints).toEqual([]);
  });

  test('with a program say that the relay can read them, and are sent only after a yes [S-FOREIGN-13]', async () => {
    await open('program at the relay');
    await page().getByText("by the relay's word alone").first().waitFor();
    expect(await page().getByRole('list', { name: 'Conversations' }).textContent()).toContain(
      'the relay can read this',
    );
    expect(await page().textContent('body')).toContain('It is known by the word of relay.example:7474 alone');
    await field().fill('Hello');
    await press('Control+Enter');
    const notice = page().getByRole('alert');
    await notice.getByText('The relay can read messages to program:office-bot.').waitFor();
    expect(await field().inputValue()).toBe('Hello');
    await notice.getByRole('button', { name: 'Send all the same' }).click();
    await expect.poll(() => field().inputValue()).toBe('');
    expect(browser.complaints).toEqual([]);
  });

  test('say why one is not delivered, and try it again', async () => {
    await open('not delivered');
    const item = page().getByRole('listitem').filter({ hasText: 'Does the webhook take it?' });
    await item.getByText("The webhook didn't take the message.").waitFor();
    await item.getByRole('button', { name: 'Try again' }).click();
    await expect
      .poll(() => page().evaluate(() => document.documentElement.dataset['released']))
      .toBe('Does the webhook take it?');
    const barred = page().getByRole('listitem').filter({ hasText: 'May I give you work?' });
    await barred.getByText('its permission OpenClaw is denied').waitFor();
    expect(await barred.getByRole('button', { name: /Try again|Release/ }).count()).toBe(0);
    expect(browser.complaints).toEqual([]);
  });

  test('are said to be in more conversations than are listed', async () => {
    await open('many conversations');
    await page().getByText('Only the 200 newest are listed.').waitFor();
    await open('conversations');
    expect(await page().getByText('newest are listed').count()).toBe(0);
    expect(browser.complaints).toEqual([]);
  });

  test('show the files that come with them, with size, state and folder', async () => {
    await open('conversations');
    await page().getByRole('heading', { name: 'coder and reviewer' }).waitFor();
    const files = page().getByRole('list', { name: 'Files' }).getByRole('listitem');
    await expect
      .poll(() => files.allTextContents())
      .toEqual([expect.stringMatching(/^run-1182\.log.*48 kB · Sent$/), expect.stringMatching(/^leftovers.*Sent$/)]);
    await page()
      .getByRole('button', { name: /Show .*run-1182\.log.* in its folder/ })
      .click();
    // Files for the next one are chosen in the system's dialog, and can be left out again.
    await page().getByRole('button', { name: 'Write as coder' }).click();
    await page().getByRole('button', { name: 'Add files…' }).click();
    await page().getByText('1 file goes with it').waitFor();
    await page().getByRole('button', { name: 'Remove them' }).click();
    await expect.poll(() => page().getByText('1 file goes with it').count()).toBe(0);
    await page().getByRole('button', { name: 'Add files…' }).click();
    await field().fill('See this');
    await press('Control+Enter');
    await expect.poll(() => field().inputValue()).toBe('');
    expect(await page().getByText('1 file goes with it').count()).toBe(0);
    expect(browser.complaints).toEqual([]);
  });

  test('tell each state in words, and offer what can be done', async () => {
    await open('every state');
    const states = page().locator('[data-state] [role=status]');
    await expect.poll(() => states.count()).toBe(14);
    const said = (await states.allTextContents()).join('\n');
    for (const words of [
      'Held: agents answer each other without end',
      'Queued',
      'Sent',
      'Waits for approval on office',
      'Stored on office, not taken yet',
      'Taken',
      'Read',
      'Refused',
      "The agent that you wrote to doesn't exist.",
      'Its user declined it, or another one to builder shortly before. Until ',
      'Expired',
      'Taken back',
      'Lost. office no longer knows it.',
    ])
      expect(said).toContain(words);
    await expect.poll(() => page().getByRole('button', { name: 'Release' }).count()).toBe(1);
    // Only what the other machine hasn't got: queued, sent, and the three that wait.
    expect(await page().getByRole('button', { name: 'Take back' }).count()).toBe(5);
  });

  test('that no one has taken are discarded after a question, which is not there in a conversation without any', async () => {
    await open('every state');
    const more = page().getByRole('button', { name: 'More', exact: true });
    const entry = page().getByRole('menuitem', { name: 'Discard what waits…' });
    const discarded = () => page().evaluate<string | undefined>('document.documentElement.dataset.discarded');
    await more.click();
    await entry.click();
    const dialog = page().getByRole('dialog');
    await dialog.getByText('Discard what waits in this conversation?').waitFor();
    expect(await browser.axe()).toEqual([]);
    await press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await discarded()).toBeUndefined();
    await more.click();
    await entry.click();
    await dialog.getByRole('button', { name: 'Discard' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await discarded()).toBe('true');
    await open('links');
    await more.click();
    await page().getByRole('menuitem', { name: "Copy the agent's address" }).waitFor();
    expect(await entry.count()).toBe(0);
    expect(browser.complaints).toEqual([]);
  });

  test('ask before they open a link, with its real host and who wrote it [S-WRITE-4]', async () => {
    await open('links');
    const link = (name: string) => page().getByRole('link', { name });
    const dialog = page().getByRole('dialog');
    const opened = () => page().evaluate<string | undefined>('document.documentElement.dataset.opened');
    await link('https://downloads.example.org/clawreach/0.1.0/notes.html?lang=en').press('Enter');
    await dialog.getByText(/^release-bot on .*office.* wrote this text/u).waitFor();
    await dialog.getByText('downloads.example.org', { exact: true }).waitFor();
    expect(await opened()).toBeUndefined();
    await press('Escape');
    await dialog.waitFor({ state: 'detached' });
    // The host in another script is shown in coded form.
    await link('https://ex\u0430mple.org/login').click();
    await dialog.getByText('xn--exmple-4nf.org', { exact: true }).waitFor();
    await dialog.getByText('It may imitate a known name.').waitFor();
    expect(await browser.axe()).toEqual([]);
    await press('Escape');
    await dialog.waitFor({ state: 'detached' });
    // What looks like a host is a user name.
    await link('https://bank.example.com@login.attacker.example/session').click();
    await dialog.getByText('can be mistaken for the host').waitFor();
    expect(await dialog.getByRole('button', { name: 'Open' }).count()).toBe(0);
    await press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await opened()).toBeUndefined();
    await link('http://10.4.0.7:8080/log').click();
    await dialog.getByText("The connection isn't encrypted.").waitFor();
    await dialog.getByRole('button', { name: 'Open' }).click();
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(opened).toBe('http://10.4.0.7:8080/log');
    expect(browser.complaints).toEqual([]);
  });

  test('show the text of others as text: no markup, no address that opens by itself, no hidden character', async () => {
    await open('hostile texts');
    const list = page().getByRole('list', { name: 'Messages, oldest first' });
    await list.getByText('<img src=x onerror=alert(1)>').waitFor();
    expect(await list.locator('img, script, a, [href]').count()).toBe(0);
    for (const hidden of ['\u0007', '\u202e']) expect(await list.textContent()).not.toContain(hidden);
    // Nor does a time that no date can have keep the others from being shown, in either list.
    await list.getByText('From the end of time.').waitFor();
    await page().getByRole('list', { name: 'Conversations' }).getByText('From the end of time.').waitFor();
    // What is cut is loaded, and folded.
    await list.getByRole('button', { name: 'Show all' }).click();
    await list.getByText('The end.').waitFor();
    expect(browser.complaints).toEqual([]);
  });

  test('are loaded from the end, and older ones on the way up, each once', async () => {
    await open('many messages');
    const shown = page().locator('[data-message]');
    await page().getByText('Message 400', { exact: true }).waitFor();
    expect(await shown.count()).toBeLessThan(400);
    const scroller = page().getByRole('region', { name: 'coder and reviewer' }).last();
    await expect
      .poll(
        async () => {
          await scroller.evaluate((element) => {
            const box =
              [...document.querySelectorAll('[role=region]')].find((one) => one.scrollHeight > one.clientHeight) ??
              element;
            box.scrollTop = 0;
          });
          return await shown.count();
        },
        { timeout: 30_000 },
      )
      .toBe(400);
    const ids = await shown.evaluateAll((items) => items.map((item) => (item as HTMLElement).dataset['message']));
    expect(new Set(ids).size).toBe(400);
  });

  test('begin with two sentences and the next step, and with a machine that does not answer', async () => {
    await open('empty');
    await page().getByText('Add an agent of this machine, or write a message yourself.').waitFor();
    await page().getByRole('button', { name: 'Write a message…' }).click();
    await page().getByRole('heading', { name: 'New message' }).waitFor();
    await open('new message, no answer');
    await page().getByText("office hasn't named its agents.").waitFor();
    await page().getByRole('combobox', { name: 'Agent' }).fill('Not A Name');
    await page().getByRole('textbox', { name: 'Message' }).fill('Hello');
    await page().getByRole('button', { name: 'Send' }).click();
    await page().getByText('A name has lower-case letters').waitFor();
    await page().getByRole('combobox', { name: 'Agent' }).fill('coder');
    await page().getByRole('button', { name: 'Send' }).click();
    await page().getByRole('heading', { name: 'me and coder' }).waitFor();
    expect(browser.complaints).toEqual([]);
  });

  test('to the person count as read only in a window that has the focus, and the side bar tells how many wait', async () => {
    await browser.clear({ width: 1280 });
    await browser.openStory('app/messages', { width: 1280 });
    const waiting = page()
      .getByRole('navigation', { name: 'Pages' })
      .getByText(/messages? waits? for you$/);
    await expect.poll(() => waiting.textContent()).toBe('3 messages wait for you');
    await page().evaluate(() => {
      document.hasFocus = () => false;
    });
    await page()
      .getByRole('button', { name: /^me .* archivist/ })
      .click();
    await page().getByText('88 GB are free again').last().waitFor();
    // Long enough for what is on the screen to be noticed.
    await page().evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
    expect(await waiting.textContent()).toBe('3 messages wait for you');
    await page().evaluate(() => {
      document.hasFocus = () => true;
      window.dispatchEvent(new Event('focus'));
    });
    await expect.poll(() => waiting.textContent()).toBe('2 messages wait for you');
  });

  test('have agents that are added, and removed after a question', async () => {
    await open('agents');
    await page().getByRole('button', { name: 'Add agent' }).click();
    const dialog = page().getByRole('dialog');
    await dialog.getByLabel('Name').fill('coder');
    await press('Enter');
    await dialog.getByText('This machine has an agent of this name.').waitFor();
    await dialog.getByLabel('Name').fill('tester');
    await press('Enter');
    const row = page().getByRole('listitem').filter({ hasText: 'tester' });
    await row.waitFor();
    // Where its messages go is shown, and a wrong address is told before anything is saved.
    await row.hover();
    await row.getByRole('button', { name: 'Edit tester' }).click();
    await dialog.getByRole('radio', { name: 'Go to an OpenClaw agent' }).click();
    await dialog.getByText('This machine has no OpenClaw gateway yet.').waitFor();
    await dialog.getByRole('radio', { name: 'Go to a webhook' }).click();
    await dialog.getByLabel('Address of the webhook').fill('http://example.net:8787/');
    await press('Enter');
    await dialog.getByText('Enter an address that begins with http://127.0.0.1').waitFor();
    await dialog.getByLabel('Address of the webhook').fill('http://127.0.0.1:8787/');
    await press('Enter');
    await row.getByText('goes to a webhook').waitFor();
    await row.hover();
    await row.getByRole('button', { name: 'Remove tester' }).click();
    await dialog.getByText('Remove the agent tester?').waitFor();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await row.waitFor({ state: 'detached' });
    expect(browser.complaints).toEqual([]);
  });

  test('have room for longer words at each width of the grid, and can be read in a dark window', async () => {
    await browser.setLanguage('en-XA');
    const judge = new StoryJudge();
    const findings: string[] = [];
    const names = (await browser.names()).filter((name) => name.startsWith('messages/'));
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      await browser.openStory(name, { width: 360, theme: 'dark' });
      for (const width of [360, 800, 1280, 1600]) {
        if (width !== 360) await browser.resize(width);
        await judge.look(browser, name, width);
      }
      for (const problem of await browser.axe(LAYOUT_RULES)) findings.push(`${name}: ${problem}`);
      findings.push(...browser.complaints.map((complaint) => `${name}: ${complaint}`));
    }
    expect([...findings, ...judge.findings]).toEqual([]);
  }, 240_000);
});
