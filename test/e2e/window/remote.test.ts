import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { afterEach, describe, expect } from 'vitest';
import { findChromium } from '#test/support/chromium/launch.ts';
import type { Device } from '#test/support/e2e/device.ts';
import { until } from '#test/support/e2e/until.ts';
import { GatewayDouble } from '#test/support/gateway/index.ts';
import { axeFindings, moveFocus, namelessControls } from '#test/support/window/accessibility.ts';
import { GatewayPages } from '#test/support/window/gateway-pages.ts';
import { PairedWindow } from '#test/support/window/paired-window.ts';
import { Photographs } from '#test/support/window/photographs.ts';
import { BrowserSurface } from '#test/support/window/surface.ts';
import { TerminalPane } from '#test/support/window/terminal-pane.ts';
import { tellStepByStep } from '#test/support/steps.ts';

/** For a machine that is busy with other things, ms. */
const PATIENCE = 60_000;
const PATIENT = { timeout: PATIENCE };

/** Real agents and a real relay before a gateway's double; whoever sits at the window has a keyboard only. */
describe.skipIf(findChromium() === undefined)('gateways from the window, by keyboard', () => {
  let paired: PairedWindow<BrowserSurface>;
  let gateway: GatewayDouble;
  let terminal: TerminalPane;
  let photographs: Photographs;

  const page = () => paired.surface.page;
  const pages = new GatewayPages(page, PATIENCE);
  const press = async (target: RegExp, key = 'Enter'): Promise<void> => {
    await moveFocus(page(), target);
    await page().keyboard.press(key);
  };
  const expectAccessible = async (): Promise<void> => {
    await expect.poll(() => namelessControls(page()), PATIENT).toEqual([]);
    await expect.poll(() => axeFindings(page()), PATIENT).toEqual([]);
  };

  const step = tellStepByStep(async (defer) => {
    gateway = await GatewayDouble.start();
    defer(() => gateway.stop());
    paired = await PairedWindow.open((laptop) => new BrowserSurface(laptop));
    defer(() => paired.close());
    photographs = new Photographs(paired.surface);
    const token = join(paired.stage.directory, 'token.txt');
    await writeFile(token, `${gateway.secret.value}\n`);
    for (const [device, name] of [
      [paired.laptop, 'home'],
      [paired.office, 'lab'],
    ] as const)
      await addGateway(device, name, gateway, token);
    await paired.office.ok('rights', 'laptop', '--allow', 'prompt');
    terminal = new TerminalPane(page());
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await photographs.takeFailure();
  });

  step(
    'opens a terminal on the gateway’s own machine, which comes back by itself when the connection breaks',
    async () => {
      await page().keyboard.press('Control+2');
      await press(/button "New terminal"/);
      const item = page().getByRole('menuitem', { name: 'New on home · gateway machine' });
      await item.waitFor();
      await page().locator('[role="menuitem"][data-highlighted]').waitFor();
      await page().keyboard.press('End');
      await item.and(page().locator('[data-highlighted]')).waitFor();
      await page().keyboard.press('Enter');
      const [, shell] = await terminal.run('echo "shell $$ is here"', /^shell (\d+) is here$/m);
      await page().getByText('home · gateway machine').first().waitFor();
      await expectAccessible();
      await photographs.take('terminal of a gateway');
      await terminal.focus();
      await gateway.unlisten();
      gateway.faults.cut();
      await page().getByText('The terminal returns automatically.').waitFor(PATIENT);
      await gateway.listen();
      await page().getByText('Connected', { exact: true }).waitFor(PATIENT);
      const [, same] = await terminal.run('echo "the same: $$"', /^the same: (\d+)$/m);
      expect(same).toBe(shell);
    },
  );

  step('says that a restart of the gateway ends its terminals, and starts a new one by Enter', async () => {
    await gateway.restart();
    await page().getByText('Enter starts a shell.').waitFor({ timeout: PATIENCE });
    await terminal.press('Enter');
    // What is typed at one that has ended goes nowhere.
    await page()
      .getByRole('tab', { selected: true, name: /^Connected/ })
      .waitFor(PATIENT);
    await terminal.run('echo "a new one: $((40 + 2))"', /^a new one: 42$/m);
    await page().keyboard.press('Alt+Shift+W');
    await expect.poll(() => page().getByText('No terminals. Choose a machine.').count(), PATIENT).toBe(1);
  });

  step('sends a prompt to the gateway of this device and shows its answer as it comes', async () => {
    const more = Promise.withResolvers<void>();
    gateway.chats.script = async function* (prompt) {
      yield `You said: ${prompt}. `;
      await more.promise;
      yield '<b>That is all.</b>';
    };
    await pages.openGateways();
    await moveFocus(page(), /^textbox "Prompt to home"/);
    await page().keyboard.type('Is it green?');
    await page().keyboard.press('Control+Enter');
    await page().getByText('You said: Is it green?.').waitFor(PATIENT);
    await page().getByText('Answering…').waitFor();
    more.resolve();
    await expect.poll(() => page().getByText('You said: Is it green?. <b>That is all.</b>').count(), PATIENT).toBe(1);
    await page().getByText('Answered', { exact: true }).waitFor();
    await expectAccessible();
  });

  step('saves the OpenClaw of a peer, sees how it is, and sends it a prompt that it can call off', async () => {
    gateway.chats.script = async function* (prompt) {
      yield `From there: ${prompt} …`;
      if (prompt === 'wait') await new Promise<never>(() => undefined);
    };
    await pages.add('OpenClaw on a machine…');
    await moveFocus(page(), /^textbox "Name"/);
    await page().keyboard.type('the lab');
    await page().keyboard.press('Enter');
    await page().getByRole('heading', { name: 'the lab' }).waitFor();
    await page().locator('dl').getByText('Online', { exact: true }).waitFor(PATIENT);
    await moveFocus(page(), /^textbox "Prompt to the lab"/);
    await page().keyboard.type('hello');
    await page().keyboard.press('Control+Enter');
    await page().getByText('From there: hello …').waitFor(PATIENT);
    await expect.poll(() => page().getByText('Answered', { exact: true }).count(), PATIENT).toBe(1);
    await moveFocus(page(), /^textbox "Prompt to the lab"/);
    await page().keyboard.type('wait');
    await page().keyboard.press('Control+Enter');
    await page().getByText('From there: wait …').waitFor(PATIENT);
    await press(/button "Cancel"/);
    await page().getByText('Cancelled', { exact: true }).waitFor(PATIENT);
    await until('the run to end at the gateway', async () => gateway.chats.active.length === 0 || undefined, PATIENCE);
    await expectAccessible();
    await photographs.take('prompts');
  });

  step('starts a workflow of the peer by its name', async () => {
    gateway.chats.script = (prompt) => [`Done: ${prompt}`];
    await nameWorkflow(paired.office, { name: 'deploy', template: 'Deploy {{branch}}' });
    await press(/button "Run a workflow"/);
    await press(/button "Run deploy"/);
    await moveFocus(page(), /^textbox "Parameters \(JSON\)"/);
    await page().keyboard.type('{"branch": "ma');
    await page().getByText("This isn't JSON.").waitFor();
    await page().keyboard.type('in"}');
    await expectAccessible();
    await press(/button "Run"/);
    await expect.poll(() => page().getByText('Done: Deploy main').count(), PATIENT).toBe(1);
  });

  step('restarts it after it was told what runs there', async () => {
    const before = gateway.bootId;
    await press(/button "Restart the lab"/);
    const dialog = page().getByRole('dialog');
    await dialog
      .getByRole('button', { name: /restart/i, disabled: false })
      .last()
      .waitFor(PATIENT);
    expect(gateway.bootId).toBe(before);
    await expectAccessible();
    await press(/button "(Restart|Restart anyway)"/);
    await page()
      .getByText(/the lab is restarting/)
      .waitFor(PATIENT);
    await until('another start of the gateway', async () => gateway.bootId !== before || undefined, PATIENCE);
    expect(gateway.record.violations).toEqual([]);
    expect(paired.surface.complaints).toEqual([]);
  });
});

async function nameWorkflow(device: Device, given: Readonly<{ name: string; template: string }>): Promise<void> {
  const api = await device.connect();
  try {
    const { name, template } = given;
    const action = { kind: 'prompt', template } as const;
    await api.call('workflows.set', { workflows: [{ name, description: '', gateway: null, action }] });
  } finally {
    api.close();
  }
}

async function addGateway(device: Device, name: string, gateway: GatewayDouble, token: string): Promise<void> {
  await device.run(['gateway', 'add', gateway.url, '--name', name, '--token-file', token]);
  await device.ok('gateway', 'trust', name, '--fingerprint', gateway.fingerprint ?? '');
  for (const { requestId } of gateway.operator.pendingDevices) gateway.operator.approveDevice(requestId);
  await until(
    `${name} connected`,
    async () => (/Operator +connected/.test(await device.ok('gateway', 'connect')) ? true : undefined),
    PATIENCE,
  );
}
