import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import type { RunningRelay } from '#relay/index.ts';
import { withDirectPaths, withPrograms } from '#test/support/browser/relay-of-pages.ts';
import { findChromium, shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';
import { TestDevice } from '#test/support/hostile/device.ts';
import { startTestRelay } from '#test/support/relay-project.ts';

/** Headers and answers that say nothing about the page: this relay doesn't know the questions about accounts. */
const EXPECTED = /Integrity-Policy|Permissions-Policy|Failed to load resource|Service Worker registration blocked/;

describe.skipIf(findChromium() === undefined)('the page of a relay without accounts', () => {
  let browser: ChromiumShare;
  let relay: RunningRelay;
  let office: TestDevice;
  let page: Page;
  let origin: string;
  const complaints: string[] = [];
  const stops: (() => unknown)[] = [];

  beforeAll(async () => {
    const started = await startTestRelay({ page: {} });
    ({ relay } = started);
    stops.push(started.stop);
    origin = `http://localhost:${relay.port}`;
    office = await TestDevice.create({
      name: 'office',
      dialer: createRelayDialer({ clock: systemClock }),
      ...withDirectPaths(),
      ...withPrograms(),
    });
    stops.push(() => office.close());
    office.agent.start();
    await office.configure(relay.url, relay.admissionToken);
    browser = await shareChromium(['--allow-loopback-in-peer-connection']);
    stops.push(() => browser.close());
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
  }, 90_000);
  afterAll(async () => {
    for (const stop of stops.toReversed()) await stop();
  });

  const rows = (of = page): ReturnType<Page['locator']> => of.locator('.xterm-rows:visible').first();
  const says = async (word: string): Promise<void> => {
    await page.locator('.xterm:visible textarea').first().focus();
    await page.keyboard.type(`echo ${word}-$((6*7))\n`);
    await expect.poll(() => rows().innerText()).toContain(`${word}-42`);
  };
  /** Number of key pairs in the database of this browser. */
  const stored = async (): Promise<number> =>
    await page.evaluate<number>(`new Promise((resolve, reject) => {
      const opening = indexedDB.open('clawreach');
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const { result } = opening;
        if (!result.objectStoreNames.contains('keys')) {
          result.close();
          indexedDB.deleteDatabase('clawreach');
          return resolve(0);
        }
        const count = result.transaction('keys').objectStore('keys').count();
        count.onsuccess = () => { result.close(); resolve(count.result); };
      };
    })`);
  const browsers = async () => (await office.api.call('peers.list', {})).filter((peer) => peer.browser !== undefined);

  /** Notice above the window. The terminal that was lost offers to pair again, too. */
  const noMachine = () => page.getByRole('alert').filter({ hasText: 'No machine lets this browser in any more.' });

  async function enter(code: string): Promise<void> {
    await page.locator('[data-code-field]').fill(code);
    await page.keyboard.press('Enter');
  }

  /** Pairs with office by a code that it shows; both people compare the words. @returns the peer ID of this browser */
  async function pair(): Promise<string> {
    const { pairing, code } = await office.api.call('pairing.invite', { allow: ['terminal'] });
    const invited = office.api.call('pairing.result', { pairing });
    await enter(code ?? '');
    const { peer, words } = await invited;
    const dialog = page.getByRole('dialog');
    // A word may be the name of the machine.
    for (const word of words) await dialog.getByRole('listitem').getByText(word, { exact: true }).waitFor();
    await office.api.call('pairing.confirm', { peer: peer.peerId, words: [...words] });
    await dialog.getByRole('button', { name: 'They match' }).click();
    await dialog.getByRole('button', { name: 'Open terminal' }).click();
    await rows().waitFor();
    return peer.peerId;
  }

  it('says what it is for and what it promises, and makes no keys before the person goes on', async () => {
    await page.goto(origin);
    await page.getByRole('heading', { name: 'Your machines in this browser' }).waitFor();
    await page.getByText('Not against a relay that changes this page.').waitFor();
    expect(await page.getByRole('button', { name: 'Forget this browser' }).count()).toBe(0);
    expect(page.workers()).toHaveLength(0);
    expect(await stored()).toBe(0);
    // Places that need an account lead here.
    for (const place of ['/projects', '/settings', '/auth']) {
      await page.goto(`${origin}${place}`);
      await page.waitForURL(`${origin}/`);
      await page.getByRole('button', { name: 'Pair with a machine' }).waitFor();
    }
    expect(complaints).toEqual([]);
  }, 60_000);

  it('offers a field for a code and nothing that needs an account or a project', async () => {
    await page.getByRole('button', { name: 'Pair with a machine' }).click();
    await page.waitForURL(`${origin}/dashboard`);
    await page.locator('[data-code-field]').waitFor();
    await page
      .getByRole('region', { name: 'At the machine, run' })
      .getByText('clawreach pair', { exact: true })
      .waitFor();
    expect(await page.getByText('Show code', { exact: true }).count()).toBe(0);
    expect(await page.getByText('Ask my machines').count()).toBe(0);
    expect(await stored()).toBe(1);
  }, 60_000);

  it('takes another code after a wrong one, which was good for one try', async () => {
    const { pairing, code: shown } = await office.api.call('pairing.invite', { allow: ['terminal'] });
    const code = shown ?? '';
    const result = office.api.call('pairing.result', { pairing }).catch((error: unknown) => error);
    const last = code.slice(-1);
    await enter(`${code.slice(0, -1)}${last === '0' ? '1' : '0'}`);
    await page.getByText('Wrong code.').waitFor();
    expect(await result).toMatchObject({ code: 'pairing.wrong-code' });
    expect(await office.api.call('peers.list', {})).toEqual([]);
  }, 60_000);

  it('pairs by a code after the words were compared, and opens a terminal at an address that opens it again', async () => {
    await pair();
    await page.waitForURL(`**/terminal/${office.peerId}/*`);
    await says('first');
    const [peer] = await browsers();
    expect(peer?.browser).toMatchObject({ life: '12h' });
    await page.reload();
    await expect.poll(() => rows().innerText()).toContain('first-42');
    await says('again');
    expect(await page.locator('.xterm').count()).toBe(1);
    expect((await browsers()).map(({ peerId }) => peerId)).toEqual([peer?.peerId]);
    expect(complaints).toEqual([]);
  }, 120_000);

  it('lists its machines at the start, and leads to the terminal that is open there', async () => {
    await page.goto(origin);
    await page.getByRole('list', { name: 'Machines' }).getByText('office').click();
    await expect.poll(() => rows().innerText()).toContain('again-42');
    await page.getByRole('link', { name: 'This browser' }).click();
    await page.getByRole('button', { name: 'Open the machines' }).click();
    await page.getByRole('button', { name: 'office' }).first().waitFor();
    expect(complaints).toEqual([]);
  }, 60_000);

  it('ends within the open terminal when the machine removes it, and pairs again with new keys by one button', async () => {
    await page.goto(`${origin}/terminal/${office.peerId}`);
    await rows().waitFor();
    const [peer] = await browsers();
    await office.api.call('peers.forget', { peer: peer?.peerId ?? '' });
    await noMachine().waitFor();
    await page.locator('.xterm:visible textarea').first().focus();
    await page.keyboard.type('echo never-$((6*7))\n');
    expect(await browsers()).toEqual([]);
    await noMachine().getByRole('button', { name: 'Pair again' }).click();
    expect(await pair()).not.toBe(peer?.peerId);
    await says('renewed');
    expect(await stored()).toBe(1);
    expect(await page.getByText('No machine lets this browser in any more.').count()).toBe(0);
  }, 120_000);

  it('learns from the relay alone that it was removed, and pairs again', async () => {
    const [peer] = await browsers();
    // No agent runs that a machine could tell.
    await page.goto('about:blank');
    await office.api.call('peers.forget', { peer: peer?.peerId ?? '' });
    await page.goto(`${origin}/dashboard`);
    await noMachine().waitFor();
    await noMachine().getByRole('button', { name: 'Pair again' }).click();
    expect(await pair()).not.toBe(peer?.peerId);
    await says('unnoticed');
  }, 120_000);

  it('says at the start, too, that it was removed, asks the relay again, and lists no machine', async () => {
    const [peer] = await browsers();
    await office.api.call('peers.forget', { peer: peer?.peerId ?? '' });
    await noMachine().waitFor();
    await page.goto(origin);
    await page.getByText('No machine lets this browser in any more.').waitFor();
    expect(await page.getByRole('list', { name: 'Machines' }).count()).toBe(0);
    expect(await page.getByText('This browser is paired.').count()).toBe(0);
    await page.getByRole('button', { name: 'Pair again' }).click();
    await page.waitForURL(`${origin}/dashboard`);
    await pair();
    await says('from-start');
    await page.goto(origin);
    await page.getByText('This browser is paired.').waitFor();
    expect(complaints).toEqual([]);
  }, 120_000);

  it('keeps its keys at “Pair again” where the relay lets it in after all', async () => {
    const [peer] = await browsers();
    await page.evaluate(`{
      const own = JSON.parse(localStorage.getItem('machine.own'));
      localStorage.setItem('machine.own', JSON.stringify({ ...own, isRemoved: true }));
    }`);
    await page.reload();
    await page.getByRole('button', { name: 'Pair again' }).click();
    await page.getByRole('button', { name: 'office' }).first().waitFor();
    expect((await browsers()).map(({ peerId }) => peerId)).toEqual([peer?.peerId]);
    await page.goto(origin);
    await page.getByText('This browser is paired.').waitFor();
  }, 60_000);

  /** Forgets this browser at the start. */
  async function forget(): Promise<void> {
    await page.getByRole('button', { name: 'Forget this browser' }).click();
    const question = page.getByRole('dialog', { name: 'Forget this browser?' });
    await question.getByText('It has to be paired again').waitFor();
    await question.getByRole('button', { name: 'Forget', exact: true }).click();
    await page.getByText('The keys of this browser were removed.').waitFor();
  }

  it('is another device after it was forgotten, which the machine pairs anew', async () => {
    await forget();
    expect(await stored()).toBe(0);
    await page.getByRole('button', { name: 'Pair with a machine' }).click();
    await pair();
    await says('anew');
    expect(await browsers()).toHaveLength(1);
  }, 120_000);

  it('is forgotten by its machines, and its other tabs get no new keys [S-APPROVE-4]', async () => {
    const other = await page.context().newPage();
    await other.goto(`${origin}/dashboard`);
    await other.getByRole('button', { name: 'office' }).first().waitFor();
    await page.goto(origin);
    await forget();
    expect(await browsers()).toEqual([]);
    await other.getByRole('button', { name: 'Pair with a machine' }).waitFor();
    expect(new URL(other.url()).pathname).toBe('/');
    expect(await stored()).toBe(0);
    expect(
      await page.evaluate<string[]>(
        `Object.keys(localStorage).filter((key) => /machine\\.own|terminals(\\.\\d+|\\.left)?$/.test(key))`,
      ),
    ).toEqual([]);
    await other.close();
    expect(complaints).toEqual([]);
  }, 60_000);
});
