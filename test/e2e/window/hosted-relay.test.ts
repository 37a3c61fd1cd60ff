import { afterEach, describe, expect } from 'vitest';
import { CONFIRMED, type Device } from '#test/support/e2e/device.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { canLaunchElectron } from '#test/support/electron/launch.ts';
import { nameOfWindow } from '#test/support/window/names.ts';
import { Photographs } from '#test/support/window/photographs.ts';
import { openElectron } from '#test/support/window/places.ts';
import type { ElectronSurface } from '#test/support/window/surface.ts';
import { TerminalPane } from '#test/support/window/terminal-pane.ts';
import { tellStepByStep } from '#test/support/steps.ts';

/** By mouse alone, as somebody who has nothing but two machines. Each test goes on where the one before ended. */
describe.skipIf(!canLaunchElectron())('a relay that the application hosts', () => {
  let stage: Stage;
  let office: Device;
  let surface: ElectronSurface;
  let photographs: Photographs;
  /** As the other machine types it in. */
  let relay: readonly string[];

  const page = () => surface.page;

  const step = tellStepByStep(async (defer) => {
    stage = new Stage();
    defer(() => stage.close());
    office = stage.device('office');
    surface = openElectron(stage.device('laptop'), stage);
    defer(() => surface.close());
    photographs = new Photographs(surface);
    await surface.start();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await photographs.takeFailure();
  });

  /** What a button of the window has put on the clipboard. */
  async function copied(button: string): Promise<string> {
    const { application } = surface.application;
    await application.evaluate(({ clipboard }) => clipboard.clear());
    await page().getByRole('button', { name: button }).first().click();
    let text = '';
    await expect
      .poll(async () => (text = await application.evaluate(({ clipboard }) => clipboard.readText())))
      .not.toBe('');
    return text;
  }

  step('starts at the first run, and this machine uses it', async () => {
    await page().getByRole('button', { name: 'Add a relay' }).click();
    await page().getByRole('button', { name: 'Start relay' }).click();
    await page().getByText('The relay is running here, and this machine uses it.').waitFor();
    await page().getByText('Address, fingerprint and token').click();
    const port = Number(new URL(await copied('Copy address')).port);
    const pin = await copied('Copy fingerprint');
    expect(port).toBeGreaterThan(0);
    expect(pin).toMatch(/^[0-9a-f]{64}$/);
    expect(await copied('Copy token')).toMatch(/^\S{8,}$/);
    relay = ['--relay', `wss://127.0.0.1:${port}`, '--pin', pin];
    await photographs.take('relay-hosted');
    await page().getByRole('button', { name: 'Done' }).click();
    await page().getByRole('dialog').waitFor({ state: 'detached' });
    // By the address of this machine, which may look public.
    await page()
      .getByText(
        /^(?:Not yet: the relay wss:.* works (?:in this network|on this machine) only|The relay here is at wss:.* tested that yet)\.$/,
      )
      .waitFor();
  });

  step('brings in a second machine by a code, which needs no token', async () => {
    await page().getByRole('button', { name: 'Show code' }).click();
    // Both stay valid beside each other.
    await page().getByRole('button', { name: 'Link and QR code' }).click();
    await page().getByRole('img', { name: 'QR code of the invitation link' }).waitFor();
    await photographs.take('link');
    await page().getByRole('button', { name: 'Back to the code' }).click();
    const code = await copied('Copy code');
    await photographs.take('invitation');
    const options = [...relay, '--name=office', '--shell=/bin/sh', '--allow', 'terminal', CONFIRMED];
    const joining = office.start(['pair', '-', ...options], { input: code });
    const [, words = ''] = await joining.said(/^ {4}(\w+ {2}\w+ {2}\w+ {2}\w+)$/m);
    await page().getByRole('heading', { name: 'Do both screens show these words?' }).waitFor();
    const shown = page().getByLabel(/^Four words: /);
    await expect.poll(() => shown.getAttribute('aria-label')).toBe(`Four words: ${words.split(/ +/).join(' ')}`);
    await page().getByRole('button', { name: 'They match' }).click();
    await page()
      .getByRole('heading', { name: /is paired\.$/ })
      .waitFor();
    expect((await joining.ended).code).toBe(0);
  });

  step('carries a terminal on it', async () => {
    await page().getByRole('button', { name: 'Open terminal' }).click();
    const terminal = new TerminalPane(page());
    // Its path leads over the new relay, where both have just arrived.
    await terminal.until(/there>$/m, 90_000);
    await terminal.run('echo "sum $((40 + 2))"', /^sum 42$/m);
    expect((await office.status()).relay).toMatchObject({ state: 'online', secure: true });
    expect(await nameOfWindow(office)).not.toBe('');
    await photographs.take('terminal');
    expect(surface.complaints).toEqual([]);
  });
});
