import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { AgentPages } from '#test/support/chromium/agent-pages.ts';
import { findChromium, shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';
import { DashboardRelay } from '#test/support/dashboard/dashboard-relay.ts';
import { pairByCode } from '#test/support/dashboard/pair-by-code.ts';
import type { TestDevice } from '#test/support/hostile/device.ts';
import type { Person } from '#test/support/platform/test-platform.ts';

describe.skipIf(findChromium() === undefined)('the agents of two accounts in one browser', () => {
  let pages: AgentPages;
  beforeAll(async () => {
    pages = await AgentPages.start();
  }, 60_000);
  afterAll(() => pages.close());

  const peerId = async (page: Page): Promise<string> => (await pages.call(page, 'status.get', {})).device.peerId;

  it('are two devices, and a tab of the former account leaves [S-BROWSER-6]', async () => {
    const context = await pages.profile();
    const url = pages.relay.url;
    const ada = await pages.load(context);
    await pages.ask(ada, 'join', { url, account: 'ada' });
    const first = await peerId(ada);
    expect(await pages.ask(ada, 'keptAccount')).toBe('ada');

    const bob = await pages.load(context);
    await pages.ask(bob, 'join', { url, account: 'bob' });
    const second = await peerId(bob);
    expect(second).not.toBe(first);
    expect(await pages.ask(bob, 'keptAccount')).toBe('bob');
    expect(await pages.ask(ada, 'isClosed')).toBe(true);

    // What Ada's page still asks for is not answered by Bob's device, and removes none of his keys.
    await pages.ask(ada, 'forget', 'ada');
    expect(await pages.ask(ada, 'keptAccount')).toBe('bob');
    expect(await peerId(bob)).toBe(second);
    expect(await pages.ask(bob, 'isClosed')).toBe(false);
    await context.close();
  }, 60_000);

  it('begin without the documents of the former one, and the same account stays the same device [S-BROWSER-6]', async () => {
    const office = await pages.machine('office');
    const { context, page, peerId: first } = await pages.browser();
    const words = await pages.join(office, page);
    await office.api.call('pairing.confirm', { peer: first, words: [...words] });
    await pages.ask(page, 'close');

    const again = await pages.load(context);
    expect(await pages.ask(again, 'create', { url: pages.relay.url })).toBe(first);
    expect(await pages.call(again, 'peers.list', {})).toHaveLength(1);
    await pages.ask(again, 'close');

    const other = await pages.load(context);
    expect(await pages.ask(other, 'create', { url: pages.relay.url, account: 'bob' })).not.toBe(first);
    expect(await pages.call(other, 'peers.list', {})).toEqual([]);
    await context.close();
  }, 60_000);
});

describe.skipIf(findChromium() === undefined)('a browser that two people use one after the other', () => {
  let relay: DashboardRelay;
  let browser: ChromiumShare;
  let ada: Person;
  let bob: Person;
  let office: TestDevice;
  let attic: TestDevice;

  beforeAll(async () => {
    relay = await DashboardRelay.start();
    browser = await shareChromium();
    ada = relay.platform.person('Ada');
    bob = relay.platform.person('Bob');
    office = await relay.machine(ada, 'office');
    attic = await relay.machine(bob, 'attic');
  }, 60_000);
  // Also after a failed test, so that a second try begins like the first one.
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    for (const peer of await knownAtOffice()) await office.api.call('peers.forget', { peer });
  });
  afterAll(async () => {
    await browser.close();
    await relay.stop();
  });

  /** Opens the page of Ada's machine in a new browser, and pairs it there. @returns the page, and the browser's peer ID */
  async function paired(): Promise<Readonly<{ page: Page; peerId: string }>> {
    const { page } = await relay.open(browser, `/terminal/${office.peerId}`, { person: ada });
    return { page, peerId: await pairByCode(page, office) };
  }

  const knownAtOffice = async (): Promise<readonly string[]> =>
    (await office.api.call('peers.list', {})).map(({ peerId }) => peerId);

  /** Pairs of keys in the database of the browser, by their accounts. */
  const keptAccounts = async (page: Page): Promise<readonly string[]> =>
    await page.evaluate<readonly string[]>(`new Promise((resolve, reject) => {
      const opening = indexedDB.open('clawreach');
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const all = opening.result.transaction('keys').objectStore('keys').getAll();
        all.onsuccess = () => { opening.result.close(); resolve(all.result.map(({ account }) => account)); };
      };
    })`);

  it('loses its keys when the session is ended elsewhere, and the machine forgets it [S-BROWSER-6]', async () => {
    const { page, peerId } = await paired();
    expect(await knownAtOffice()).toEqual([peerId]);
    expect(await keptAccounts(page)).toEqual([ada.id]);

    await ada.client.call('sessions.endOthers');
    await page.getByText('the keys of this browser were removed').waitFor();
    expect(await keptAccounts(page)).toEqual([]);
    await expect.poll(knownAtOffice).toEqual([]);

    // The next person is another device, and sees nothing of the first one.
    await relay.signIn(page, bob);
    await page.goto(`${relay.origin}/terminal/${attic.peerId}`);
    await page.getByRole('heading', { name: 'Pair this browser with' }).waitFor();
    expect(await keptAccounts(page)).toEqual([bob.id]);
    expect(await page.getByText('office').count()).toBe(0);
  }, 120_000);

  it('ends as the device of the first one when the other one signs in, though no page was open in between [S-BROWSER-6]', async () => {
    const { page, peerId } = await paired();
    const context = page.context();
    await page.goto('about:blank');
    expect(await knownAtOffice()).toEqual([peerId]);

    await relay.signIn(page, bob);
    const next = await context.newPage();
    await next.goto(`${relay.origin}/dashboard`);
    await next.getByRole('heading', { name: 'Machines' }).waitFor();
    await expect.poll(() => keptAccounts(next)).toEqual([]);
    await expect.poll(knownAtOffice).toEqual([]);
  }, 120_000);

  it('of a member is told whom to ask, and who removed the member', async () => {
    const cleo = relay.platform.person('Cleo');
    const [project] = (await ada.client.call('projects.list')).projects;
    const params = { project: project?.id ?? '' };
    await ada.client.call('invitations.create', { params, input: { email: cleo.email } });
    const { page } = await relay.open(browser, `/terminal/${office.peerId}`, { person: cleo });
    await page.getByRole('heading', { name: 'Pair this browser with office' }).waitFor();
    // Cleo's own machines, of which there are none, can't help.
    expect(await page.getByRole('button', { name: 'Ask my machines' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Message for Ada' }).click();
    const message = page.getByText(/Please add my browser to office.*clawreach add [0-9A-Z-]{63}/s);
    await message.waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await ada.client.call('people.remove', { params: { ...params, person: cleo.id } });
    await page.getByText('You were removed from the project “office” by its owner, Ada.').waitFor();
    await page.context().close();
  }, 60_000);

  it('pairs again with new keys by one button when the machine has removed it, told by it or by the relay alone', async () => {
    const { page, peerId: first } = await paired();
    await page.keyboard.press('Escape');
    const ended = page.getByRole('alert').filter({ hasText: 'No machine lets this browser in any more.' });
    await office.api.call('peers.forget', { peer: first });
    await ended.getByRole('button', { name: 'Pair again' }).click();
    const second = await pairByCode(page, office);
    expect(second).not.toBe(first);
    expect(await ended.count()).toBe(0);
    // No agent runs that the machine could tell.
    await page.goto('about:blank');
    await office.api.call('peers.forget', { peer: second });
    await page.goto(`${relay.origin}/terminal/${office.peerId}`);
    await ended.getByRole('button', { name: 'Pair again' }).click();
    const third = await pairByCode(page, office);
    expect([first, second]).not.toContain(third);
    expect(await keptAccounts(page)).toEqual([ada.id]);
    expect(await knownAtOffice()).toEqual([third]);
    await page.context().close();
    await office.api.call('peers.forget', { peer: third });
  }, 180_000);

  it('stays the same device for an account that signs in again', async () => {
    const { page, peerId } = await paired();
    await page.goto(`${relay.origin}/dashboard`);
    await relay.signIn(page, ada);
    await page.goto(`${relay.origin}/terminal/${office.peerId}`);
    await page.getByText('office').first().waitFor();
    expect(await keptAccounts(page)).toEqual([ada.id]);
    expect(await knownAtOffice()).toEqual([peerId]);
  }, 120_000);
});
