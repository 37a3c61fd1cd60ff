import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Device } from '../e2e/device.ts';

/** Gives the project of a machine to the account that is signed in on a page with the list of machines, by the command that the page shows. */
export async function linkMachine(page: Page, machine: Device, project: string): Promise<void> {
  await page.getByRole('button', { name: 'Link a machine' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Link a machine' });
  const command = dialog.getByText(/^clawreach account link /);
  await command.waitFor();
  const shell = machine.shell();
  shell.type(`${await command.innerText()}\r`);
  await shell.until('the question', (text) => text.includes('@example.org') && /\[y/u.test(text));
  shell.type('y\r');
  await shell.until('the name', (text) => text.includes('for none):'));
  shell.type(`${machine.name}\r`);
  await shell.until('the end', (text) => text.trimEnd().endsWith('here>'));
  shell.close();
  const names = page.getByRole('dialog', { name: `${machine.name} is linked` });
  await names.getByLabel('Name of the project').fill(project);
  await names.getByRole('button', { name: 'Save' }).click();
  await names.waitFor({ state: 'detached' });
  await page.getByText('Owns the project').waitFor();
}

/** Pairs the browser of a page that asks for a machine's code, by `clawreach pair` there and four words on both, and opens a terminal. */
export async function openPairedTerminal(page: Page, machine: Device): Promise<void> {
  const inviting = machine.shell({ cols: 120 });
  inviting.type('clawreach pair --allow terminal\r');
  await inviting.until('the code', (text) => /[0-9A-Z]{4}-[0-9A-Z]{4}/u.test(text));
  const [code = ''] = /[0-9A-Z]{4}-[0-9A-Z]{4}/u.exec(inviting.text()) ?? [];
  const dialog = page.getByRole('dialog');
  // The relay has answered whom else the person can ask.
  await page.getByRole('button', { name: /^(Ask my machines|Message for )/u }).waitFor();
  await page.locator('[data-code-field]').fill(code);
  await page.keyboard.press('Enter');
  await inviting.until('the question', (text) => /\[y/u.test(text));
  await dialog.getByRole('button', { name: 'They match' }).waitFor();
  const words = await dialog.getByRole('list').first().innerText();
  for (const word of words.split('\n')) expect(inviting.text()).toContain(word);
  inviting.type('y\r');
  await inviting.until('the end', (text) => text.trimEnd().endsWith('here>'));
  inviting.close();
  await dialog.getByRole('button', { name: 'They match' }).click();
  await dialog.getByRole('button', { name: 'Open terminal' }).click();
  await expect.poll(() => page.locator('.xterm-rows').first().innerText()).toContain('there>');
}
