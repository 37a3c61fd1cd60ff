import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';
import { DashboardRelay, type DashboardPage } from '#test/support/dashboard/dashboard-relay.ts';
import { PlainClient } from '#test/support/plain-client.ts';
import type { Person } from '#test/support/platform/test-platform.ts';
import { Program } from '#test/support/privaclaw/program.ts';

let relay: DashboardRelay;
let browser: ChromiumShare;
let owner: Person;
let project: string;
let opened: DashboardPage;
let page: Page;
beforeAll(async () => {
  [relay, browser] = await Promise.all([DashboardRelay.start({ accounts: { plainProtocol: true } }), shareChromium()]);
  owner = relay.platform.person('Ada');
  ({ id: project } = await owner.client.call('projects.create', { input: { name: 'Home' } }));
  await owner.client.call('projects.change', { params: { project }, input: { plainAllowed: true } });
  opened = await relay.open(browser, '/', { person: owner });
  ({ page } = opened);
});
afterAll(async () => {
  await browser.close();
  await relay.stop();
});

/** Adds a plain device to the project, and pairs it. @returns its ID and token */
async function addDevice(label: string): Promise<Readonly<{ id: string; token: string }>> {
  const { device, code } = await owner.client.call('devices.create', {
    params: { project },
    input: { encryption: 'relay-can-read', label },
  });
  const paired = await fetch(`${relay.origin}/functions/v1/pair-device`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ pairing_code: code }),
  });
  const { token } = (await paired.json()) as { token: string };
  return { id: device.id, token };
}

/** Adds a device of that kind. @returns a function that connects it as a node of OpenClaw */
async function addNode(label: string): Promise<() => Promise<PlainClient>> {
  const { id, token } = await addDevice(label);
  return async () => {
    const client = await PlainClient.open(`${relay.origin.replace('http', 'ws')}/connect`);
    client.send('hello', { device_id: id, token, meta: { name: label, kind: 'openclaw' } });
    await client.next('hello_ok');
    return client;
  };
}

describe('the page of OpenClaw nodes', () => {
  it('keeps the node that answers, whatever else comes online, and says why nothing else can be asked', async () => {
    // The older one is first in the list, once it is online.
    const connectCellar = await addNode('Cellar');
    const attic = await (await addNode('Attic'))();
    await page.goto(`${relay.origin}/skill/privaclaw`);
    await page.getByLabel('Prompt for Attic').fill('how are you?');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const { request_id: id } = await attic.next('prompt');
    attic.raw(JSON.stringify({ type: 'token', request_id: id, content: 'one moment ' }));
    await page.getByText('one moment').waitFor();
    const cellar = await connectCellar();
    await page.getByText('This node is answering.').waitFor();
    const test = page.getByRole('button', { name: 'Test connection' });
    expect(await test.getAttribute('aria-disabled')).toBe('true');
    await test.click({ force: true });
    attic.raw(JSON.stringify({ type: 'token', request_id: id, content: 'fine' }));
    await page.getByText('one moment fine').waitFor();
    attic.raw(JSON.stringify({ type: 'done', request_id: id }));
    await page.getByRole('button', { name: 'Send', exact: true }).waitFor();
    expect(await page.getByText('This node is answering.').count()).toBe(0);
    expect(await page.getByText('one moment fine').count()).toBe(1);
    expect(attic.messages.some(({ type }) => type === 'cancel' || type === 'status')).toBe(false);
    attic.socket.close();
    cellar.socket.close();
  });

  it('tests the connection of a real node, runs a workflow, and restarts it while it works', async () => {
    const { id, token } = await addDevice('Assistant');
    const node = new Program('skill', ['--form', 'flat', '--heartbeat', '15'], {
      RELAY_URL: relay.platform.relay.url,
      NODE_ID: id,
      AUTH_TOKEN: token,
    });
    onTestFinished(() => node.stop());
    await node.line((line) => line === 'online');
    await page.goto(`${relay.origin}/skill/privaclaw`);
    await page.getByLabel('Prompt for Assistant').waitFor();
    const answer = page.getByRole('region', { name: 'Answer' });

    await page.getByRole('button', { name: 'Test connection' }).click();
    await answer.getByText('The node answers.').waitFor();
    for (const fact of [/^Connection\s*online$/, /^Running for/, /^Active tasks\s*0$/, /^Last error\s*none$/])
      await answer.locator('dl > div').filter({ hasText: fact }).waitFor();

    await page.getByRole('button', { name: 'Run a workflow' }).click();
    const dialog = page.getByRole('dialog', { name: 'Run a workflow' });
    await dialog.getByLabel('Name of the workflow').fill('deploy');
    await dialog.getByLabel('Parameters (optional)').fill('staging');
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await dialog.getByText("This isn't a JSON object.").waitFor();
    await dialog.getByLabel('Parameters (optional)').fill('{"to": "staging"}');
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await answer.getByText('deploy {"to": "staging"}').waitFor();

    // The node still works on what its page has left.
    const other = await opened.context.newPage();
    await other.goto(`${relay.origin}/skill/privaclaw`);
    await other.getByLabel('Prompt for Assistant').fill('wait for it');
    await other.getByRole('button', { name: 'Send', exact: true }).click();
    await node.line((line) => line.startsWith('prompt '));
    await page.getByRole('button', { name: 'Restart' }).click();
    await page
      .getByRole('dialog', { name: /Restart .*Assistant/ })
      .getByRole('button', { name: 'Restart' })
      .click();
    await answer.getByText('It cancels 1 task:').waitFor();
    await answer.getByText('wait for it').waitFor();
    await answer.getByText('The node restarts.').waitFor();
    expect(await node.line((line) => line.startsWith('restart '))).toContain('restart ');
    await other.close();
  });

  it('adds configurations for several nodes, which the relay keeps, and removes one', async () => {
    await page.goto(`${relay.origin}/skill/privaclaw`);
    const add = async (name: string, nodeId: string, token: string): Promise<void> => {
      await page.getByRole('button', { name: 'Add a configuration' }).click();
      const dialog = page.getByRole('dialog', { name: 'Add a configuration' });
      await dialog.getByLabel('Name', { exact: true }).fill(name);
      await dialog.getByLabel('Node ID').fill(nodeId);
      await dialog.getByLabel('Relay address').fill('wss://relay.example');
      await dialog.getByLabel('Token', { exact: true }).fill('short');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.getByText('A token has at least 8 characters.').waitFor();
      await dialog.getByLabel('Token', { exact: true }).fill(token);
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.waitFor({ state: 'detached' });
    };
    await add('Kitchen', 'node-kitchen', 'kitchen-token');
    await add('Studio', 'node-studio', 'studio-token');
    const stored = async () =>
      (await owner.client.call('skillConfigs.list')).skillConfigs.map(({ nodeId }) => nodeId).toSorted();
    expect(await stored()).toEqual(['node-kitchen', 'node-studio']);
    const row = page.getByRole('listitem').filter({ hasText: 'node-kitchen' });
    await row.hover();
    await row.getByRole('button', { name: /^Remove/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove configuration' }).click();
    await row.waitFor({ state: 'detached' });
    expect(await stored()).toEqual(['node-studio']);
    const id = (await owner.client.call('skillConfigs.list')).skillConfigs[0]?.id ?? '';
    const { config } = await owner.client.call('skillConfigs.get', { params: { configuration: id } });
    expect(config).toMatchObject({
      node_id: 'node-studio',
      relay_url: 'wss://relay.example',
      auth_token: 'studio-token',
    });
    await owner.client.call('skillConfigs.delete', { params: { configuration: id } });
  });

  it('keeps the configurations when the machines can’t be read', async () => {
    await owner.client.call('skillConfigs.create', {
      input: {
        skill: 'privaclaw',
        name: 'Cellar',
        config: { relay_url: 'wss://relay.example', node_id: 'node-1', auth_token: 'a'.repeat(64) },
      },
    });
    await page.route('**/devices', async (route) => await route.abort());
    await page.goto(`${relay.origin}/skill/privaclaw`);
    await page.locator('[data-code="platform.unreachable"]').waitFor();
    await expect.poll(() => page.getByRole('listitem').filter({ hasText: 'node-1' }).count()).toBe(1);
    await page.unroute('**/devices');
  });

  it('changes a configuration as it is stored now', async () => {
    const [stored] = (await owner.client.call('skillConfigs.list')).skillConfigs;
    await page.goto(`${relay.origin}/skill/privaclaw`);
    const open = async (): Promise<string> => {
      const row = page.getByRole('listitem').filter({ hasText: 'node-1' });
      await row.hover();
      await row.getByRole('button', { name: /^Change/ }).click();
      const address = page.getByRole('dialog').getByLabel('Relay address');
      await address.waitFor();
      const value = await address.inputValue();
      await page.getByRole('button', { name: 'Cancel' }).click();
      return value;
    };
    expect(await open()).toBe('wss://relay.example');
    await owner.client.call('skillConfigs.replace', {
      params: { configuration: stored?.id ?? '' },
      input: {
        skill: 'privaclaw',
        name: 'Cellar',
        config: { relay_url: 'wss://other.example', node_id: 'node-1', auth_token: 'a'.repeat(64) },
      },
    });
    expect(await open()).toBe('wss://other.example');
  });
});

describe('the history of a project', () => {
  it('loses no row while new ones begin', async () => {
    const { device } = await owner.client.call('devices.create', {
      params: { project },
      input: { encryption: 'relay-can-read', label: 'Server' },
    });
    const hex = (number: number): string => number.toString(16).padStart(32, '0');
    const begin = (from: number, to: number): void => {
      for (let number = from; number <= to; number += 1)
        relay.platform.run(
          "insert into plain_sessions (id, device, account, status, started_at) values (?, ?, ?, 'active', ?)",
          hex(number),
          device.id.replaceAll('-', ''),
          owner.account,
          number * 60_000,
        );
    };
    begin(1, 120);
    await page.goto(`${relay.origin}/project/${project}/history`);
    const rows = page.getByRole('list', { name: 'History' }).getByRole('listitem');
    await expect.poll(() => rows.count()).toBe(50);
    await page.getByRole('button', { name: 'Older' }).click();
    await expect.poll(() => rows.count()).toBe(100);
    begin(121, 130);
    // Any action has the page read its answers again.
    await page.getByRole('button', { name: 'Save as CSV' }).click();
    // Down to the oldest that was shown, in whole pages.
    const sessions = rows.filter({ hasText: 'Server' });
    await expect.poll(() => sessions.count(), { timeout: 10_000 }).toBe(130);
    expect(opened.complaints).toEqual([]);
  });
});
