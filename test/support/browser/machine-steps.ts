import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import type { TestDevice } from '../hostile/device.ts';
import type { PageScene } from './page-scene.ts';

/** Person who signs up at the relay. */
export const PERSON = { name: 'Ada', email: 'ada@example.org', password: 'correct horse battery staple 42' };

/** Messages of headers and settings that these versions of browsers don’t know, and of the service worker where a test leaves it out. */
const EXPECTED = /Integrity-Policy|Permissions-Policy|Failed to load resource|Service Worker registration blocked/;

/** Opens the relay's page in a new profile, and signs up the first account, which becomes a member of the scene's project. */
export async function openAccount(
  browser: Browser,
  scene: PageScene,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    locale: 'en',
    ...options,
  });
  const page = await context.newPage();
  const link = await readFile(join(scene.folder, 'first-account.txt'), 'utf8');
  await page.goto(link.trim().replace(/^https?:\/\/[^/]+/, origin));
  await page.getByLabel('Name', { exact: true }).fill(PERSON.name);
  await page.getByLabel('E-mail address').fill(PERSON.email);
  await page.getByLabel('Password', { exact: true }).fill(PERSON.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL(`${origin}/dashboard`);
  scene.adopt(PERSON.email);
  await page.reload();
  return page;
}

/** Signs the person in, on the page for that. */
export async function signInAgain(page: Page): Promise<void> {
  await page.getByLabel('E-mail address').fill(PERSON.email);
  await page.getByLabel('Password', { exact: true }).fill(PERSON.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Collects what the browser complains of from now on. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !EXPECTED.test(message.text()))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return complaints;
}

/** Rows of the terminal that is shown. */
export function rowsOf(page: Page): Locator {
  return page.locator('.xterm-rows:visible').first();
}

/** Types a line into the terminal that is shown. */
export async function typeLine(page: Page, line: string): Promise<void> {
  await page.locator('.xterm textarea').first().focus();
  await page.keyboard.type(`${line}\n`);
}

/** Enters a code of a machine into the dialog that is open; both people compare the words, and a terminal opens. */
export async function pairByCode(page: Page, machine: TestDevice): Promise<void> {
  const { pairing, code } = await machine.api.call('pairing.invite', { allow: ['terminal'] });
  const invited = machine.api.call('pairing.result', { pairing });
  const dialog = page.getByRole('dialog');
  await dialog
    .getByRole('textbox')
    .first()
    .fill(code ?? '');
  await page.keyboard.press('Enter');
  const { peer, words } = await invited;
  await machine.api.call('pairing.confirm', { peer: peer.peerId, words: [...words] });
  for (const word of words) await dialog.getByText(word, { exact: true }).waitFor();
  await dialog.getByRole('button', { name: 'They match' }).click();
  await dialog.getByRole('button', { name: 'Open terminal' }).click();
  await rowsOf(page).waitFor();
}
