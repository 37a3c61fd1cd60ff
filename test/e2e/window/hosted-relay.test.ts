import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Device } from '#test/support/e2e/device.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { canLaunchElectron } from '#test/support/electron/launch.ts';
import { nameOfWindow } from '#test/support/window/names.ts';
import { Photographs } from '#test/support/window/photographs.ts';
import { openElectron } from '#test/support/window/places.ts';
import type { ElectronSurface } from '#test/support/window/surface.ts';
import { TerminalPane } from '#test/support/window/terminal-pane.ts';
import { goStepByStep } from '#test/support/steps.ts';

/** By mouse alone, as somebody who has nothing but two machines. Each test goes on where the one before ended. */
describe.skipIf(!canLaunchElectron())('a relay that the application hosts', () => {
  let stage: Stage;
  let office: Device;
  let surface: ElectronSurface;
  let photographs: Photographs;
  /** As the other machine types it in. */
  let relay: readonly string[];

  const page = () => surface.page;

  beforeAll(async () => {
    stage = new Stage();
    office = stage.device('office');
    surface = openElectron(stage.device('laptop'), stage);
    photographs = new Photographs(surface);
    await surface.start();
  });
  goStepByStep();
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await photographs.takeFailure();
  });
  afterAll(async () => {
    await surface.close();
    await stage.close();
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

  it('starts at the first run, and this machine uses it', async () => {
    await page().getByRole('button', { name: 'Host a relay here' }).click();
    await page().getByRole('button', { name: 'Start a relay here' }).click();
    await page().getByText('The relay runs here, and this machine uses it.').waitFor();
    await page()
      .getByText(/^Connected to the relay wss:/)
      .waitFor();
    const port = Number(new URL(await copied('Copy address')).port);
    const pin = await copied('Copy pin');
    expect(port).toBeGreaterThan(0);
    expect(pin).toMatch(/^[0-9a-f]{64}$/);
    expect(await copied('Copy token')).toMatch(/^\S{8,}$/);
    relay = ['--relay', `wss://127.0.0.1:${port}`, '--pin', pin];
    await photographs.take('relay-hosted');
  });

  it('brings in a second machine by a code, which needs no token', async () => {
    await page().getByRole('button', { name: 'Let another machine connect to this one' }).click();
    const code = await copied('Copy code');
    await photographs.take('invitation');
    const joining = office.start(['pair', code, ...relay, '--name=office', '--shell=/bin/sh', '--allow', 'terminal']);
    const [, words = ''] = await joining.said(/^ {4}(\w+ {2}\w+ {2}\w+ {2}\w+)$/m);
    await page().getByRole('heading', { name: 'Compare the four words' }).waitFor();
    const shown = page().getByLabel(/^Four words: /);
    expect(await shown.getAttribute('aria-label')).toBe(`Four words: ${words.split(/ +/).join(' ')}`);
    await page().getByRole('button', { name: 'They match' }).click();
    await page().getByRole('heading', { name: 'Paired' }).waitFor();
    expect((await joining.ended).code).toBe(0);
  });

  it('carries a terminal on it', async () => {
    await page().getByRole('button', { name: 'Open terminal' }).click();
    const terminal = new TerminalPane(page());
    await terminal.until(/there>$/m);
    await terminal.run('echo "sum $((40 + 2))"', /^sum 42$/m);
    expect((await office.status()).relay).toMatchObject({ state: 'online', secure: true });
    expect(await nameOfWindow(office)).not.toBe('');
    await photographs.take('terminal');
    expect(surface.complaints).toEqual([]);
  });
});
