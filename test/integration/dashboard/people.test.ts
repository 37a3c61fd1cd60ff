import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';
import { DashboardRelay, type DashboardPage } from '#test/support/dashboard/dashboard-relay.ts';
import { heading, signUp } from '#test/support/dashboard/steps.ts';

let relay: DashboardRelay;
let browser: ChromiumShare;
let ada: DashboardPage;
let bob: DashboardPage;
beforeAll(async () => {
  [relay, browser] = await Promise.all([DashboardRelay.start(), shareChromium()]);
});
afterAll(async () => {
  await browser.close();
  await relay.stop();
});

/** Reports whether a button is seen without a pointer over its row. */
async function isSeen(button: Locator): Promise<boolean> {
  await button.waitFor();
  await button.page().mouse.move(0, 0);
  return await button.evaluate((element: { checkVisibility(options: object): boolean }) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }),
  );
}

describe('the first person of a relay', () => {
  it('signs up by the link of the relay, and nothing happens before a click', async () => {
    const link = await relay.firstAccountLink();
    ada = await relay.open(browser, link);
    await heading(ada.page, 'Create an account');
    // A scanner of mails would have used the link up by opening it.
    await (await relay.open(browser, link)).context.close();
    await signUp(ada.page, 'Ada', 'ada@example.org');
    await heading(ada.page, 'Machines');
    expect(new URL(ada.page.url()).hash).toBe('');
  });

  it('creates a project and invites a second one, whose link is shown to hand over', async () => {
    const { page } = ada;
    await page.getByRole('link', { name: 'Projects' }).click();
    await page.getByRole('button', { name: 'New project' }).click();
    await page.getByLabel('Name of the project').fill('Home');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await heading(page, 'Home');
    await page.getByRole('tab', { name: /^People/ }).click();
    await page.getByRole('button', { name: 'Invite a person' }).click();
    await page.getByLabel('E-mail address').fill('bob@example.org');
    await page.getByRole('button', { name: 'Invite', exact: true }).click();
    await page.getByRole('button', { name: 'Copy link' }).click();
    const link = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(link).toMatch(/\/auth#invite=[\w-]{43}$/);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('list', { name: 'Pending invitations' }).getByText('bob@example.org').waitFor();

    // A list that can't be read isn't an empty one.
    await page.route('**/invitations', async (route) => await route.abort());
    await page.reload();
    await page.locator('[data-code="platform.unreachable"]').waitFor();
    await page.unroute('**/invitations');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('list', { name: 'Pending invitations' }).getByText('bob@example.org').waitFor();

    const pending = page.getByRole('list', { name: 'Pending invitations' });
    await page.getByRole('button', { name: 'Invite a person' }).click();
    await page.getByLabel('E-mail address').fill('bert@example.org');
    await page.getByRole('button', { name: 'Invite', exact: true }).click();
    await page.getByRole('button', { name: 'Done' }).click();
    const cancel = page.getByRole('button', { name: 'Cancel the invitation of bert@example.org' });
    expect(await isSeen(cancel)).toBe(true);
    await cancel.click();
    await pending.getByText('bert@example.org').waitFor({ state: 'detached' });
    await pending.getByText('bob@example.org').waitFor();

    bob = await relay.open(browser, link);
    await heading(bob.page, 'Invitation to Home');
    await bob.page.getByText('Ada invites bob@example.org').waitFor();
    // One way each: to an account, to the one that there is, and back.
    await bob.page.getByRole('button', { name: 'Create account' }).click();
    expect(await bob.page.getByLabel('E-mail address').inputValue()).toBe('bob@example.org');
    expect(await bob.page.getByRole('button', { name: 'Sign in' }).count()).toBe(0);
    await bob.page.getByRole('button', { name: 'Back' }).click();
    await heading(bob.page, 'Invitation to Home');
  });
});

describe('the second person', () => {
  it('signs up by the invitation and appears at the first one at once', async () => {
    await bob.page.getByRole('button', { name: 'Create account' }).click();
    await signUp(bob.page, 'Bob', 'bob@example.org');
    await heading(bob.page, 'Machines');
    await bob.page.getByRole('link', { name: 'Projects' }).click();
    await bob.page.getByRole('button', { name: 'Home' }).click();
    await bob.page.getByRole('tab', { name: /^People/ }).click();
    await bob.page.getByRole('list', { name: 'People' }).getByText('Ada', { exact: true }).waitFor();
    // The first one has done nothing meanwhile.
    const people = ada.page.getByRole('list', { name: 'People' });
    await people.getByText('Bob', { exact: true }).waitFor();
    await expect.poll(() => ada.page.getByRole('list', { name: 'Pending invitations' }).count()).toBe(0);
    // A member sees no one's address but the own.
    expect(await bob.page.getByText('ada@example.org').count()).toBe(0);
  });

  it('is removed, and both see it at once', async () => {
    const remove = ada.page.getByRole('button', { name: 'Remove Bob' });
    expect(await isSeen(remove)).toBe(true);
    await remove.click();
    const question = ada.page.getByRole('dialog', { name: 'Remove Bob from this project?' });
    await question.getByRole('button', { name: 'Remove', exact: true }).click();
    await expect
      .poll(() => ada.page.getByRole('list', { name: 'People' }).getByText('Bob', { exact: true }).count())
      .toBe(0);
    await bob.page.getByText("Can't find this.").waitFor();
    expect(await bob.page.getByRole('list', { name: 'People' }).count()).toBe(0);
    await bob.page.getByRole('link', { name: 'Projects' }).first().click();
    await bob.page.getByText('No projects.').waitFor();
  });

  it('leaves nothing for the browser to complain of', () => {
    expect([...ada.complaints, ...bob.complaints]).toEqual([]);
  });
});
