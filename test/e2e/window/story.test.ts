import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningCommand } from '#test/support/e2e/commands.ts';
import type { Device } from '#test/support/e2e/device.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { nameOfWindow } from '#test/support/window/names.ts';
import { Photographs } from '#test/support/window/photographs.ts';
import { availablePlaces } from '#test/support/window/places.ts';
import type { Surface } from '#test/support/window/surface.ts';
import { TerminalPane } from '#test/support/window/terminal-pane.ts';

/** Each test goes on where the one before ended, as a person would. */
describe.each(availablePlaces())('from the first start to the second, in $name', ({ open }) => {
  let stage: Stage;
  let relay: StageRelay;
  let office: Device;
  let surface: Surface;
  let photographs: Photographs;
  let inviting: RunningCommand;
  let shell: string;

  const page = () => surface.page;
  const terminal = () => new TerminalPane(surface.page);

  beforeAll(async () => {
    stage = new Stage();
    relay = await stage.startRelay();
    office = stage.device('office');
    await office.runAgent(relay, { first: true });
    surface = open(stage.device('laptop'), stage);
    photographs = new Photographs(surface);
  });
  let failed = false;
  beforeEach(({ skip }) => skip(failed, 'an earlier step has failed'));
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    failed = true;
    await photographs.takeFailure();
  });
  afterAll(async () => {
    await surface.close();
    await stage.close();
  });

  it('greets with two choices', async () => {
    await surface.start();
    await page().getByRole('heading', { name: 'Reach your machines.' }).waitFor();
    await page().getByRole('button', { name: 'Connect to another machine' }).waitFor();
    expect(await page().getByRole('button', { name: 'Let another machine connect to this one' }).isVisible()).toBe(
      true,
    );
    await photographs.take('first-run');
  });

  it('pairs with the code that office shows, over its relay; both show the same four words', async () => {
    inviting = office.start(['pair', '--allow', 'terminal']);
    const [code] = await inviting.said(/[0-9A-Z]{4}-[0-9A-Z]{4}/);
    await page().getByRole('button', { name: 'Connect to another machine' }).click();
    // As people type it.
    await page().getByRole('textbox', { name: 'Code or link' }).pressSequentially(code.replace('-', '').toLowerCase());
    await photographs.take('code');
    await page().getByRole('button', { name: 'Connect', exact: true }).click();
    await page().getByRole('textbox', { name: 'Address of the relay' }).fill(relay.url);
    await photographs.take('relay');
    await page().getByRole('button', { name: 'Use this relay' }).click();
    await page().getByRole('heading', { name: 'Compare the four words' }).waitFor();
    const shown = await page()
      .getByLabel(/^Four words: /)
      .getAttribute('aria-label');
    const [, words = ''] = await inviting.said(/^ {4}(\w+ {2}\w+ {2}\w+ {2}\w+)$/m);
    expect(shown).toBe(`Four words: ${words.split(/ +/).join(' ')}`);
    await photographs.take('words');
    await page().getByRole('button', { name: 'They match' }).click();
    await page().getByRole('heading', { name: 'Paired' }).waitFor();
    expect((await inviting.ended).code).toBe(0);
    await photographs.take('paired');
  });

  it('opens a terminal on office with one more key', async () => {
    await page().keyboard.press('Enter');
    await terminal().until(/there>$/m);
    shell = (await terminal().run('echo "shell $$"', /^shell (\d+)$/m))[1] ?? '';
    expect(shell).toMatch(/^\d+$/);
    await photographs.take('terminal');
  });

  it('vim edits a file there', async () => {
    const file = join(stage.directory, 'from-the-window.txt');
    await terminal().type(`vim -u NONE ${file}\n`);
    await terminal().until(/^~$/m);
    await terminal().type('iWritten in a window: größer, →');
    await photographs.take('vim');
    await terminal().press('Escape');
    await terminal().run(':wq', /there>$/m);
    expect(readFileSync(file, 'utf8')).toBe('Written in a window: größer, →\n');
  });

  it('a terminal has the size of its window', async () => {
    const wide = await size();
    await surface.resize(700, 500);
    await expect.poll(async () => (await size()).cols).toBeLessThan(wide.cols - 20);
    expect((await size()).rows).toBeLessThan(wide.rows - 10);
    await surface.resize(1200, 760);
    // xterm rounds the width of a column by the size it had before.
    await expect.poll(async () => Math.abs((await size()).cols - wide.cols)).toBeLessThanOrEqual(1);
    expect((await size()).rows).toBe(wide.rows);
  });

  it('has a second terminal beside the first', async () => {
    await page().keyboard.press('Control+Shift+T');
    await expect.poll(() => page().getByRole('tab').count()).toBe(2);
    await terminal().until(/there>$/m);
    const second = (await terminal().run('echo "shell $$"', /^shell (\d+)$/m))[1];
    expect(second).not.toBe(shell);
    await photographs.take('second-terminal');
  });

  it('both end at once when office takes the right back, and say why', async () => {
    const tabs = await page().getByRole('tab').count();
    await office.ok('rights', await nameOfWindow(office), '--deny', 'terminal');
    await page().getByText('was taken back').locator('visible=true').waitFor();
    expect(await page().getByRole('tab').count()).toBe(tabs);
    await photographs.take('revoked');
  });

  it('goes on when it is granted again', async () => {
    await office.ok('rights', await nameOfWindow(office), '--allow', 'terminal');
    await page().getByRole('button', { name: 'Try again' }).locator('visible=true').click();
    // The old screen stays until the new program has its own.
    await page()
      .getByRole('tab', { selected: true, name: /^Connected/ })
      .waitFor();
    await terminal().until(/^there>\s*$/);
    const [, fresh = ''] = await terminal().run('clear; echo "fresh $$"', /^fresh (\d+)$/m);
    expect(fresh).not.toBe(shell);
    shell = fresh;
  });

  it('everything is back after a restart: peers, and the same shell in its tab', async () => {
    await surface.restart();
    await page().getByRole('button', { name: 'Open terminal on office' }).waitFor();
    await photographs.take('peers-after-restart');
    await page().getByRole('button', { name: 'Terminals' }).click();
    await terminal().until(new RegExp(`^fresh ${shell}$`, 'm'));
    await terminal().run('echo "the same: $$"', new RegExp(`^the same: ${shell}$`, 'm'));
    await photographs.take('terminals-after-restart');
    expect(surface.complaints).toEqual([]);
  });

  /** As the program there knows it. */
  async function size(): Promise<Readonly<{ rows: number; cols: number }>> {
    await terminal().run('clear; stty size', /there>$/m);
    const [, rows, cols] = await terminal().until(/^(\d+) (\d+)$/m);
    return { rows: Number(rows), cols: Number(cols) };
  }
});
