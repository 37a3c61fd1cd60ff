import { describe, expect, it } from 'vitest';
import { CONFIRMED, type Device } from '#test/support/e2e/device.ts';
import { isRunning } from '#test/support/e2e/process-table.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { canLaunchElectron } from '#test/support/electron/launch.ts';
import { shareAmongTests } from '#test/support/shared.ts';
import { ElectronSurface } from '#test/support/window/surface.ts';
import { TerminalPane } from '#test/support/window/terminal-pane.ts';

/** As it is on a person's machine: no privilege, and every page of Chromium's behind its sandbox. */
describe.skipIf(!canLaunchElectron())('the application of a normal user, with the sandbox on', () => {
  let stage: Stage;
  let relay: StageRelay;
  let office: Device;
  let surface: ElectronSurface;

  shareAmongTests(async (defer) => {
    stage = new Stage();
    defer(() => stage.close());
    relay = await stage.startRelay();
    office = stage.device('office');
    await office.runAgent(relay, { first: true });
    surface = new ElectronSurface(stage.device('laptop'), {
      user: 'normal',
      environment: stage.environment,
      switches: ['--disable-gpu', '--disable-software-rasterizer'],
    });
    defer(() => surface.close());
  });

  it('starts, pairs by link, opens a terminal, and quits', async () => {
    const page = await surface.start();
    const inviting = office.start(['pair', '--link', CONFIRMED, '--allow', 'terminal']);
    const [link] = await inviting.said(/clawreach:\/\/pair\?\S+(?=\n)/);
    await page.getByRole('textbox', { name: 'Code or link' }).fill(link);
    await page.locator('form').getByRole('button', { name: 'Pair', exact: true }).click();
    await page.getByRole('button', { name: 'They match' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Open terminal' }).click();
    expect((await inviting.ended).code).toBe(0);
    const terminal = new TerminalPane(page);
    await terminal.until(/there>$/m);
    await terminal.run('echo "sum $((40 + 2))"', /^sum 42$/m);
    const { application, pid } = surface.application;
    expect(await application.evaluate(() => process.getuid?.())).not.toBe(0);
    const pages = await application.evaluate(({ app }) =>
      app.getAppMetrics().flatMap(({ type, sandboxed }) => (type === 'Tab' ? [sandboxed] : [])),
    );
    expect(new Set(pages).has(false)).toBe(false);
    await surface.application.quit();
    expect(isRunning(pid)).toBe(false);
    expect(surface.complaints).toEqual([]);
  });
});
