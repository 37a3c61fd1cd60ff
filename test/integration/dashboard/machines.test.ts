import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';
import { DashboardRelay, type DashboardPage } from '#test/support/dashboard/dashboard-relay.ts';
import { heading } from '#test/support/dashboard/steps.ts';
import { claimEndFor, claimProject, type Person } from '#test/support/platform/test-platform.ts';
import { joinMember, joinOwner, type Member } from '#test/support/relay-project.ts';

let relay: DashboardRelay;
let browser: ChromiumShare;
let owner: Person;
let machine: Member;
let page: DashboardPage;
beforeAll(async () => {
  [relay, browser] = await Promise.all([DashboardRelay.start({ accounts: { plainProtocol: true } }), shareChromium()]);
  owner = relay.platform.person('Ada');
  machine = await joinOwner(relay.platform.relay, 3);
});
afterAll(async () => {
  await browser.close();
  await relay.stop();
});

describe('machines in the dashboard', () => {
  it('appear when one gives its project to the account, and come and go as they connect', async () => {
    page = await relay.open(browser, '/dashboard', { person: owner });
    await page.page.getByText('No machines.').waitFor();
    await claimProject(relay.platform, owner, machine);
    await page.page.getByText('Owns the project').waitFor();
    const laptop = await joinMember(relay.platform.relay, machine);
    const rows = page.page.getByRole('listitem').filter({ hasText: laptop.device.peerId.slice(0, 5) });
    await rows.getByText('Online').waitFor();
    await laptop.agent.close();
    await rows.getByText('Seen just now').waitFor();
    expect(await page.page.getByRole('listitem').filter({ hasText: 'Online' }).count()).toBe(1);
  });

  it('are renamed, and removed from the project after a question that says what it ends', async () => {
    const row = page.page.getByRole('listitem').filter({ hasText: 'Seen just now' });
    await row.hover();
    await row.getByRole('button', { name: 'Rename' }).click();
    await page.page.getByLabel('Label').fill('Laptop');
    await page.page.getByRole('button', { name: 'Save' }).click();
    // What one does with a machine needs no pointer over its row.
    await page.page.getByRole('button', { name: 'Pair this browser with Laptop' }).waitFor();
    const renamed = page.page.getByRole('listitem').filter({ hasText: 'Laptop' });
    await renamed.hover();
    await renamed.getByRole('button', { name: 'Actions for Laptop' }).click();
    await page.page.getByRole('menuitem', { name: 'Remove from the project' }).click();
    await page.page
      .getByRole('dialog', { name: 'Remove Laptop from this project?' })
      .getByRole('button', { name: 'Remove from the project' })
      .click();
    await expect.poll(() => renamed.count()).toBe(0);
  });

  it('are linked by commands that fit this relay, and get names once that has worked', async () => {
    await page.page.getByRole('button', { name: 'Link a machine' }).click();
    const dialog = page.page.getByRole('dialog', { name: 'Link a machine' });
    await dialog.getByText('Key ID of this relay').waitFor();
    expect(await dialog.innerText()).toMatch(/^clawreach account link [0-9A-Z]{5}-[0-9A-Z]{5}$/m);
    expect(await dialog.innerText()).toContain(`clawreach config relay ${relay.origin.replace('http', 'ws')}\n`);
    // This relay has no releases, and so no command that installs them.
    expect(await dialog.innerText()).toContain('This relay has no packages');
    expect(await dialog.innerText()).not.toContain('download-connector');
    await dialog.getByText('asks once for the admission token').waitFor();
    const second = await joinOwner(relay.platform.relay, 3);
    await claimProject(relay.platform, owner, second);
    const names = page.page.getByRole('dialog', { name: / is linked$/ });
    await names.getByLabel('Name of the project').fill('Workshop');
    await names.getByLabel('Name of the machine').fill('bench');
    await names.getByRole('button', { name: 'Save' }).click();
    await page.page.getByRole('link', { name: 'Workshop' }).waitFor();
    await page.page.getByRole('listitem').filter({ hasText: 'bench' }).getByText('Owns the project').waitFor();
    await relay.platform.stranger().call('claims.end', {
      input: { end: await claimEndFor(relay.platform, owner, second) },
    });
    await page.page.getByText('bench').waitFor({ state: 'detached' });
    await second.agent.close();
    // A code that has expired is replaced in place.
    await page.page.route('**/account/link-code*', async (route) => {
      const response = await route.fetch();
      const json = (await response.json()) as Record<string, unknown>;
      await route.fulfill({ response, json: { ...json, expiresAt: Date.now() - 1000 } });
    });
    await page.page.getByRole('button', { name: 'Link a machine' }).click();
    const renew = dialog.getByRole('button', { name: 'New code' });
    await renew.waitFor();
    await page.page.unroute('**/account/link-code*');
    await renew.click();
    await expect.poll(() => renew.count()).toBe(0);
    await dialog.getByRole('button', { name: 'Close' }).last().click();
  });

  it('of the documented protocol are added only after a warning, and carry a mark', async () => {
    await page.page.getByRole('link', { name: 'Projects' }).click();
    // A machine gives its project without a name; it is called by its owner.
    await page.page.getByRole('button', { name: /^Project of / }).click();
    await page.page.getByRole('tab', { name: 'Settings' }).click();
    await page.page.getByRole('switch', { name: 'Plain devices' }).click();
    await page.page.getByRole('dialog').getByText("They aren't end-to-end encrypted").waitFor();
    await page.page.getByRole('button', { name: 'Allow' }).click();
    await page.page.getByRole('tab', { name: /^Machines/ }).click();
    await page.page.getByRole('button', { name: 'Add a plain device' }).click();
    await page.page.getByText('The relay can read this terminal and type in it').waitFor();
    await page.page.getByLabel('Label').fill('Cellar');
    await page.page.getByRole('button', { name: 'Create code' }).click();
    const command = page.page.getByText(/^clawreach --pair/);
    await command.waitFor();
    expect(await command.innerText()).toContain(`--api ${relay.origin}/functions/v1`);
    await page.page.getByRole('button', { name: 'Done' }).click();
    const row = page.page.getByRole('listitem').filter({ hasText: 'Cellar' });
    await row.getByText('The relay can read this terminal').waitFor();
  });

  it('and what becomes of them is in the history, which is saved as a table', async () => {
    await page.page.getByRole('tab', { name: 'History' }).click();
    await page.page.getByText('A machine gave its project to').waitFor();
    const removed = page.page.getByRole('listitem').filter({ hasText: /removed .*Laptop/ });
    await removed.getByText('Project and people').waitFor();
    const [download] = await Promise.all([
      page.page.waitForEvent('download'),
      page.page.getByRole('button', { name: 'Save as CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^history-.+\.csv$/);
  });

  it('of a project that is deleted are gone, after its name was typed', async () => {
    await page.page.getByRole('tab', { name: 'Settings' }).click();
    await page.page.getByLabel('Name of the project').fill('Home');
    await page.page.getByRole('button', { name: 'Save' }).click();
    await heading(page.page, 'Home');
    await page.page.getByRole('button', { name: 'Delete project…' }).click();
    const question = page.page.getByRole('dialog', { name: 'Delete Home?' });
    await question.getByLabel('Type the name Home to confirm').fill('Home');
    await question.getByRole('button', { name: 'Delete project' }).click();
    await heading(page.page, 'Projects');
    await page.page.getByText('No projects.').waitFor();
    expect(page.complaints).toEqual([]);
  });
});
