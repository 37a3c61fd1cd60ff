import type { Page } from 'playwright-core';

/** Shows the settings from anywhere in the window, and chooses a section of their list. @param section its English name */
export async function openSettings(page: Page, section: string): Promise<void> {
  await page
    .getByRole('button', { name: 'Settings', exact: true })
    .or(page.getByRole('link', { name: 'Settings', exact: true }))
    .first()
    .click();
  await chooseSection(page, section);
}

/** Chooses a section where the list of the settings is shown. @param section its English name */
export async function chooseSection(page: Page, section: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('button', { name: section, exact: true }).click();
}
