import type { Locator, Page } from 'playwright-core';

/** Row of a machine on the page Machines. */
export function machineRow(page: Page, name: string): Locator {
  return page.locator('li[data-peer]').filter({ has: page.getByRole('button', { name, exact: true }) });
}

/** Shows the list of machines. */
export async function showMachines(page: Page): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Pages' })
    .getByRole('button', { name: /^Machines/ })
    .click();
}

/** Opens a terminal on a machine from its row, as a person with a mouse does. The page Machines is shown. */
export async function openTerminalOn(page: Page, name: string): Promise<void> {
  const row = machineRow(page, name);
  await row.hover();
  await row.getByRole('button', { name: `Open terminal on ${name}` }).click();
}
