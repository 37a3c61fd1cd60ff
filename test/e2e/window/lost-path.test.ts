import { describe, expect, it } from 'vitest';
import { availablePlaces } from '#test/support/window/places.ts';
import { useTerminalWindow } from '#test/support/window/terminal-window.ts';

/** For both agents to come back to the relay, which they try at growing intervals, ms. */
const COMES_BACK = 25_000;

describe.each(availablePlaces())('a terminal whose way is lost and comes back, in $name', ({ open }) => {
  const opened = useTerminalWindow(open);
  let shell = '';

  const tab = (state: string) =>
    opened().window.surface.page.getByRole('tab', { selected: true, name: new RegExp(`^${state}`) });

  it('keeps its screen and says that it reconnects', async () => {
    const { window, terminal, photographs } = opened();
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
    const { window, terminal, photographs } = opened();
    await window.stage.startRelay({ port: window.relay.port });
    await tab('Connected').waitFor({ timeout: COMES_BACK });
    await terminal.run('echo "after, in $$"', new RegExp(`^before, in ${shell}$[^]*^after, in ${shell}$`, 'm'));
    expect(await window.surface.page.getByText(/Reconnecting/).count()).toBe(0);
    await photographs.take('back');
    expect(window.surface.complaints).toEqual([]);
  });
});
