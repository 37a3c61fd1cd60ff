import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect } from 'vitest';
import type { Device } from '#test/support/e2e/device.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { canLaunchElectron } from '#test/support/electron/launch.ts';
import { canBoot, ServerMachine } from '#test/support/server/machine.ts';
import { tellStepByStep } from '#test/support/steps.ts';
import { Photographs } from '#test/support/window/photographs.ts';
import { openElectron } from '#test/support/window/places.ts';
import { openSettings } from '#test/support/window/settings.ts';
import type { ElectronSurface } from '#test/support/window/surface.ts';

/** Time for a package of 50 MB on a busy machine, ms. */
const PATIENCE = 120_000;

/** A person with a window, and a server in `~/.ssh/config`. Each test goes on where the one before ended. */
describe.skipIf(!canBoot || !canLaunchElectron())('a relay that the window sets up on a server', () => {
  let stage: Stage;
  let machine: ServerMachine;
  let laptop: Device;
  let surface: ElectronSurface;
  let photographs: Photographs;

  const page = () => surface.page;
  const press = (name: string) => page().getByRole('button', { name, exact: true }).click();
  const see = (name: string) => page().getByRole('heading', { name }).waitFor({ timeout: PATIENCE });

  const step = tellStepByStep(async (defer) => {
    stage = new Stage();
    defer(() => stage.close());
    machine = new ServerMachine(join(stage.directory, 'server'));
    defer(() => machine.stop());
    await machine.start();
    laptop = stage.device('laptop');
    surface = openElectron(laptop, stage);
    defer(() => surface.close());
    photographs = new Photographs(surface);
    await surface.start();
    const home = await surface.application.application.evaluate(({ app }) => app.getPath('home'));
    mkdirSync(join(home, '.ssh'), { recursive: true, mode: 0o700 });
    writeFileSync(join(home, '.ssh/config'), `Host my-server\n  HostName ${machine.address}\n  User ada\n`);
  }, 900_000);
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await photographs.takeFailure();
  });

  step('is offered with the entries of ~/.ssh/config', async () => {
    await page().getByRole('button', { name: 'Add a relay' }).click();
    await page().getByRole('radio', { name: 'On a server' }).click();
    await page().getByLabel('Server', { exact: true }).click();
    await page().getByRole('option', { name: 'my-server' }).waitFor();
    await photographs.take('form');
    await page().getByLabel('Server', { exact: true }).click();
    await page().getByRole('option', { name: 'my-server' }).click();
    await expect.poll(() => page().getByLabel('User').getAttribute('placeholder')).toBe('ada');
  });

  step('sends no password before its key was compared', async () => {
    await press('Connect');
    await see('Is this your server?');
    await page().getByText(machine.fingerprint).waitFor();
    await photographs.take('host-key');
    await press('It matches');
    await see('Sign in');
  });

  step('takes the password at the second try, and the one of sudo', async () => {
    const field = page().getByLabel(/^Password of ada@/);
    await expect.poll(() => field.getAttribute('type')).toBe('password');
    await field.fill('wrong');
    await press('Continue');
    await page().getByText("That wasn't right. Try again.").waitFor();
    await photographs.take('password');
    await field.fill(machine.password);
    await field.press('Enter');
    await page()
      .getByLabel(/^Password for sudo/)
      .waitFor({ timeout: PATIENCE });
    await page()
      .getByLabel(/^Password for sudo/)
      .fill(machine.password);
    await press('Continue');
    await see(`Set up a relay at ada@${machine.address}:22`);
    expect(machine.has('opt/clawreach-relay')).toBe(false);
    await photographs.take('plan');
  });

  step('changes nothing when the person goes back, and asks for the key no more', async () => {
    await press('Back');
    await expect.poll(() => page().getByLabel('Server', { exact: true }).inputValue()).toBe('my-server');
    expect(machine.has('opt/clawreach-relay')).toBe(false);
    await press('Connect');
    await page()
      .getByLabel(/^Password of ada@/)
      .fill(machine.password);
    await press('Continue');
    await page()
      .getByLabel(/^Password for sudo/)
      .fill(machine.password);
    await press('Continue');
    await see('Set up a relay at');
  });

  step('is set up, and this machine uses it', async () => {
    await press('Set up relay');
    await see('Setting up a relay at my-server');
    await photographs.take('steps');
    await press('Continue in background');
    await page().getByRole('dialog').waitFor({ state: 'detached' });
    await page().getByText('The relay is ready').first().waitFor({ timeout: PATIENCE });
    // The server of this test has a private address.
    await page().getByText(`the relay wss://${machine.address}:7474 works in this network only`).waitFor();
    await photographs.take('ready');
    // No file of the profile has a password, and neither has the page.
    for (const entry of readdirSync(laptop.profile, { recursive: true, withFileTypes: true }))
      if (entry.isFile())
        expect(readFileSync(join(entry.parentPath, entry.name)).includes(machine.password)).toBe(false);
    expect(await page().content()).not.toContain(machine.password);
  });

  step('is in the settings, where it is checked and removed in place', async () => {
    await openSettings(page(), 'Connection');
    const row = page().getByRole('list', { name: 'Relays on servers' }).getByRole('listitem').first();
    await expect.poll(() => row.textContent()).toContain('my-server');
    await expect.poll(() => row.textContent()).toContain('In use');
    await choose('Check');
    await unlock();
    await page().getByText('Running, reachable from here').waitFor({ timeout: PATIENCE });
    await photographs.take('checked');
    await press('Close');
    await choose('Remove');
    await unlock();
    await see("Keep the relay's keys and database?");
    await press('Delete them');
    await see(`Remove the relay from ada@${machine.address}:22`);
    await photographs.take('removal');
    await press('Remove relay');
    await see('The relay was removed');
    await photographs.take('removed');
    expect(machine.has('opt/clawreach-relay')).toBe(false);
    expect(machine.has('var/lib/clawreach-relay')).toBe(false);
    expect(surface.complaints).toEqual([]);
  });

  /** Chooses an entry of the server's menu. */
  async function choose(name: string): Promise<void> {
    await page()
      .getByRole('button', { name: /^Actions for/ })
      .click();
    await page().getByRole('menuitem', { name }).click();
  }

  /** Signs in as the settings ask for it. */
  async function unlock(): Promise<void> {
    await page()
      .getByLabel(/^Password of ada@/)
      .fill(machine.password);
    await press('Continue');
    await page()
      .getByLabel(/^Password for sudo/)
      .fill(machine.password);
    await press('Continue');
  }
});
