import { beforeEach, describe, expect, test } from 'vitest';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';

/** Saved commands in the window, used by keyboard, in a real browser, with an agent in the page that runs them. */
let browser: StoryBrowser;
shareAmongTests(async (defer) => {
  browser = await StoryBrowser.launch(process.env['CLAWREACH_TEST_STORIES'], {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  defer(() => browser.close());
});
beforeEach(async () => {
  await browser.clear();
  await browser.page.evaluate('localStorage.clear(); delete document.documentElement.dataset.calls');
});

const open = (name: string) => browser.openStory(`saved-commands/${name}`, { width: 1000 });
const button = (name: string | RegExp) => browser.page.getByRole('button', { name, exact: true });
const box = (name: string) => browser.page.getByRole('checkbox', { name });
const field = (name: string) => browser.page.getByRole('textbox', { name, exact: true });
const row = (name: string) =>
  browser.page.getByRole('row').filter({ has: browser.page.getByRole('rowheader', { name }) });
const summary = () => browser.page.getByRole('dialog').getByRole('status').first();
/** Calls that the agent of the story has got. */
const calls = (): Promise<readonly string[]> =>
  browser.page
    .evaluate<string>("document.documentElement.dataset.calls ?? ''")
    .then((text) => text.split('\n').filter((line) => line !== ''));

describe('running a saved command', () => {
  test('needs a machine and each value, and says which are missing', async () => {
    await open('run with values');
    await field('Value of branch').press('Enter');
    await browser.page.getByText('Choose at least one machine.').waitFor();
    expect(await browser.page.getByText('Enter a value.').count()).toBe(2);
    expect(await calls()).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });

  test('fills the values as one word each, shows outputs and exit codes, and copies the results', async () => {
    await open('run with values');
    await field('Value of branch').fill('a b; id');
    await field('Value of target').fill('all');
    await box('office').press('Space');
    await box('attic-nas').press('Space');
    await field('Value of target').press('Enter');
    await expect.poll(() => summary().textContent()).toBe("Didn't end with exit code 0 on 1 machine.");
    expect(await calls()).toContain('office: ["/bin/sh","-c","cd shop && git switch \'a b; id\' && make \'all\'"]');
    expect(await row('office').textContent()).toContain('Exit code 0');
    expect(await row('attic-nas').textContent()).toContain('Failed');
    await browser.page.getByText('attic-nas is offline, last seen yesterday.').waitFor();
    const output = browser.page.getByRole('group', { name: 'Output of office' });
    expect(await output.count()).toBe(0);
    await browser.page.getByText('Output of office: 5 lines').click();
    const words = await output.textContent();
    expect(words).toContain('without an end');
    expect(words).toContain('Error output: make: nothing to be done');
    // No character of the output acts on the window.
    expect(words).toContain('⟨U+001B⟩[31mred');
    expect(words).not.toContain('\u001B');
    expect(words).not.toContain('\u202E');
    await button('Copy as JSON').press('Enter');
    await browser.page.getByText('Copied').first().waitFor({ state: 'attached' });
    const copied: unknown = JSON.parse(await browser.page.evaluate<string>('navigator.clipboard.readText()'));
    expect(copied).toMatchObject([
      { machine: 'office', exitCode: 0, code: null, stderr: 'make: nothing to be done\n', isCut: false },
      { machine: 'attic-nas', exitCode: null, code: 'peer.offline', stdout: '' },
    ]);
    expect(browser.complaints).toEqual([]);
  });

  test('remembers the machines of each command, also after it was closed', async () => {
    await open('run');
    await box('office').press('Space');
    await button('Run on 1 machine').press('Enter');
    await expect.poll(() => summary().textContent()).toBe('Ended with exit code 0.');
    await button('Run again…').press('Enter');
    expect(await box('office').isChecked()).toBe(true);
    await open('run');
    expect(await box('office').isChecked()).toBe(true);
    expect(await box('lab').isChecked()).toBe(false);
    await open('run with values');
    expect(await box('office').isChecked()).toBe(false);
  });

  test('is interrupted everywhere by Stop, withdraws what waits for an approval, and is ended by the second press', async () => {
    await open('run');
    for (const name of ['silent', 'lab']) await box(name).press('Space');
    await button('Run on 2 machines').press('Enter');
    await expect.poll(() => row('lab').textContent()).toContain('Asks there');
    await expect.poll(() => row('silent').textContent()).toContain('Running');
    await button('Stop').press('Enter');
    await expect.poll(() => row('lab').textContent()).toContain('Stopped');
    expect(await calls()).toEqual(expect.arrayContaining(['signal SIGINT', 'withdrawn']));
    expect(await row('silent').textContent()).toContain('Running');
    await button('End now').press('Enter');
    await expect.poll(() => row('silent').textContent()).toContain('SIGHUP');
    expect(await calls()).toContain('close');
    await button('Run again…').waitFor();
    expect(browser.complaints).toEqual([]);
  });

  test('is closed only after a question while it runs, which Enter answers with no', async () => {
    await open('run');
    await box('silent').press('Space');
    await button('Run on 1 machine').press('Enter');
    await expect.poll(() => row('silent').textContent()).toContain('Running');
    await browser.page.keyboard.press('Escape');
    await browser.page.getByRole('heading', { name: 'End the command on 1 machine?' }).waitFor();
    await browser.page.keyboard.press('Enter');
    await expect.poll(() => button('Keep running').count()).toBe(0);
    expect(await calls()).not.toContain('close');
    await button('Close').last().press('Enter');
    await button('End and close').press('Enter');
    await expect.poll(() => browser.page.getByRole('dialog').count()).toBe(0);
    expect(await calls()).toContain('close');
  });
});

describe('saving a command', () => {
  test('takes one line and a name that no other one has, and no placeholder within quotes', async () => {
    await open('new');
    await field('Name').fill('Uptime');
    await field('Command').fill('echo "{{word}}"');
    await field('Command').press('Enter');
    await browser.page.getByText('Another saved command has this name.').waitFor();
    await browser.page.getByText('A placeholder stands within quotes.').waitFor();
    await field('Name').fill('say');
    expect(await calls()).toEqual([]);
    await field('Command').fill('echo {{word}}\ndate');
    await browser.page.getByText('Each run asks for this value: word').waitFor();
    await field('Command').press('Enter');
    await expect.poll(() => browser.page.getByRole('dialog').count()).toBe(0);
    expect(await calls()).toEqual(['put say: echo {{word}} date']);
  });

  test('under a new name removes the old one, and can go on with running it', async () => {
    await open('edited');
    await field('Name').fill('ship');
    await button('Save and run…').press('Enter');
    await browser.page.getByRole('heading', { name: 'Run “ship”' }).waitFor();
    expect((await calls()).map((call) => call.split(':')[0])).toEqual(['put ship', 'remove deploy']);
  });

  test('keeps the dialog and says why it failed', async () => {
    await open('not saved');
    await button('Save').press('Enter');
    await browser.page.getByRole('alert').filter({ hasText: /\w/ }).first().waitFor();
    expect(await field('Name').inputValue()).toBe('uptime');
  });
});

test('a command is removed after a question that shows it', async () => {
  await open('removed');
  await browser.page.getByText('cd shop && git switch {{branch}}').waitFor();
  await button('Remove').press('Enter');
  await expect.poll(calls).toEqual(['remove deploy']);
});

test('the settings list them, with a button for a new one', async () => {
  await browser.openStory('settings/section saved-commands', { width: 1000 });
  await browser.page
    .getByRole('list', { name: 'Saved commands' })
    .getByRole('button', { name: 'uptime', exact: true })
    .waitFor();
  await button('Save a command').waitFor();
  await browser.openStory('settings/no saved commands', { width: 1000 });
  await browser.page.getByText('You have no saved commands yet.').waitFor();
  expect(browser.complaints).toEqual([]);
});
