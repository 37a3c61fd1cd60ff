import { describe, expect, test } from 'vitest';
import { findChromium } from '#test/support/chromium/launch.ts';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';

/** The page of forwards in a real browser, with an agent in the page, by keyboard alone. */
describe.skipIf(findChromium() === undefined)('forwards by keyboard alone', () => {
  let browser: StoryBrowser;
  shareAmongTests(async (defer) => {
    browser = await StoryBrowser.launch(process.env['CLAWREACH_TEST_STORIES']);
    defer(() => browser.close());
  });

  /** As a person comes to it: with nothing focused, and nothing left of the test before. */
  async function open(name: string, width = 1200): Promise<void> {
    await browser.clear({ width });
    await browser.openStory(name, { width });
  }
  async function press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await browser.page.keyboard.press(key);
  }
  function focused(): Promise<string> {
    return browser.page.evaluate<string>(
      '((active) => (active?.getAttribute("aria-label") ?? document.getElementById(active?.getAttribute("aria-labelledby"))?.textContent ?? active?.labels?.[0]?.textContent ?? active?.textContent ?? "").trim())(document.activeElement)',
    );
  }
  async function tabTo(name: string): Promise<void> {
    for (let step = 0; step < 60; step += 1) {
      if ((await focused()) === name) return;
      await press('Tab');
    }
    throw new Error(`${name} cannot be reached with Tab`);
  }
  const dialog = () => browser.page.getByRole('dialog');
  const row = (name: string) =>
    browser.page
      .locator('li[data-forward]')
      .filter({ has: browser.page.getByRole('heading', { name, exact: true, includeHidden: true }) });
  /** On a busy machine. */
  const PATIENT = { timeout: 10_000 };

  test('a port has its tile, which opens its form at once', async () => {
    await open('forwards/none');
    await browser.page.getByRole('button', { name: /^Reach a port/ }).focus();
    await press('Enter');
    await dialog().getByRole('heading', { name: 'Reach a port' }).waitFor();
    const name = dialog().getByLabel('Name', { exact: true });
    await dialog().getByLabel('Port', { exact: true }).fill('80');
    await expect.poll(() => name.inputValue(), PATIENT).toBe('Port 80 on office');
    expect(await dialog().getByLabel('Port on this machine').inputValue()).toBe('8080');
    await dialog().getByLabel('Host').fill('10.77.0.99');
    await expect.poll(() => name.inputValue(), PATIENT).toBe('10.77.0.99:80 on office');
    expect(await dialog().getByText('What do you want to reach?').count()).toBe(0);
    await press('Escape');
    await dialog().waitFor({ state: 'detached' });
  });

  test('a goal opens a form that has nothing left to fill in, named after what is chosen', async () => {
    await open('forwards/none');
    await browser.page.getByRole('button', { name: /^Reach a database/ }).focus();
    await press('Enter');
    await dialog().getByRole('heading', { name: 'Reach a database' }).waitFor();
    await expect
      .poll(() => dialog().getByLabel('Name', { exact: true }).inputValue(), PATIENT)
      .toBe('Postgres on office');
    await dialog().getByRole('radio', { name: 'Postgres' }).focus();
    await press('ArrowRight');
    await expect.poll(() => dialog().getByLabel('Name', { exact: true }).inputValue(), PATIENT).toBe('MySQL on office');
    await expect.poll(() => dialog().getByLabel('Port on this machine').inputValue()).toBe('3306');
    await expect.poll(() => browser.axe()).toEqual([]);
    await dialog().getByLabel('Name', { exact: true }).focus();
    await press('Enter');
    await dialog().waitFor({ state: 'detached' });
    await row('MySQL on office').getByText('Port 3306 on office').waitFor();
    expect(browser.complaints).toEqual([]);
  });

  test('a form whose first fields are a choice and a folded section takes the focus too', async () => {
    await open('forwards/none');
    await browser.page.getByRole('button', { name: /^Proxy your browser/ }).focus();
    await press('Enter');
    await dialog().getByRole('heading', { name: 'Proxy your browser' }).waitFor();
    await expect.poll(focused, PATIENT).toBe('Port on this machine');
    await press('Enter');
    await dialog().waitFor({ state: 'detached' });
    await row('Browse as office').waitFor();
    expect(browser.complaints).toEqual([]);
  });

  test('a folder is shared with a machine by one forward, whose address is there', async () => {
    await open('forwards/none');
    await browser.page.getByRole('button', { name: /^Share a folder/ }).focus();
    await press('Enter');
    await tabTo('Folder');
    await browser.page.keyboard.type('/home/mira/dist');
    // A folder of this machine is for another one.
    await dialog().getByRole('combobox', { name: 'For', exact: true }).getByText('office').waitFor();
    await expect.poll(() => dialog().getByLabel('Name', { exact: true }).inputValue(), PATIENT).toBe('dist for office');
    await dialog().getByLabel('Name', { exact: true }).focus();
    await press('Enter');
    await dialog().waitFor({ state: 'detached' });
    await row('dist for office').getByText('/home/mira/dist, for office').waitFor();
    await row('dist for office').getByText('http://localhost:8000 on office').waitFor();
    expect(await browser.page.locator('li[data-forward]').count()).toBe(1);
    await row('dist for office').getByRole('button', { name: 'Copy URL' }).waitFor();
    expect(browser.complaints).toEqual([]);
  });

  test('a shared folder is one forward on the overview of its machine, with its address there', async () => {
    await open('forwards/folder on the overview');
    const folder = browser.page.getByRole('listitem').filter({ hasText: 'photos for office' });
    await folder.getByText('http://localhost:8000 on office').waitFor();
    await folder.getByText('ready', { exact: true }).waitFor();
    // The forward that is off isn't counted.
    await browser.page.getByRole('tab', { name: 'Forwards 2' }).waitFor();
    expect(browser.complaints).toEqual([]);
  });

  test('a folder that does not exist is refused at its field, before anything is added', async () => {
    await open('forwards/goal, missing folder');
    await dialog().getByLabel('Folder', { exact: true }).fill('/nowhere');
    await dialog().getByLabel('Name', { exact: true }).focus();
    await press('Enter');
    await dialog().getByText('Folder /nowhere not found.').waitFor();
    await expect.poll(focused, PATIENT).toBe('Folder');
    expect(await browser.page.getByText('was added').count()).toBe(0);
    await dialog().getByLabel('Folder', { exact: true }).fill('/srv/photos');
    await dialog().getByText('Folder /nowhere not found.').waitFor({ state: 'detached' });
    await press('Enter');
    await dialog().waitFor({ state: 'detached' });
    await row('photos for office').waitFor();
    expect(browser.complaints).toEqual([]);
  });

  test('a proxy says in its row what to enter in Firefox and Chrome', async () => {
    await open('forwards/several');
    await tabTo('Set up browser for Browse through office');
    await press('Enter');
    const browse = row('Browse through office');
    const firefox = browse.getByRole('region', { name: 'Firefox' });
    await firefox.getByText('127.0.0.1', { exact: true }).waitFor();
    await firefox.getByRole('button', { name: 'Copy SOCKS Host' }).waitFor();
    await firefox.getByRole('button', { name: 'Copy Port' }).waitFor();
    const chrome = browse.getByRole('region', { name: 'Chrome, Edge' });
    await chrome.getByText(/^google-chrome .*--proxy-server=socks5:\/\/127\.0\.0\.1:1080$/).waitFor();
    await chrome.getByText(/^microsoft-edge .*--proxy-server=socks5:\/\/127\.0\.0\.1:1080$/).waitFor();
    await chrome.getByRole('button', { name: 'Copy command for Edge' }).waitFor();
    // What is tested and open has a line of its own.
    expect(await browse.getByText('No open connections.').count()).toBe(0);
    await browse.getByRole('button', { name: 'Connection test' }).press('Enter');
    await browse.getByText(/received/).waitFor();
    await expect.poll(() => browser.axe()).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });

  test('all nine kinds are set up by hand', async () => {
    await open('forwards/several');
    await tabTo('Set up by hand');
    await press('Enter');
    await dialog().getByRole('heading', { name: 'What do you want to reach?' }).waitFor();
    await expect.poll(() => dialog().locator('[data-kind]').count()).toBe(9);
    await expect.poll(() => browser.axe()).toEqual([]);
  });

  test('a machine has its own forwards, and new ones go through it', async () => {
    await open('forwards/of a machine');
    await row('WireGuard').waitFor();
    expect(await browser.page.locator('li[data-forward]').count()).toBe(1);
    await browser.page.getByRole('button', { name: /^Reach a database/ }).focus();
    await press('Enter');
    await expect
      .poll(() => dialog().getByLabel('Name', { exact: true }).inputValue(), PATIENT)
      .toBe('Postgres on attic-nas');
  });

  test('a form says what is wrong where it is typed, sends nothing, and leads to the first wrong field', async () => {
    await open('forwards/form, port there');
    await expect.poll(focused, PATIENT).toBe('Port');
    await press('Shift+Tab');
    await expect.poll(focused, PATIENT).toBe('Host');
    expect(await dialog().getByText('Enter a port.').count()).toBe(0);
    await press('Enter');
    await expect.poll(focused, PATIENT).toBe('Port');
    // The port there may be any free one.
    await expect.poll(() => dialog().getByText('Enter a port.').count()).toBe(1);
    await browser.page.keyboard.type('70000');
    await dialog().getByText('Enter a port from 1 to 65535.', { exact: true }).waitFor();
    await press('Control+A');
    await browser.page.keyboard.type('3000');
    expect(
      await dialog()
        .getByText(/^(?:Enter a port|A port is)/)
        .count(),
    ).toBe(0);
    await expect.poll(() => dialog().getByLabel('Port on the other machine').inputValue()).toBe('3000');
    await press('Enter');
    // The dialog of this story stays.
    await row('Preview').getByText('localhost:3000 of this machine, for office').waitFor();
  });

  test('a port of the other machine is picked from those that its programs listen on, the likely ones first', async () => {
    await open('forwards/goal, web app');
    await expect.poll(focused, PATIENT).toBe('Port');
    const ports = dialog().getByRole('group', { name: 'Listening on office' }).getByRole('button');
    await expect
      .poll(() => ports.allTextContents(), PATIENT)
      .toEqual(expect.arrayContaining(['3000node', '5432postgres', '22']));
    expect((await ports.allTextContents()).indexOf('3000node')).toBeLessThan(
      (await ports.allTextContents()).indexOf('5432postgres'),
    );
    await press('Tab');
    await press('Enter');
    await expect.poll(() => dialog().getByLabel('Port', { exact: true }).inputValue(), PATIENT).toBe('3000');
    expect(await dialog().getByLabel('Port on this machine').inputValue()).toBe('3000');
    // Another machine's ports aren't known here.
    await dialog().getByLabel('Host').fill('db.lan');
    await expect.poll(() => ports.count(), PATIENT).toBe(0);
  });

  test('a port that a program uses is named while it is typed, and the free one is a press away', async () => {
    await open('forwards/form, port in use');
    const port = dialog().getByLabel('Port on this machine');
    await dialog().getByText('Port 1085 is already used here by node.').waitFor();
    await dialog().getByLabel('Name', { exact: true }).focus();
    await press('Enter');
    await expect.poll(focused, PATIENT).toBe('Port on this machine');
    expect(await row('Elsewhere').count()).toBe(0);
    expect(await browser.axe()).toEqual([]);
    await dialog().getByRole('button', { name: 'Use 1086' }).click();
    await dialog().getByText('is already used here').waitFor({ state: 'detached' });
    expect(await port.inputValue()).toBe('1086');
    await port.press('Enter');
    await row('Elsewhere').waitFor();
    expect(browser.complaints).toEqual([]);
  });

  test('a proposed port that a program uses moves to a free one, and the form says why', async () => {
    await open('forwards/goal, port in use');
    await expect.poll(() => dialog().getByLabel('Port on this machine').inputValue(), PATIENT).toBe('5433');
    await dialog()
      .getByRole('status')
      .filter({ hasText: 'Changed to port 5433. Port 5432 is already used here by postgres.' })
      .waitFor();
    await dialog().getByRole('radio', { name: 'Postgres' }).focus();
    await press('ArrowRight');
    await expect.poll(() => dialog().getByLabel('Port on this machine').inputValue()).toBe('3306');
    await dialog().getByText('is already used here').waitFor({ state: 'detached' });
  });

  test('a web app is added and opened by one button, and only added by the other', async () => {
    await open('forwards/goal, web app');
    await dialog().getByLabel('Port', { exact: true }).fill('3000');
    await dialog().getByRole('button', { name: 'Add', exact: true }).waitFor();
    await dialog().getByLabel('Port', { exact: true }).fill('5432');
    await expect.poll(() => dialog().getByRole('button', { name: 'Add and open' }).count()).toBe(0);
    await dialog().getByLabel('Port', { exact: true }).fill('3000');
    await dialog().getByRole('button', { name: 'Add and open' }).click();
    await expect
      .poll(() => browser.page.evaluate('document.documentElement.dataset.opened'))
      .toBe('http://web-app-on-office.localhost:3000/');
    await row('Web app on office').waitFor();
    expect(browser.complaints).toEqual([]);
  });

  test('a desktop is added and opened in the program of the system, and its row opens it again', async () => {
    await open('forwards/goal, desktop');
    await dialog().getByRole('button', { name: 'Add and open' }).click();
    const opened = (): Promise<unknown> => browser.page.evaluate('document.documentElement.dataset.opened');
    await expect.poll(opened).toBe('rdp 3389');

    await open('forwards/desktops');
    await browser.page.evaluate('delete document.documentElement.dataset.opened');
    await row('RDP on office').getByRole('button', { name: 'Open RDP on office' }).click();
    await expect.poll(opened).toBe('rdp 3390');

    await open('forwards/goal, desktop');
    await dialog().getByRole('radio', { name: 'RDP' }).focus();
    await press('ArrowRight');
    await dialog().getByRole('button', { name: 'Add and open' }).click();
    await expect.poll(opened).toBe('vnc 5900');
    expect(browser.complaints).toEqual([]);
  });

  test('the row of a rule that was added comes into sight, with why it does not run', async () => {
    await open('forwards/added, port in use');
    await expect.poll(focused, PATIENT).toBe('Name');
    await press('Enter');
    await dialog().waitFor({ state: 'detached' });
    await row('One more').getByText('Port 1080 is already used here by another program.').waitFor();
    const isInSight = (): Promise<boolean> =>
      row('One more').evaluate((element) => {
        const { top, bottom } = element.getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight;
      });
    await expect.poll(isInSight, PATIENT).toBe(true);
    expect(browser.complaints).toEqual([]);
  });

  test('a way that is put together and not in use yet keeps Add from dropping it, and says why', async () => {
    await open('forwards/form, socks');
    await dialog().locator('summary').filter({ hasText: 'Route to office' }).click();
    await dialog().getByText('Via my machines', { exact: true }).click();
    const add = dialog().getByRole('button', { name: 'Add', exact: true });
    expect(await add.isDisabled()).toBe(false);
    await dialog().getByRole('button', { name: 'Add a machine…' }).click();
    await browser.page.getByRole('menuitem').first().click();
    await dialog().getByText('Press “Use this route” or undo it first').waitFor();
    await expect.poll(() => add.isDisabled()).toBe(true);
    await dialog()
      .getByRole('button', { name: /^Remove / })
      .click();
    await expect.poll(() => add.isDisabled(), PATIENT).toBe(false);
    expect(browser.complaints).toEqual([]);
  });

  test('who opens a port to others is warned first, and afterwards in the row', async () => {
    await open('forwards/form, socks');
    await tabTo('Port on this machine');
    await press('Control+A');
    await browser.page.keyboard.type('1082');
    await press('Tab', 'Enter');
    await dialog().getByRole('combobox', { name: 'Who can use this port' }).focus();
    await press('Enter');
    await browser.page.getByRole('option', { name: 'Other machines too' }).waitFor();
    await press('ArrowDown', 'Enter');
    await dialog()
      .getByText(/^Anyone on the network can then use it/)
      .waitFor();
    await open('forwards/several');
    expect(
      await row('Preview for everybody in the office').getByText('Other machines on the network of office').count(),
    ).toBe(1);
    expect(browser.complaints).toEqual([]);
  });

  test('a port that is in use is solved in its row', async () => {
    await open('forwards/port in use');
    await tabTo('Use 1081');
    await press('Enter');
    await row('Browse through office').getByText('May ask there', { exact: true }).waitFor();
    await expect.poll(() => row('Browse through office').getByText('localhost:1081').count()).toBe(1);
    expect(await browser.page.getByText('already used').count()).toBe(0);
  });

  test('a machine that asks first is no fault: the switch is green, and amber only where it denies', async () => {
    await open('forwards/machine asks');
    const ground = (name: string): Promise<string> =>
      row(name)
        .getByRole('switch')
        .evaluate((element) => getComputedStyle(element).backgroundColor);
    await row('Orders database').getByText('asks there first').first().waitFor();
    expect(await ground('Orders database')).toBe(await ground('Browse through office'));
    await open('forwards/port in use');
    expect(await ground('Browse through office')).not.toBe('rgb(23, 144, 90)');
  });

  test('a machine that has not said whether it asks may ask, unless the last connection needed no question', async () => {
    await open('forwards/machine may ask');
    await browser.page.getByText('2 running · 1 may ask').waitFor();
    expect(await row('Orders database').getByText('May ask there', { exact: true }).count()).toBe(1);
    expect(await row('Reports').getByText('Ready', { exact: true }).count()).toBe(1);
  });

  test('a rule is switched off, and those who listen are told', async () => {
    await open('forwards/several');
    await tabTo('Run Orders database');
    await press('Space');
    await row('Orders database').getByText('Off', { exact: true }).waitFor();
    await browser.page.getByRole('status').getByText('Orders database is off.').waitFor();
    await expect.poll(focused).toBe('Run Orders database');
  });

  test('the figures of a rule are not read aloud by themselves', async () => {
    await open('forwards/several');
    const traffic = browser.page.getByRole('group', { name: 'Traffic of Browse through office' });
    expect(await traffic.getAttribute('aria-live')).toBe('off');
    await expect.poll(() => traffic.textContent()).toContain('↓ 1.3 MB/s · 3 open');
    await traffic.getByRole('button', { name: '3 connections' }).focus();
    await press('Enter');
    await row('Browse through office').getByText('48 MB received, 2.1 MB sent').waitFor();
  });

  test('a rule that is in use is removed after it was said what ends, and the focus goes to the next row', async () => {
    await open('forwards/connections');
    await tabTo('More actions for Browse through office');
    await press('Enter');
    await browser.page.getByRole('menuitem', { name: 'Remove…' }).waitFor();
    const highlighted = browser.page.locator('[role="menuitem"][data-highlighted]');
    await highlighted.waitFor();
    await press('End');
    await expect.poll(() => highlighted.textContent(), PATIENT).toBe('Remove…');
    await press('Enter');
    await dialog().getByText('3 connections are open.').waitFor();
    expect(await focused()).not.toBe('Remove');
    await tabTo('Remove');
    await press('Enter');
    await dialog().waitFor({ state: 'detached' });
    expect(await row('Browse through office').count()).toBe(0);
    await expect.poll(focused, PATIENT).toMatch(/^More actions for /);
    // It was asked about: one of both is enough.
    expect(await browser.page.getByRole('button', { name: 'Undo' }).count()).toBe(0);
  });

  test('a rule that is not in use is removed without a question, and Undo brings it back; the focus goes to the next row and back', async () => {
    await open('forwards/removed and back');
    await browser.page.getByRole('button', { name: 'More actions for Orders database' }).focus();
    await press('Enter');
    await browser.page.getByRole('menuitem', { name: 'Remove', exact: true }).press('Enter');
    await row('Orders database').waitFor({ state: 'detached' });
    expect(await dialog().count()).toBe(0);
    await expect.poll(focused, PATIENT).toBe('More actions for Preview for everybody in the office');
    await browser.page.getByRole('button', { name: 'Undo' }).press('Enter');
    await row('Orders database').waitFor();
    await expect.poll(focused, PATIENT).toBe('More actions for Orders database');
    expect(browser.complaints).toEqual([]);
  });

  test('a key that was never seen is trusted after a look [S-SSH-8]', async () => {
    await open('forwards/key of a server');
    await tabTo('Check key…');
    await press('Enter');
    await dialog().getByRole('heading', { name: 'Is this really jump.example.net?' }).waitFor();
    await dialog()
      .getByText(/^SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8$/)
      .waitFor();
    // Nobody trusts it by a key that was meant for something else.
    expect(await focused()).not.toContain('trust');
    await tabTo('It matches, trust it');
    await press('Enter');
    await dialog().waitFor({ state: 'detached' });
    expect(browser.complaints).toEqual([]);
  });

  test('a key is asked about also while another way works, with the one before it beside it', async () => {
    await open('forwards/key of one of the ways');
    const note = browser.page.getByText("Confirm the SSH server's key to connect.");
    await note.waitFor();
    await browser.page.getByRole('button', { name: 'Check key…' }).nth(1).focus();
    await press('Enter');
    await dialog()
      .getByRole('group', { name: 'Trusted key' })
      .getByText(/^SHA256:p2QAMXNIC1TJYWeIOttrVc98\/R1BUFWu3\/LiyKgUfQM$/)
      .waitFor();
    await dialog()
      .getByRole('group', { name: 'New key' })
      .getByText(/^SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8$/)
      .waitFor();
    await press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await browser.page.getByRole('button', { name: 'Check key…' }).first().focus();
    await press('Enter');
    await dialog().getByRole('heading', { name: 'Is this really jump.example.net?' }).waitFor();
    await tabTo('It matches, trust it');
    await press('Enter');
    await note.waitFor({ state: 'detached' });
    expect(browser.complaints).toEqual([]);
  });

  test('the way to a peer is chosen where a forward goes through it', async () => {
    await open('forwards/form, socks');
    const way = dialog().getByText('Route to office: automatic');
    await way.focus();
    await press('Enter');
    await dialog().getByText('This route applies to everything between this machine and office').waitFor();
    await dialog().getByRole('radio', { name: 'Via my machines' }).focus();
    await press('Space');
    await tabTo('Add a machine…');
    await press('Enter');
    await browser.page.locator('[role="menuitem"][data-highlighted]', { hasText: 'build-server' }).waitFor();
    await press('Enter');
    await dialog().getByRole('list', { name: 'Route to office' }).getByText('build-server').waitFor();
    // Its buttons are none of the form's.
    await expect.poll(() => dialog().getByRole('heading', { name: 'Add SOCKS proxy' }).count()).toBe(1);
    await expect.poll(() => browser.axe()).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });

  test('a file is looked at first, and is imported once all of it is right', async () => {
    await open('forwards/import, over the page');
    await dialog().getByText('Line 9:').waitFor();
    await expect.poll(() => dialog().getByRole('button', { name: 'Import', exact: true }).isDisabled()).toBe(true);
    const rows = dialog().getByRole('row');
    await expect.poll(() => rows.nth(1).textContent()).toContain('relay-node-3');
    await expect.poll(() => rows.nth(1).textContent()).toContain('Added');
    await expect.poll(() => rows.nth(2).textContent()).toContain('Already exists');
    await expect.poll(() => browser.axe()).toEqual([]);
    await tabTo('Replace forwards with the same name');
    await press('Space');
    await dialog().getByText('Line 9:').waitFor({ state: 'detached' });
    await expect.poll(() => rows.nth(2).textContent()).toContain('Replaced');
    await tabTo('Import 2 forwards');
    await press('Enter');
    await dialog().waitFor({ state: 'detached' });
    await row('Through the jump host').waitFor();
    expect(browser.complaints).toEqual([]);
  });

  test('a file is chosen or dropped, and one that is no such file is said to be none', async () => {
    await open('forwards/import, nothing yet');
    const input = dialog().locator('input[type="file"]');
    const file = (text: string) => ({ name: 'a.ini', mimeType: 'text/plain', buffer: Buffer.from(text) });
    await input.setInputFiles(file('[a]\ntype = socks5\n'));
    await expect.poll(() => dialog().getByLabel('File contents').inputValue(), PATIENT).toContain('type = socks5');
    await dialog().getByRole('row').nth(2).waitFor();
    await input.setInputFiles(file('x'.repeat(400_001)));
    await dialog().getByText("Can't read this file").waitFor();
    expect(await dialog().getByRole('row').count()).toBe(0);
    const dropped = await browser.page.evaluateHandle(
      '(() => { const data = new DataTransfer(); data.items.add(new File(["[b]\\ntype = auto\\n"], "b.ini")); return data; })()',
    );
    await dialog().getByLabel('File contents').dispatchEvent('drop', { dataTransfer: dropped });
    await expect.poll(() => dialog().getByLabel('File contents').inputValue(), PATIENT).toContain('type = auto');
    expect(await dialog().getByText("Can't read this file").count()).toBe(0);
  });

  test('what is there is exported, without passwords', async () => {
    await open('forwards/several');
    await tabTo('More actions');
    await press('Enter');
    await browser.page.locator('[role="menuitem"][data-highlighted]').waitFor();
    await press('ArrowDown', 'Enter');
    await dialog().getByRole('heading', { name: 'Export forwards' }).waitFor();
    await expect.poll(() => dialog().getByLabel('File contents').inputValue(), PATIENT).toContain('[relay-node-3]');
    await open('forwards/export, not saved');
    await dialog().getByText("Passwords aren't included.").waitFor();
    await tabTo('Save as…');
    await press('Enter');
    await dialog().getByText("It couldn't be written: the disk is full.").waitFor();
    await expect.poll(() => browser.axe()).toEqual([]);
  });

  test('a key that has changed is trusted only by whoever types its end [S-SSH-8]', async () => {
    await open('forwards/key has changed');
    const trust = dialog().getByRole('button', { name: 'Trust new key' });
    await expect.poll(() => trust.isDisabled()).toBe(true);
    await tabTo('To trust the new key, type its last four characters');
    // The end of the key of before, then of the one that is shown in other letters.
    for (const typed of ['fQM', 'gfQM', '5sy8']) {
      await press('Control+A');
      await browser.page.keyboard.type(typed);
      await expect.poll(() => trust.isDisabled()).toBe(true);
    }
    await press('Control+A');
    await browser.page.keyboard.type('5SY8');
    expect(await trust.isDisabled()).toBe(false);
  });

  test('a target is approved once or for good, with its name, address and port in sight [S-SSH-8]', async () => {
    await open('inbox/a target');
    await browser.page.getByText('connect to db.office.lan:5432 (10.4.0.17)').waitFor();
    await browser.page.locator('[data-readiness="ready"]').waitFor();
    for (const name of ['Allow for up to an hour', 'Decline'])
      await expect.poll(() => browser.page.getByRole('button', { name }).count()).toBe(1);
    await tabTo('More answers');
    await press('Enter');
    await browser.page.getByRole('menuitem', { name: 'Ignore office…' }).waitFor();
    await browser.page.getByRole('menuitem', { name: 'Always allow…' }).press('Enter');
    await browser.page.getByText('Always: this target only.', { exact: false }).waitFor();
    await browser.page.getByRole('button', { name: 'Always allow this target' }).press('Enter');
    await browser.page.getByText('No requests').waitFor();
  });
});
