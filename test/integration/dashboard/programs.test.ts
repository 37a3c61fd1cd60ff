import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';
import { DashboardRelay, type DashboardPage } from '#test/support/dashboard/dashboard-relay.ts';
import { heading, signUp } from '#test/support/dashboard/steps.ts';
import { acknowledge, connect, send } from '#test/support/foreign/foreign-world.ts';

let relay: DashboardRelay;
let browser: ChromiumShare;
let ada: DashboardPage;
let project: string;
beforeAll(async () => {
  [relay, browser] = await Promise.all([DashboardRelay.start(), shareChromium()]);
  ada = await relay.open(browser, await relay.firstAccountLink());
  await heading(ada.page, 'Create an account');
  await signUp(ada.page, 'Ada', 'ada@example.org');
  await heading(ada.page, 'Machines');
  const { page } = ada;
  await page.getByRole('link', { name: 'Projects' }).click();
  await page.getByRole('button', { name: 'New project' }).click();
  await page.getByLabel('Name of the project').fill('Home');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await heading(page, 'Home');
  project = new URL(page.url()).pathname.split('/')[2] ?? '';
});
afterAll(async () => {
  await browser.close();
  await relay.stop();
});

/** Adds a program on the page. Returns its key. */
async function add(name: string, id: string): Promise<string> {
  const { page } = ada;
  await page.getByRole('button', { name: 'Add a program' }).click();
  await page.getByText('The relay can read and forge this program').waitFor();
  await page.getByLabel('Label').fill(name);
  await page.getByLabel('ID', { exact: true }).fill(id);
  await page.getByRole('button', { name: 'Create key' }).click();
  return copyKey();
}

/** Copies the key that the page shows once, and closes its dialog. */
async function copyKey(): Promise<string> {
  const { page } = ada;
  await page.getByRole('button', { name: 'Copy key' }).click();
  const key = await page.evaluate<string>('navigator.clipboard.readText()');
  expect(key).toMatch(/^[\w-]{43}$/);
  await page.getByRole('button', { name: 'Done' }).click();
  return key;
}

const rowOf = (name: string) => ada.page.getByRole('listitem').filter({ hasText: name });

/** Opens the menu of a program's row, which shows it under the pointer. */
async function openMenu(name: string): Promise<void> {
  await rowOf(name).hover();
  await rowOf(name)
    .getByRole('button', { name: /^Actions for/ })
    .click();
}

describe('the programs of a project', () => {
  it('are added with a key that is shown once, and are seen as they come, write and go', async () => {
    const { page } = ada;
    await page.getByRole('tab', { name: 'Programs' }).click();
    await page.getByText('No programs.').waitFor();
    await page.getByRole('button', { name: 'Add a program' }).click();
    await page.getByLabel('Label').fill('Office assistant');
    await page.getByLabel('ID', { exact: true }).fill('Office');
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByText('Begin with a lower-case letter or digit.').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();

    const office = { id: 'office-bot', key: await add('Office assistant', 'office-bot'), project };
    const kitchen = { id: 'kitchen', key: await add('Kitchen', 'kitchen'), project };
    expect(await page.content()).not.toContain(office.key);
    await rowOf('Kitchen').getByText('Never connected').waitFor();

    const client = await connect(relay.origin, kitchen, { agents: ['b'] });
    acknowledge(client);
    await rowOf('Kitchen').getByText('Online').waitFor();
    await rowOf('Kitchen').getByText('Agents: b').waitFor();
    await rowOf('Kitchen').getByText('The relay can read this').waitFor();
    expect((await send(relay.origin, office, kitchen)).status).toBe(202);
    await client.close();
    await rowOf('Kitchen').getByText('Heard just now').waitFor();
    await rowOf('Kitchen').getByText('0 sent, 1 received, 0 refused').waitFor();

    // An ID belongs to one program.
    await page.getByRole('button', { name: 'Add a program' }).click();
    await page.getByLabel('Label').fill('Other');
    await page.getByLabel('ID', { exact: true }).fill('kitchen');
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByText('Another program has this ID.').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
  });

  it('get a new key, and are removed, after a question', async () => {
    const { page } = ada;
    await openMenu('Kitchen');
    await page.getByRole('menuitem', { name: 'New key' }).click();
    await page.getByText('The key before it and the program').waitFor();
    await page.getByRole('button', { name: 'New key' }).click();
    const client = await connect(relay.origin, { id: 'kitchen', key: await copyKey(), project });
    await rowOf('Kitchen').getByText('Online').waitFor();
    await openMenu('Kitchen');
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await page.getByRole('button', { name: 'Remove' }).click();
    await rowOf('Kitchen').waitFor({ state: 'detached' });
    expect((await client.closed).code).toBe(4001);
  });
});
