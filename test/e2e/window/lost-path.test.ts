import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PairedWindow } from '#test/support/window/paired-window.ts';
import { Photographs } from '#test/support/window/photographs.ts';
import { availablePlaces } from '#test/support/window/places.ts';
import type { Surface } from '#test/support/window/surface.ts';
import type { TerminalPane } from '#test/support/window/terminal-pane.ts';

/** For both agents to come back to the relay, which they try at growing intervals, ms. */
const COMES_BACK = 25_000;

describe.each(availablePlaces())('a terminal whose way is lost and comes back, in $name', ({ open }) => {
  let window: PairedWindow<Surface>;
  let terminal: TerminalPane;
  let photographs: Photographs;
  let shell = '';

  beforeAll(async () => {
    window = await PairedWindow.open(open);
    photographs = new Photographs(window.surface);
    terminal = await window.openTerminal();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await photographs.takeFailure();
  });
  afterAll(() => window.close());

  const tab = (state: string) =>
    window.surface.page.getByRole('tab', { selected: true, name: new RegExp(`^${state}`) });

  it('keeps its screen and says that it reconnects', async () => {
    shell = (await terminal.run('clear; echo "before, in $$"', /^before, in (\d+)$/m))[1] ?? '';
    await window.relay.process.end('SIGKILL');
    await tab('Reconnecting').waitFor();
    // The bar lies over the screen, not in its place.
    await window.surface.page
      .getByText(/^Reconnecting…/)
      .first()
      .waitFor();
    expect(await terminal.screen()).toContain(`before, in ${shell}`);
    await photographs.take('reconnecting');
  });

  it('goes on by itself with the same shell and what was there, once the relay is back', async () => {
    await window.stage.startRelay({ port: window.relay.port });
    await tab('Connected').waitFor({ timeout: COMES_BACK });
    await terminal.run('echo "after, in $$"', new RegExp(`^before, in ${shell}$[^]*^after, in ${shell}$`, 'm'));
    expect(await window.surface.page.getByText(/Reconnecting/).count()).toBe(0);
    await photographs.take('back');
    expect(window.surface.complaints).toEqual([]);
  });
});
