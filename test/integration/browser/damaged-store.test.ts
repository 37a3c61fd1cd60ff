import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';
import { DashboardRelay } from '#test/support/dashboard/dashboard-relay.ts';
import { pairByCode } from '#test/support/dashboard/pair-by-code.ts';
import type { TestDevice } from '#test/support/hostile/device.ts';
import type { Person } from '#test/support/platform/test-platform.ts';

describe.skipIf(findChromium() === undefined)('a browser whose database is damaged', () => {
  let relay: DashboardRelay;
  let browser: ChromiumShare;
  let ada: Person;
  let office: TestDevice;
  let page: Page;
  let peerId: string;

  beforeAll(async () => {
    relay = await DashboardRelay.start();
    browser = await shareChromium();
    ada = relay.platform.person('Ada');
    office = await relay.machine(ada, 'office');
    ({ page } = await relay.open(browser, `/terminal/${office.peerId}`, { person: ada }));
    peerId = await pairByCode(page, office);
    // With its next start the agent makes a copy of what it has.
    await page.reload();
    await terminal();
  }, 90_000);
  afterAll(async () => {
    await browser.close();
    await relay.stop();
  });

  /** Runs a request in the database of the browser, while no agent of it runs. @param act expression of the request, with `store` */
  async function inStore<Result>(name: 'keys' | 'documents', act: string): Promise<Result> {
    return await page.evaluate<Result>(`new Promise((resolve, reject) => {
      const opening = indexedDB.open('clawreach');
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const transaction = opening.result.transaction('${name}', 'readwrite');
        const store = transaction.objectStore('${name}');
        const request = ${act};
        transaction.onabort = () => reject(transaction.error);
        transaction.oncomplete = () => { opening.result.close(); resolve(request.result); };
      };
    })`);
  }
  /** Leaves the page of the machine, changes the database, and comes back. */
  async function damage(name: 'keys' | 'documents', act: string): Promise<void> {
    await page.goto(`${relay.origin}/dashboard`);
    await page.getByRole('heading', { name: 'Machines' }).waitFor();
    await inStore(name, act);
    await page.goto(`${relay.origin}/terminal/${office.peerId}`);
  }
  const terminal = () => page.locator('.xterm-rows:visible').first().waitFor();
  const says = (words: string) => page.getByText(words).first().waitFor();
  const known = async (): Promise<readonly string[]> =>
    (await office.api.call('peers.list', {})).map((peer) => peer.peerId);

  it('uses the last good copy of the machines that it knows, and says so', async () => {
    await damage('documents', `store.put({ version: 1, data: { peers: 'damaged' } }, 'peers')`);
    await says('A part of what this browser keeps was damaged. Its last good copy is used.');
    await terminal();
    expect(await known()).toEqual([peerId]);
  }, 60_000);

  it('without a good copy knows no machine, says so, is paired again as the same device, and keeps what was damaged', async () => {
    await damage('documents', `(store.put('damaged', 'peers.backup'), store.put(['damaged'], 'peers'))`);
    await says('A part of what this browser keeps was damaged, and starts empty.');
    await page.getByRole('heading', { name: 'Pair this browser with office' }).waitFor();
    expect(await pairByCode(page, office)).toBe(peerId);
    await expect.poll(() => inStore('documents', `store.get('peers.damaged')`)).toEqual(['damaged']);
    await expect.poll(() => inStore('documents', `store.get('peers.backup.damaged')`)).toBe('damaged');
  }, 60_000);

  it.each([
    ['are no keys', `store.put({ account: '$', signing: 'damaged', agreement: null }, 'device')`],
    ['have lost a half', `store.put({ account: '$', signing: {}, agreement: {} }, 'device')`],
    ['are of nothing', `store.put('damaged', 'device')`],
  ])(
    'is another device with new keys where the old ones %s, and says so',
    async (_, act) => {
      const before = await known();
      await damage('keys', act.replace('$', ada.id));
      await says('The keys of this browser were damaged, so it has new ones.');
      await page.getByRole('heading', { name: 'Pair this browser with office' }).waitFor();
      const fresh = await pairByCode(page, office);
      expect(before).not.toContain(fresh);
      // Nothing is said any more once it starts with them.
      await page.reload();
      await terminal();
      expect(await page.getByText('The keys of this browser were damaged').count()).toBe(0);
    },
    60_000,
  );
});
