import { describe, expect } from 'vitest';
import { storyPlaces } from '#test/support/window/places.ts';
import { tellInTerminalWindow } from '#test/support/window/terminal-window.ts';

/** For both agents to come back to the relay, which they try at growing intervals, ms. */
const COMES_BACK = 25_000;

/** Sentence of the strip while the machine can't be reached. */
const PROBLEM = /^(office doesn't answer|Connection to office lost)/;

describe.each(storyPlaces())('a terminal whose way is lost and comes back, in $name', ({ open }) => {
  const { step, opened } = tellInTerminalWindow(open);
  let shell = '';

  const tab = (state: string) =>
    opened().window.surface.page.getByRole('tab', { selected: true, name: new RegExp(`^${state}`) });

  step('keeps its screen and says that it reconnects', async () => {
    const { window, terminal, photographs } = opened();
    shell = (await terminal.run('clear; echo "before, in $$"', /^before, in (\d+)$/m))[1] ?? '';
    await window.relay.process.end('SIGKILL');
    await tab('Reconnecting').waitFor();
    // The strip is below the screen, which stays.
    await window.surface.page.getByText(PROBLEM).first().waitFor();
    await terminal.until(new RegExp(`^before, in ${shell}$`, 'm'));
    await photographs.take('reconnecting');
  });

  step('goes on by itself with the same shell and what was there, once the relay is back', async () => {
    const { window, terminal, photographs } = opened();
    await window.stage.startRelay({ port: window.relay.port });
    await tab('Connected').waitFor({ timeout: COMES_BACK });
    await terminal.run('echo "after, in $$"', new RegExp(`^before, in ${shell}$[^]*^after, in ${shell}$`, 'm'));
    await expect.poll(() => window.surface.page.getByText(PROBLEM).count()).toBe(0);
    await photographs.take('back');
    expect(window.surface.complaints).toEqual([]);
  });
});
