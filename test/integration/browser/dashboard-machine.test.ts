import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PageScene } from '#test/support/browser/page-scene.ts';
import type { TestDevice } from '#test/support/hostile/device.ts';
import { findChromium, shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';

const PERSON = { name: 'Ada', email: 'ada@example.org', password: 'correct horse battery staple 42' };
/** Messages of headers that this version of Chromium doesn’t know, and of the service worker that the test leaves out. */
const EXPECTED = /Integrity-Policy|Permissions-Policy|Failed to load resource|Service Worker registration blocked/;

describe.skipIf(findChromium() === undefined)('the page of a relay as a machine', () => {
  let browser: ChromiumShare;
  let scene: PageScene;
  let page: Page;
  let origin: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    scene = await PageScene.start({ page: {} });
    // Cookies of sessions need a secure context, which loopback's name is.
    origin = `http://localhost:${scene.relay.port}`;
    browser = await shareChromium(['--allow-loopback-in-peer-connection']);
    // What the service worker answers, the test couldn't change.
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      reducedMotion: 'reduce',
      serviceWorkers: 'block',
      locale: 'en',
    });
    page = await context.newPage();
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type()) && !EXPECTED.test(message.text()))
        complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    const link = await readFile(join(scene.folder, 'first-account.txt'), 'utf8');
    await page.goto(link.trim().replace(/^https?:\/\/[^/]+/, origin));
    await page.getByLabel('Name', { exact: true }).fill(PERSON.name);
    await page.getByLabel('E-mail address').fill(PERSON.email);
    await page.getByLabel('Password', { exact: true }).fill(PERSON.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.waitForURL(`${origin}/dashboard`);
    scene.adopt(PERSON.email);
    await page.reload();
  }, 90_000);
  afterAll(async () => {
    await browser.close();
    await scene.close();
  });

  const rows = (of = page): ReturnType<Page['locator']> => of.locator('.xterm-rows:visible').first();

  it('starts no agent whose script isn’t the one that the page names [S-BROWSER-5]', async () => {
    await page.route('**/worker-main-*.js', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: `${await answer.text()} ` });
    });
    await page.goto(`${origin}/terminal/${scene.office.peerId}`);
    await expect.poll(() => page.getByText('agent could not be loaded').count()).toBeGreaterThan(0);
    expect(page.workers()).toHaveLength(0);
    await page.unroute('**/worker-main-*.js');
    complaints.length = 0;
  }, 60_000);

  /** Gives the password in the dialog that asks for it. */
  async function confirm(of: Page): Promise<void> {
    const dialog = of.getByRole('dialog', { name: "Confirm that it's you" });
    await dialog.getByLabel('Password', { exact: true }).fill(PERSON.password);
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  it('admits no browser by a session alone: a stolen cookie is asked for the password [S-APPROVE-6]', async () => {
    const account = scene.rows.accountOf(PERSON.email);
    const before = scene.rows.tickets(account);
    scene.rows.stepDown(account);
    const stolen = await browser.newContext({ locale: 'en', storageState: await page.context().storageState() });
    const thief = await stolen.newPage();
    await thief.goto(`${origin}/terminal/${scene.office.peerId}`);
    await thief.getByRole('dialog', { name: "Confirm that it's you" }).waitFor();
    await thief.keyboard.press('Escape');
    await thief.waitForURL(`${origin}/dashboard`);
    expect(scene.rows.tickets(account)).toBe(before);
    // Whoever knows the password goes on, with a new cookie: the stolen one is worth nothing any more.
    await page.goto(`${origin}/terminal/${scene.office.peerId}`);
    await confirm(page);
    await page.getByRole('heading', { name: 'Pair this browser with' }).waitFor();
    expect(scene.rows.tickets(account)).toBe(before + 1);
    await thief.reload();
    await thief.getByRole('heading', { name: 'Sign in' }).waitFor();
    await stolen.close();
    scene.rows.stepDown(account, Date.now());
  }, 60_000);

  it('shows the field for the code of its machine only: what is typed into another page before would be lost', async () => {
    const tab = await page.context().newPage();
    await tab.addInitScript(`
      globalThis.others = 0;
      new MutationObserver(() => {
        const field = document.querySelector('[data-code-field]');
        if (field !== null && !document.querySelector('h1')?.innerText.startsWith('Pair this browser with')) globalThis.others += 1;
      }).observe(document, { childList: true, subtree: true });
    `);
    await tab.goto(`${origin}/terminal/${scene.office.peerId}`);
    await tab.locator('[data-code-field]').fill('7K3M');
    // The relay has answered whom else the person can ask.
    await tab.getByRole('button', { name: /^(Ask my machines|Message for )/ }).waitFor();
    expect(await tab.evaluate<number>('globalThis.others')).toBe(0);
    expect(await tab.locator('[data-code-field]').inputValue()).toBe('7K3M');
    await tab.close();
  }, 60_000);

  /** Pairs the page with a machine, from its address or the list of machines. */
  async function pair(machine: TestDevice, of = page): Promise<void> {
    const { pairing, code } = await machine.api.call('pairing.invite', { allow: ['terminal'] });
    const invited = machine.api.call('pairing.result', { pairing });
    const dialog = of.getByRole('dialog');
    // The page names that machine only, and what to run there; nothing lies behind it.
    await of.getByRole('heading', { name: 'Pair this browser with' }).waitFor();
    expect(await dialog.count()).toBe(0);
    expect(await of.getByText('Show code', { exact: true }).count()).toBe(0);
    await of.getByText('clawreach pair', { exact: true }).waitFor();
    await of.locator('[data-code-field]').fill(code ?? '');
    await of.keyboard.press('Enter');
    const { peer, words } = await invited;
    await machine.api.call('pairing.confirm', { peer: peer.peerId, words: [...words] });
    for (const word of words) await dialog.getByText(word, { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'They match' }).click();
    await dialog.getByRole('button', { name: 'Open terminal' }).click();
    await rows(of).waitFor();
  }
  /** Number of key pairs in the database of this browser. */
  const stored = async (): Promise<number> =>
    await page.evaluate<number>(`new Promise((resolve, reject) => {
      const opening = indexedDB.open('clawreach');
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const { result } = opening;
        if (!result.objectStoreNames.contains('keys')) return resolve(0);
        const count = result.transaction('keys').objectStore('keys').count();
        count.onsuccess = () => { result.close(); resolve(count.result); };
      };
    })`);
  async function signOut(): Promise<void> {
    await page.getByRole('button', { name: /^Account/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
  }
  /** Answers the question whether to sign out of a browser that is paired. */
  async function answer(button: 'Cancel' | 'Sign out'): Promise<void> {
    const question = page.getByRole('dialog', { name: 'Sign out of this browser?' });
    await question.getByText('It has to be paired again').waitFor();
    await question.getByText(/^\d+ terminals? on office ends?\.$/).waitFor();
    await question.getByRole('button', { name: button }).click();
  }

  it('pairs with a machine from the list of machines, and opens a terminal whose address opens it again', async () => {
    await page.goto(`${origin}/dashboard`);
    await page.getByRole('listitem').filter({ hasText: 'Admitted by' }).getByRole('button').first().click();
    await page.waitForURL(`${origin}/terminal/${scene.office.peerId}`);
    await pair(scene.office);
    await page.waitForURL(/\/terminal\/[0-9A-Z]{56}\/\w+$/);
    await page.locator('.xterm textarea').first().focus();
    await page.keyboard.type('echo first-$((6*7))\n');
    await expect.poll(() => rows().innerText()).toContain('first-42');
    // Pages that a browser can't serve aren't there.
    expect(await page.getByRole('navigation').getByText('Forwards').count()).toBe(0);
    expect(complaints).toEqual([]);
    const address = page.url();
    await page.goto(`${origin}/dashboard`);
    await page.goto(address);
    await expect.poll(() => rows().innerText()).toContain('first-42');
    await page.locator('.xterm textarea').first().focus();
    await page.keyboard.type('echo again-$((6*7))\n');
    await expect.poll(() => rows().innerText()).toContain('again-42');
    expect(await page.locator('.xterm').count()).toBe(1);
  }, 120_000);

  it('leads from a machine of the list to its open terminal, wherever the window was left', async () => {
    const click = async (): Promise<void> => {
      await page.waitForURL(`${origin}/dashboard`);
      await page.getByRole('listitem').filter({ hasText: 'Admitted by' }).getByRole('button').first().click();
      await expect.poll(() => rows().innerText()).toContain('again-42');
      await page.waitForURL(address);
      expect(await page.locator('.xterm').count()).toBe(1);
    };
    const leave = async (): Promise<void> => await page.getByRole('link', { name: 'Account' }).click();
    const address = page.url();
    // The page is new; then it was left at the terminal, at another page and at the machines.
    await page.goto(`${origin}/dashboard`);
    // The relay doesn't know its name; this browser does, and that it is paired with it.
    await page.getByRole('button', { name: 'Open terminal on office' }).waitFor();
    await click();
    for (const place of [undefined, 'Settings', 'Machines', undefined]) {
      if (place !== undefined) await page.getByRole('button', { name: place, exact: true }).first().click();
      await leave();
      await click();
    }
    expect(complaints).toEqual([]);
  }, 120_000);

  it('shows a terminal in one of its tabs: a second tab opens its own, and gives back what it has taken', async () => {
    const address = page.url();
    const elsewhere = (of: Page) => of.getByText('This terminal is open in another tab');
    const says = async (of: Page, word: string): Promise<void> => {
      await of.locator('.xterm:visible textarea').first().focus();
      await of.keyboard.type(`echo ${word}-$((6*7))\n`);
      await expect.poll(() => rows(of).innerText()).toContain(`${word}-42`);
    };
    const second = await page.context().newPage();
    await second.goto(`${origin}/terminal/${scene.office.peerId}`);
    await rows(second).waitFor();
    await second.waitForURL(/\/terminal\/[0-9A-Z]{56}\/\w+$/);
    const own = second.url();
    expect(own).not.toBe(address);
    await says(second, 'second');
    expect(await second.locator('.xterm').count()).toBe(1);
    expect(await elsewhere(page).count()).toBe(0);
    await says(page, 'still');
    // The agent moves to the second tab, and ends with it.
    await page.reload();
    await expect.poll(() => rows().innerText()).toContain('still-42');
    // The machine's name is known after the terminal is shown.
    await page.getByRole('textbox', { name: 'Terminal on office', exact: true }).waitFor();
    await says(page, 'reloaded');
    expect(await page.locator('.xterm').count()).toBe(1);
    // The second tab, whose agent it is now, has its own terminal back, and sends what is typed.
    await says(second, 'moved');
    // The person opens the terminal of the first tab in the second one, by its address.
    await second.goto(address);
    await elsewhere(page).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.getByRole('button', { name: 'Open here' }).click();
    await elsewhere(second).waitFor();
    await elsewhere(page).waitFor({ state: 'detached' });
    await says(page, 'taken');
    await second.getByRole('button', { name: 'Open here' }).click();
    await elsewhere(page).waitFor();
    await elsewhere(second).waitFor({ state: 'detached' });
    await says(second, 'last');
    const crashing = await second.context().newCDPSession(second);
    void crashing.send('Page.crash').catch(() => undefined);
    await elsewhere(page).waitFor({ state: 'detached' });
    await expect.poll(() => rows().innerText()).toContain('last-42');
    await says(page, 'back');
    await second.close();
    // What the closed tab had shown besides is open again in the next one.
    const third = await page.context().newPage();
    await third.goto(own);
    await expect.poll(() => rows(third).innerText()).toContain('second-42');
    expect(await elsewhere(third).count()).toBe(0);
    // The address names the terminal in front, which is there after the page is loaded again.
    await third.getByRole('button', { name: 'New terminal' }).click();
    await third.waitForURL((url) => url.href !== own && /\/terminal\/[0-9A-Z]{56}\/\w+$/.test(url.href));
    await says(third, 'newer');
    const newer = third.url();
    await third.reload();
    await expect.poll(() => rows(third).innerText()).toContain('newer-42');
    expect(third.url()).toBe(newer);
    await third.close();
    expect(complaints).toEqual([]);
  }, 120_000);

  it('asks the machines of its account, whose person compares the words, and opens a terminal [S-APPROVE-5]', async () => {
    const attic = await scene.addOwnProject('attic', PERSON.email);
    const other = await page.context().newPage();
    await other.goto(`${origin}/terminal/${attic.peerId}`);
    const dialog = other.getByRole('dialog');
    const ask = other.getByRole('button', { name: 'Ask my machines' });
    await ask.waitFor();
    scene.rows.stepDown(scene.rows.accountOf(PERSON.email));
    // One click asks, once the password is given.
    await ask.click();
    await confirm(other);
    await dialog.getByText('Your machines were asked').waitFor();
    await dialog.getByText('clawreach approvals approve').waitFor();
    await dialog.getByRole('img', { name: 'QR code of this browser' }).waitFor();
    // The card in the Inbox of the machine, and the call behind its button.
    await expect.poll(async () => (await attic.api.call('adding.requests', {})).length).toBe(1);
    const [request] = await attic.api.call('adding.requests', {});
    expect(request?.account).toBe(PERSON.email);
    const { adding } = await attic.api.call('adding.ask', { peerId: request?.peerId ?? '' });
    const view = async () => (await attic.api.call('adding.list', {})).find((one) => one.adding === adding);
    await expect.poll(async () => (await view())?.state).toBe('comparing');
    for (const word of (await view())?.other?.words ?? []) await dialog.getByText(word, { exact: true }).waitFor();
    expect(await attic.api.call('peers.list', {})).toEqual([]);
    await attic.api.call('adding.answer', { adding, same: true });
    await dialog.getByRole('button', { name: 'They match' }).click();
    await dialog.getByText('You may open terminals on').waitFor();
    await dialog.getByRole('button', { name: 'Open terminal' }).click();
    await rows(other).waitFor();
    expect((await attic.api.call('peers.list', {}))[0]?.browser).toBeDefined();
    expect(await attic.api.call('adding.requests', {})).toEqual([]);
    await other.close();
    await attic.close();
    await rows().waitFor();
  }, 120_000);

  it('joins the project of another machine while its agent runs, and keeps its machines', async () => {
    const lab = await scene.addProject('lab', PERSON.email);
    const other = await page.context().newPage();
    await other.goto(`${origin}/terminal/${lab.peerId}`);
    await pair(lab, other);
    expect((await lab.api.call('peers.list', {}))[0]?.browser).toBeDefined();
    await other.close();
    await page.locator('.xterm textarea').first().focus();
    await page.keyboard.type('echo third-$((6*7))\n');
    await expect.poll(() => rows().innerText()).toContain('third-42');
    await lab.close();
  }, 120_000);

  it('stays signed in, and says so, while the relay can’t be reached', async () => {
    await page.goto(`${origin}/dashboard`);
    await page.route('**/api/v1/auth/sign-out', async (route) => await route.abort('internetdisconnected'));
    await signOut();
    await answer('Sign out');
    await page.getByText("You're still signed in").waitFor();
    await page.unroute('**/api/v1/auth/sign-out');
    expect(await stored()).toBe(1);
  }, 60_000);

  it('leaves no keys when the person signs out, and its machine forgets it though no agent ran [S-APPROVE-4]', async () => {
    await page.goto(`${origin}/dashboard`);
    expect(await scene.office.api.call('peers.list', {})).toHaveLength(1);
    expect(await stored()).toBe(1);
    await signOut();
    await answer('Cancel');
    expect(await scene.office.api.call('peers.list', {})).toHaveLength(1);
    await signOut();
    await answer('Sign out');
    await page.waitForURL(/\/auth/);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.getByText('You signed out, so the keys of this browser were removed.').waitFor();
    // The next one finds no tabs of terminals that have ended.
    expect(
      await page.evaluate<string[]>(
        `Object.keys(localStorage).filter((key) => /terminals(\\.\\d+|\\.left)?$/.test(key))`,
      ),
    ).toEqual([]);
    expect(await stored()).toBe(0);
    // A machine that the page doesn't reach within its patience hears it from the relay.
    await expect.poll(() => scene.office.api.call('peers.list', {})).toEqual([]);
  }, 60_000);

  /** Signs in, and makes this browser a machine whose agent runs. */
  async function signInAsMachine(): Promise<void> {
    await page.getByLabel('E-mail address').fill(PERSON.email);
    await page.getByLabel('Password', { exact: true }).fill(PERSON.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL(`${origin}/dashboard`);
    await page.getByRole('listitem').filter({ hasText: 'Admitted by' }).getByRole('button').first().click();
    await page.getByRole('heading', { name: 'Pair this browser with' }).waitFor();
    await page.getByRole('link', { name: 'Account' }).click();
    await page.getByRole('heading', { name: 'Machines' }).waitFor();
    expect(await stored()).toBe(1);
  }

  it('lets nobody sign in before the keys are gone, also where the relay’s event is faster than its answer [S-APPROVE-4]', async () => {
    await signInAsMachine();
    const { promise: late, resolve: answer } = Promise.withResolvers<void>();
    await page.route('**/api/v1/auth/sign-out', async (route) => {
      const response = await route.fetch();
      await late;
      await route.fulfill({ response });
    });
    await signOut();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await stored()).toBe(0);
    const answered = page.waitForResponse('**/api/v1/auth/sign-out');
    answer();
    await answered;
    await page.unroute('**/api/v1/auth/sign-out');
  }, 60_000);

  it(
    'removes the keys within seconds also where the relay is gone after the sign-out',
    { retry: 0, timeout: 60_000 },
    async () => {
      await signInAsMachine();
      await page.route('**/api/v1/auth/sign-out', async (route) => {
        const response = await route.fetch();
        await scene.stopRelay();
        await route.fulfill({ response });
      });
      await signOut();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor({ timeout: 10_000 });
      expect(await stored()).toBe(0);
    },
  );
});
