import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';
import { DashboardRelay } from '#test/support/dashboard/dashboard-relay.ts';
import { claimProject } from '#test/support/platform/test-platform.ts';
import { Program } from '#test/support/privaclaw/program.ts';
import { joinOwner } from '#test/support/relay-project.ts';
import { axeFindings, namelessControls } from '#test/support/window/accessibility.ts';

let relay: DashboardRelay;
let browser: ChromiumShare;
let page: Page;
let complaints: readonly string[];
let folder: string;
let config: string;
let connector: Program;

const rows = (): ReturnType<Page['locator']> => page.locator('.xterm-rows');

async function type(line: string): Promise<void> {
  await page.locator('.xterm textarea').focus();
  await page.keyboard.type(`${line}\n`);
}

async function connect(): Promise<void> {
  const words = ['--config', config, '--shell', '/bin/sh', '--workdir', folder, '--first-wait', '0.1'];
  connector = new Program('connector', words);
  await connector.line((line) => line === 'online');
}

beforeAll(async () => {
  [relay, browser, folder] = await Promise.all([
    DashboardRelay.start({ accounts: { plainProtocol: true } }),
    shareChromium(),
    mkdtemp(join(tmpdir(), 'clawreach-connector-')),
  ]);
  config = join(folder, 'connector.json');
  const owner = relay.platform.person('Ada');
  await claimProject(relay.platform, owner, await joinOwner(relay.platform.relay, 1));
  ({ page, complaints } = await relay.open(browser, '/projects', { person: owner }));
}, 60_000);
afterAll(async () => {
  await connector.stop();
  await browser.close();
  await relay.stop();
  await rm(folder, { recursive: true });
});

describe('a terminal that the relay can read, in the dashboard', () => {
  it('opens from the list of machines, under a bar that says so', async () => {
    await page.getByRole('button', { name: /^Project of / }).click();
    await page.getByRole('tab', { name: 'Settings' }).click();
    await page.getByRole('switch', { name: 'Plain devices' }).click();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('tab', { name: /^Machines/u }).click();
    await page.getByRole('button', { name: 'Add a plain device' }).click();
    await page.getByLabel('Label').fill('Cellar');
    await page.getByRole('button', { name: 'Create code' }).click();
    const command = await page.getByText(/^clawreach --pair/u).innerText();
    const [, code = '', api = ''] = /--pair (\S+) --api (\S+)/u.exec(command) ?? [];
    const pairing = new Program('connector', ['--pair', code, '--api', api, '--name', 'Cellar', '--config', config]);
    expect(await pairing.ended).toBe(0);
    await connect();
    await page.getByRole('button', { name: 'Done' }).click();
    const row = page.getByRole('listitem').filter({ hasText: 'Cellar' });
    await row.getByText('Online').waitFor();
    await row.getByRole('button').first().click();
    await page.getByText('The relay can read this terminal and type in it.').waitFor();
    await type('echo first-$((6*7))');
    await expect.poll(() => rows().innerText()).toContain('first-42');
    await type('name=kept; stty size');
    await expect.poll(() => rows().innerText()).toMatch(/\n\d{2,3} \d{2,3}\s/u);
    await page.waitForURL(/\/terminal\/[0-9a-f-]{36}\/[0-9a-f-]{36}$/u);
    expect([...(await axeFindings(page)), ...(await namelessControls(page))]).toEqual([]);
    await page.setViewportSize({ width: 360, height: 640 });
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(360);
    expect(await axeFindings(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 800 });
  }, 60_000);

  it('is taken up again at its address, in the same shell, and after its connection was cut off', async () => {
    await page.addInitScript(
      'globalThis.sockets = []; globalThis.WebSocket = class extends WebSocket { constructor(url) { super(url); globalThis.sockets.push(this); } };',
    );
    await page.reload();
    await page.getByRole('img', { name: 'Connected' }).waitFor();
    await type('echo $name-again');
    await expect.poll(() => rows().innerText()).toContain('kept-again');
    await page.evaluate('for (const socket of globalThis.sockets) socket.close()');
    await page.getByText('Connection to the relay lost').waitFor();
    await page.getByRole('img', { name: 'Connected' }).waitFor();
    await type('echo $name-$((1+1))');
    await expect.poll(() => rows().innerText()).toContain('kept-2');
  }, 60_000);

  it('asks before a paste of several lines, and runs none of them when it is cancelled', async () => {
    await page.locator('.xterm textarea').focus();
    await page.evaluate(`navigator.clipboard.writeText('echo one-$((1+1))\\necho two-$((1+1))\\n')`);
    await page.keyboard.press('Control+Shift+V');
    const question = page.getByRole('dialog');
    await question.waitFor();
    await page.keyboard.press('Escape');
    await type('echo after-$((1+1))');
    await expect.poll(() => rows().innerText()).toContain('after-2');
    expect(await rows().innerText()).not.toContain('one-2');
  }, 30_000);

  it('says that the machine is away while it is, and that the terminal is over when it was lost there', async () => {
    await connector.stop();
    await page.getByText('Cellar is offline.').waitFor();
    await connect();
    await page.getByText('This terminal has ended.').waitFor();
    await page.getByRole('button', { name: 'New terminal' }).click();
    await page.getByRole('img', { name: 'Connected' }).waitFor();
    await type('echo new-$((1+1))');
    await expect.poll(() => rows().innerText()).toContain('new-2');
  }, 60_000);

  it('is ended after a question', async () => {
    await page.getByRole('button', { name: 'End terminal' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End terminal' }).click();
    await page.getByText('This terminal has ended.').waitFor();
    expect(complaints).toEqual([]);
  }, 30_000);

  it('of an address that no project has is not found', async () => {
    await page.goto(`${relay.origin}/terminal/00000000-0000-4000-8000-000000000000`);
    await page.getByText("Can't find this machine in your projects.").waitFor();
    expect(await rows().count()).toBe(0);
  });
});
