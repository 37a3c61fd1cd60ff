import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect } from 'vitest';
import { runCommand, type RunningCommand } from '#test/support/e2e/commands.ts';
import { CONFIRMED, type Device } from '#test/support/e2e/device.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { doubleScene } from '#test/gateway/story/index.ts';
import { GatewayDouble } from '#test/support/gateway/index.ts';
import { machineRow, showMachines } from '#test/support/window/machine-rows.ts';
import { focused } from '#test/support/window/accessibility.ts';
import { GatewayPages } from '#test/support/window/gateway-pages.ts';
import { nameOfWindow } from '#test/support/window/names.ts';
import { Photographs } from '#test/support/window/photographs.ts';
import { storyPlaces } from '#test/support/window/places.ts';
import type { Surface } from '#test/support/window/surface.ts';
import { TerminalPane } from '#test/support/window/terminal-pane.ts';
import { tellStepByStep } from '#test/support/steps.ts';

/** Each test goes on where the one before ended, as a person would. */
describe.each(storyPlaces())('from the first start to the second, in $name', ({ open }) => {
  let stage: Stage;
  let relay: StageRelay;
  let office: Device;
  let surface: Surface;
  let photographs: Photographs;
  let inviting: RunningCommand;
  let shell: string;
  let web: Server;
  let proxy: string;
  let gateway: GatewayDouble;
  let asked = 0;

  const page = () => surface.page;
  const terminal = () => new TerminalPane(surface.page);

  const step = tellStepByStep(async (defer) => {
    stage = new Stage();
    defer(() => stage.close());
    web = createServer((_request, response) => response.end('from behind office\n'));
    await new Promise<void>((listening) => {
      web.listen(0, '127.0.0.1', listening);
    });
    defer(() => web.close());
    gateway = await GatewayDouble.start();
    defer(() => gateway.stop());
    relay = await stage.startRelay();
    office = stage.device('office');
    await office.runAgent(relay, { first: true });
    surface = open(stage.device('laptop'), stage);
    defer(() => surface.close());
    photographs = new Photographs(surface);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await photographs.takeFailure();
  });

  step('greets with a field for a code and a code of its own', async () => {
    await surface.start();
    await page().getByRole('heading', { name: 'Reach your machines.' }).waitFor();
    await page().getByRole('textbox', { name: 'Code or link' }).waitFor();
    await page().getByRole('button', { name: 'Show code' }).waitFor();
    await photographs.take('first-run');
  });

  step('pairs with the code that office shows, over its relay; both show the same four words', async () => {
    inviting = office.start(['pair', CONFIRMED, '--allow', 'terminal']);
    const [code] = await inviting.said(/[0-9A-Z]{4}-[0-9A-Z]{4}/);
    // As people type it.
    await page().getByRole('textbox', { name: 'Code or link' }).pressSequentially(code.replace('-', '').toLowerCase());
    await photographs.take('code');
    await page().locator('form').getByRole('button', { name: 'Pair', exact: true }).click();
    // No machine of this network shows the code.
    await page().getByRole('button', { name: 'Enter a relay address' }).click();
    await page().getByRole('textbox', { name: 'Relay address' }).fill(relay.url);
    await photographs.take('relay');
    await page().getByRole('button', { name: 'Use this relay' }).click();
    await page().getByRole('heading', { name: 'Do both screens show these words?' }).waitFor();
    const shown = await page()
      .getByLabel(/^Four words: /)
      .getAttribute('aria-label');
    const [, words = ''] = await inviting.said(/^ {4}(\w+ {2}\w+ {2}\w+ {2}\w+)$/m);
    expect(shown).toBe(`Four words: ${words.split(/ +/).join(' ')}`);
    await photographs.take('words');
    await page().getByRole('button', { name: 'They match' }).click();
    await page()
      .getByRole('heading', { name: /is paired\.$/ })
      .waitFor();
    expect((await inviting.ended).code).toBe(0);
    await photographs.take('paired');
  });

  step('opens a terminal on office with one more key', async () => {
    await expect.poll(() => focused(page())).toMatch(/^button "Open terminal"/);
    await page().keyboard.press('Enter');
    await terminal().until(/there>$/m);
    shell = (await terminal().run('echo "shell $$"', /^shell (\d+)$/m))[1] ?? '';
    expect(shell).toMatch(/^\d+$/);
    await photographs.take('terminal');
  });

  step('vim edits a file there', async () => {
    const file = join(stage.directory, 'from-the-window.txt');
    await terminal().type(`vim -u NONE ${file}\n`);
    await terminal().until(/^~$/m);
    await terminal().type('iWritten in a window: größer, →');
    await photographs.take('vim');
    await terminal().press('Escape');
    await terminal().run(':wq', /there>$/m);
    expect(readFileSync(file, 'utf8')).toBe('Written in a window: größer, →\n');
  });

  step('a terminal has the size of its window', async () => {
    const wide = await size();
    await surface.resize(700, 500);
    await expect
      .poll(async () => {
        const { rows, cols } = await size();
        return cols < wide.cols - 20 && rows < wide.rows - 10;
      })
      .toBe(true);
    await surface.resize(1200, 760);
    await expect
      .poll(async () => {
        const { rows, cols } = await size();
        // xterm rounds the width of a column by the size it had before.
        return Math.abs(cols - wide.cols) <= 1 && rows === wide.rows;
      })
      .toBe(true);
  });

  step('shows where the focus is when the keys leave a terminal, also after a press of the mouse', async () => {
    await page().locator('.xterm-screen').click();
    await page().keyboard.press('Control+Shift+Escape');
    await expect.poll(() => focused(page())).toMatch(/^tab /);
    expect(await page().evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await terminal().focus();
  });

  step('has a second terminal beside the first', async () => {
    await page().keyboard.press(`${surface.tabKeys}+T`);
    // Until then the first is the one in front.
    await page()
      .getByRole('tab')
      .nth(1)
      .and(page().getByRole('tab', { selected: true }))
      .waitFor();
    await terminal().until(/there>$/m);
    const second = (await terminal().run('echo "shell $$"', /^shell (\d+)$/m))[1];
    expect(second).not.toBe(shell);
    await photographs.take('second-terminal');
  });

  step('both end at once when office takes the right back, and say why', async () => {
    const tabs = await page().getByRole('tab').count();
    await office.ok('rights', await nameOfWindow(office), '--deny', 'terminal');
    await page().getByText('was withdrawn').locator('visible=true').waitFor();
    expect(await page().getByRole('tab').count()).toBe(tabs);
    await photographs.take('revoked');
  });

  step('goes on when it is granted again', async () => {
    await office.ok('rights', await nameOfWindow(office), '--allow', 'terminal');
    await page().getByRole('button', { name: 'New shell', exact: true }).click();
    // The old screen stays until the new program has its own.
    await page()
      .getByRole('tab', { selected: true, name: /^Connected/ })
      .waitFor();
    // The line that separates the shells is the first one left in sight.
    await terminal().until(/^── New shell on office[^\n]*\n\s*there>\s*$/);
    const [, fresh = ''] = await terminal().run('clear; echo "fresh $$"', /^fresh (\d+)$/m);
    expect(fresh).not.toBe(shell);
    shell = fresh;
  });

  step('browses via office, by a goal that is filled in', async () => {
    const { port } = web.address() as AddressInfo;
    await office.ok('targets', await nameOfWindow(office), '--allow', `localhost:${port}`);
    await page().getByRole('navigation').getByRole('button', { name: 'Forwards' }).click();
    await page()
      .getByRole('button', { name: /^Proxy your browser/ })
      .click();
    await page().getByRole('textbox', { name: 'Port on this machine' }).fill('0');
    await page().keyboard.press('Enter');
    const row = page().locator('li[data-forward]');
    // The machine names its permission, not the targets that it allows one by one.
    await row.getByText('Asks there first', { exact: true }).waitFor();
    let address: string | undefined;
    await expect
      .poll(async () => (address = /localhost:[1-9]\d+/.exec((await row.textContent()) ?? '')?.[0]))
      .toBeDefined();
    proxy = `socks5h://${address}`;
    await expectThrough();
    await row.getByText('Ready', { exact: true }).waitFor();
    await photographs.take('forward');
  });

  step('adds a gateway of OpenClaw, and approves this machine as its node', async () => {
    const scene = doubleScene(gateway);
    const pages = new GatewayPages(page, 60_000);
    await pages.openGateways();
    await page().getByRole('button', { name: 'Add gateway' }).click();
    await pages.dialog.getByRole('textbox', { name: /^Paste a setup code, link or settings/ }).fill(scene.url);
    await page().keyboard.press('Enter');
    await pages.dialog.getByRole('textbox', { name: 'Name' }).fill('Cellar');
    await pages.dialog.getByRole('textbox', { name: 'Token' }).fill(scene.token);
    await pages.press(/^switch "Offer this machine as a node"/, 'Space');
    await pages.press(/^button "Connect"/);
    await pages.type(/^textbox "Paste the gateway's fingerprint"/, scene.fingerprint());
    await photographs.take('fingerprint');
    await pages.press(/^button "Trust"/);
    const [, , , requestId = ''] = await pages.commandOf('operator');
    await scene.approveDevice(requestId);
    await pages.hurry('Cellar');
    await pages.says('operator', 'Operator connected');
    await pages.openApprovals();
    await pages.request('wants to connect to Cellar');
    await photographs.take('approval');
    await pages.approve(/wants to connect to Cellar$/);
    await pages.approve(/offers commands to Cellar$/);
    await pages.openGateways();
    await pages.says('surface', 'Node approved');
    await photographs.take('gateway');
    expect(gateway.record.violations).toEqual([]);
  });

  step('everything is back after a restart: peers, and the same shell in its tab', async () => {
    await surface.restart();
    await showMachines(page());
    await machineRow(page(), 'office').waitFor();
    await photographs.take('peers-after-restart');
    await page().getByRole('button', { name: 'Terminals' }).click();
    await terminal().until(new RegExp(`^fresh ${shell}$`, 'm'));
    // xterm.js gives its input a size only once the cursor moves: a press on the screen is what a person does.
    await page().locator('.xterm-screen:visible').last().click();
    await page().keyboard.type('echo "the same: $$"\n');
    await terminal().until(new RegExp(`^the same: ${shell}$`, 'm'));
    await photographs.take('terminals-after-restart');
    expect(surface.complaints).toEqual([]);
  });

  step('so are the forward, at the same port, and the gateway, without a question', async () => {
    await expectThrough();
    const pages = new GatewayPages(page, 60_000);
    await pages.openGateways();
    await pages.says('operator', 'Operator connected');
    await pages.says('surface', 'Node approved');
    await photographs.take('gateway-after-restart');
    expect(surface.complaints).toEqual([]);
  });

  /** A page that only office can load, by the forward. */
  async function expectThrough(): Promise<void> {
    const { port } = web.address() as AddressInfo;
    await expect
      .poll(
        async () =>
          (
            await runCommand(['--silent', '--proxy', proxy, `http://localhost:${port}/`], {
              program: 'curl',
              environment: stage.environment,
            })
          ).stdout,
        { timeout: 30_000 },
      )
      .toBe('from behind office\n');
  }

  /** As the program there knows it. */
  async function size(): Promise<Readonly<{ rows: number; cols: number }>> {
    // What was told before is still on the screen for a moment.
    const mark = (asked += 1);
    const told = new RegExp(`^size ${mark}: (\\d+) (\\d+)$`, 'm');
    const [, rows, cols] = await terminal().run(`clear; echo "size ${mark}: $(stty size)"`, told);
    return { rows: Number(rows), cols: Number(cols) };
  }
});
