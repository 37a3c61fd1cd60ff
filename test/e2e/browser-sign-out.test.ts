import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { linkMachine, openPairedTerminal } from '#test/support/browser/machine-shell.ts';
import { findChromium, launchChromium } from '#test/support/chromium/launch.ts';
import { heading, PASSWORD, signIn, signUp } from '#test/support/dashboard/steps.ts';
import type { Device } from '#test/support/e2e/device.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';

const EMAIL = 'ada@example.org';
/** Longest sign-out that a person is promised, ms. */
const SIGN_OUT = 3000;
/** Addition where another tab hangs that runs the agent, ms. */
const HANGING_TAB = 5000;
/** Time besides both limits: for the click, the relay's answer and painting, ms. */
const AROUND = 1000;
/** Longest a tab hangs in a test, ms: much longer than the sign-out may take. */
const HANGS = 20_000;

describe.skipIf(findChromium() === undefined)('signing out of a browser while its machine is silent', () => {
  const stage = new Stage();
  let relay: StageRelay;
  let office: Device;
  let browser: Browser;
  let origin = '';
  let page: Page;
  let stopped: number | undefined;

  beforeAll(async () => {
    relay = await stage.startRelay({ words: ['--accounts=on'] });
    office = stage.device('office');
    // Cookies of sessions need a secure context, which loopback's name is.
    origin = `http://localhost:${relay.port}`;
    const [launched, firstLink] = await Promise.all([
      launchChromium({ args: ['--allow-loopback-in-peer-connection'] }),
      readFile(join(stage.directory, 'relay/first-account.txt'), 'utf8'),
      office.runAgent(relay, { first: true }),
    ]);
    browser = launched;
    const context = await browser.newContext({
      locale: 'en',
      reducedMotion: 'reduce',
      viewport: { width: 1280, height: 800 },
    });
    page = await context.newPage();
    await page.goto(firstLink.trim().replace(/^https?:\/\/[^/]+/u, origin));
    await signUp(page, 'Ada', EMAIL);
    await heading(page, 'Machines');
    await linkMachine(page, office, 'Home');
  }, 120_000);
  afterEach(wake);
  afterAll(async () => {
    await browser.close();
    await stage.close();
  });

  /** Stops the agent of the machine as it is: its connections stay open, and answer nothing. */
  async function silence(): Promise<void> {
    stopped = (await office.status()).pid;
    process.kill(stopped, 'SIGSTOP');
  }

  function wake(): void {
    if (stopped !== undefined) process.kill(stopped, 'SIGCONT');
    stopped = undefined;
  }

  /** Pairs this browser with the machine from the list, and has a program run in its terminal. */
  async function open(): Promise<void> {
    await page.getByRole('listitem').filter({ hasText: 'Owns the project' }).getByRole('button').first().click();
    await openPairedTerminal(page, office);
    await page.keyboard.type('while :; do echo alive-$((i+=1)); sleep 0.1; done\n');
    await expect.poll(() => page.locator('.xterm-rows').first().innerText()).toContain('alive-3');
    expect((await office.status()).terminals.serving).toBe(1);
  }

  /** Number of keys and documents that this browser stores. */
  async function stored(): Promise<number> {
    return await page.evaluate<number>(`new Promise((resolve, reject) => {
      const opening = indexedDB.open('clawreach');
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const { result } = opening;
        const names = [...result.objectStoreNames];
        let count = 0;
        if (names.length === 0) return resolve(0);
        const reading = result.transaction(names);
        for (const name of names) {
          const counting = reading.objectStore(name).count();
          counting.onsuccess = () => { count += counting.result; };
        }
        reading.oncomplete = () => { result.close(); resolve(count); };
      };
    })`);
  }

  /** Signs out on the list of machines. @returns time until a person can sign in again, ms */
  async function signOut(): Promise<number> {
    await page.getByRole('button', { name: /^Account/u }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    const question = page.getByRole('dialog', { name: 'Sign out of this browser?' });
    await question.getByText('1 terminal on office ends.').waitFor();
    // In the page, so that no command to the browser counts.
    const took = page.evaluate<number>(`new Promise((resolve) => {
      let begun;
      addEventListener('click', () => { begun = performance.now(); }, { capture: true, once: true });
      const look = () => {
        if (document.querySelector('input[type=password]') === null) return requestAnimationFrame(look);
        resolve(performance.now() - begun);
      };
      look();
    })`);
    await question.getByRole('button', { name: 'Sign out' }).click();
    return await took;
  }

  /** Browsers that the machine lets in, and terminals that it runs for them. */
  async function served(): Promise<readonly [browsers: number, terminals: number]> {
    const client = await office.connect();
    try {
      const [peers, { terminals }] = await Promise.all([client.call('peers.list', {}), client.call('status.get', {})]);
      // The relay's word doesn't make it forget a peer: it denies everything.
      const open = peers.filter(
        ({ browser: about, suspendedSince }) => about !== undefined && suspendedSince === undefined,
      );
      return [open.length, terminals.serving];
    } finally {
      client.close();
    }
  }

  it('takes three seconds at most, and the machine ends what the browser may do there when it wakes [S-APPROVE-4]', async () => {
    await open();
    await page.getByRole('link', { name: 'Account and projects' }).click();
    await heading(page, 'Machines');
    await silence();
    expect(await signOut()).toBeLessThan(SIGN_OUT);
    await page.getByText('You signed out, so the keys of this browser were removed.').waitFor();
    expect(await stored()).toBe(0);
    wake();
    await expect.poll(served, { interval: 100 }).toEqual([0, 0]);
  }, 180_000);

  it('takes five more at most where the tab that runs the agent hangs, which tells the machine when it goes on, and leaves nothing', async () => {
    await signIn(page, EMAIL, PASSWORD);
    await heading(page, 'Machines');
    const first = page;
    await open();
    page = await first.context().newPage();
    await page.goto(`${origin}/dashboard`);
    await heading(page, 'Machines');
    await silence();
    const hanging = first.evaluate(`{ const end = Date.now() + ${HANGS}; while (Date.now() < end); }`);
    const took = await signOut();
    expect(took).toBeLessThan(SIGN_OUT + HANGING_TAB + AROUND);
    await page.getByText('Not every machine could be told.').waitFor();
    expect(await stored()).toBe(0);
    wake();
    await hanging;
    await first.getByRole('heading', { name: 'Sign in' }).waitFor();
    // Its agent, whose keys were in memory meanwhile, tells the machine.
    await expect.poll(served, { interval: 100 }).toEqual([0, 0]);
    expect(await stored()).toBe(0);
  }, 180_000);
});
