import type { Browser, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { heading, signUp } from '../dashboard/steps.ts';
import type { Device } from '../e2e/device.ts';
import { linkMachine, openPairedTerminal } from './machine-shell.ts';

/** Most time from the click that removes a person to the end of her terminal, ms. */
const SECOND = 1000;

/** A relay with accounts that has nobody yet, and a machine of it. */
export type EmptyRelay = Readonly<{
  browser: Browser;
  /** Address of the relay's page. */
  origin: string;
  /** Link for the first account, from the relay's file. */
  firstLink: string;
  /** Machine that owns its project. */
  office: Device;
}>;

/**
 * Tests of two people who share a machine: Ada signs up and gives her machine's project to her account, Bea is invited, pairs her browser, opens a
 * terminal, and is removed.
 * @param given the relay, when the tests run
 */
export function tellOfTwoPeople(given: () => EmptyRelay): void {
  let ada: Page;
  let bea: Page;

  /** Opens a page of the relay in a browser of its own. */
  async function openPage(url: string): Promise<Page> {
    const context = await given().browser.newContext({
      locale: 'en',
      reducedMotion: 'reduce',
      viewport: { width: 1280, height: 800 },
      permissions: ['clipboard-read', 'clipboard-write'],
      // The authority of the certificate is the test's own.
      ignoreHTTPSErrors: true,
    });
    const page = await context.newPage();
    await page.goto(url.replace(/^https?:\/\/[^/]+/u, given().origin));
    return page;
  }

  it('the first one signs up by the link of the relay, and her machine gives its project to her account', async () => {
    const { firstLink, office } = given();
    ada = await openPage(firstLink);
    await signUp(ada, 'Ada', 'ada@example.org');
    await heading(ada, 'Machines');
    await linkMachine(ada, office, 'Home');
    expect(await ada.getByText('Owns the project').count()).toBe(1);
  }, 60_000);

  it('the second one signs up by an invitation, and sees the machine', async () => {
    await ada.getByRole('link', { name: 'Projects' }).click();
    await ada.getByRole('button', { name: 'Home' }).click();
    await ada.getByRole('tab', { name: /^People/u }).click();
    await ada.getByRole('button', { name: 'Invite a person' }).click();
    await ada.getByLabel('E-mail address').fill('bea@example.org');
    await ada.getByRole('button', { name: 'Invite', exact: true }).click();
    await ada.getByRole('button', { name: 'Copy link' }).click();
    bea = await openPage(await ada.evaluate<string>('navigator.clipboard.readText()'));
    await ada.getByRole('button', { name: 'Done' }).click();
    await bea.getByRole('button', { name: 'Create account' }).click();
    await signUp(bea, 'Bea', 'bea@example.org');
    await heading(bea, 'Machines');
    await expect.poll(() => bea.getByRole('listitem').filter({ hasText: 'Online' }).count()).toBeGreaterThan(0);
  }, 60_000);

  it('her browser is paired by a code of the machine and four words, and opens a terminal', async () => {
    await bea.getByRole('listitem').filter({ hasText: 'Online' }).getByRole('button').first().click();
    await bea.getByRole('button', { name: 'Message for Ada' }).waitFor();
    await openPairedTerminal(bea, given().office);
    const rows = bea.locator('.xterm-rows').first();
    await bea.keyboard.type('echo first-$((6*7))\n');
    await expect.poll(() => rows.innerText()).toContain('first-42');
  }, 120_000);

  it('she is removed, and loses the terminal within a second', async () => {
    const { office, origin } = given();
    const rows = bea.locator('.xterm-rows').first();
    await bea.keyboard.type('while :; do echo alive-$((i+=1)); sleep 0.1; done\n');
    await expect.poll(() => rows.innerText()).toContain('alive-3');
    const row = ada.getByRole('listitem').filter({ hasText: 'Bea' });
    await row.hover();
    await row.getByRole('button', { name: 'Remove Bea' }).click();
    const question = ada.getByRole('dialog', { name: 'Remove Bea from this project?' });
    const before = Date.now();
    await question.getByRole('button', { name: 'Remove', exact: true }).click();
    await expect.poll(async () => (await office.status()).terminals.serving, { interval: 20 }).toBe(0);
    const took = Date.now() - before;
    const last = await rows.innerText();
    await new Promise((resolve) => setTimeout(resolve, SECOND));
    expect(took).toBeLessThan(SECOND);
    expect(await rows.innerText()).toBe(last);
    await bea.getByText('You were removed from the project “Home” by its owner, Ada.').waitFor();
    // The explanation outlasts the page, until she closes it.
    const why = bea.getByText('You were removed from the project “Home” by its owner, Ada.');
    await bea.reload();
    await why.waitFor();
    await bea.goto(`${origin}/dashboard`);
    await bea.getByText('No machines.').waitFor();
    await why.waitFor();
    await bea.getByRole('alert').getByRole('button', { name: 'Close' }).click();
    await bea.reload();
    await bea.getByText('No machines.').waitFor();
    expect(await why.count()).toBe(0);
  }, 60_000);
}
