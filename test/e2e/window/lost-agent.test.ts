import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { isRunning } from '#test/support/e2e/process-table.ts';
import { storyPlaces } from '#test/support/window/places.ts';
import { tellInTerminalWindow } from '#test/support/window/terminal-window.ts';

/** For the other agent to come to the relay and the window to try again, at growing intervals, ms. */
const COMES_BACK = 40_000;

describe.each(storyPlaces())('a terminal whose agent is killed at the other end, in $name', ({ open }) => {
  const { step, opened } = tellInTerminalWindow(open);
  let shell = '';

  step('goes on by itself under the next agent, in the same shell, with what was printed meanwhile', async () => {
    const { window, terminal, photographs } = opened();
    shell = (await terminal.run('clear; echo "before, in $$"', /^before, in (\d+)$/m))[1] ?? '';
    const away = join(window.stage.directory, 'away');
    const waits = `until [ -e ${away} ]; do sleep 0.1; done`;
    await terminal.run(`clear; echo begun; ${waits}; seq 1 2000; echo counted`, /^begun$/m);
    process.kill((await window.office.status()).pid, 'SIGKILL');
    await window.office.agent?.ended;
    writeFileSync(away, '');
    expect(isRunning(Number(shell))).toBe(true);
    await window.office.runAgent(window.relay);
    await terminal.until(/^2000$[^]*^counted$/m, COMES_BACK);
    await terminal.run('echo "after, in $$"', new RegExp(`^after, in ${shell}$`, 'm'));
    expect(window.surface.complaints).toEqual([]);
    await photographs.take('back after the agent there was killed');
  });

  step('ends with a stop of that agent, and says so', async () => {
    const { window } = opened();
    await window.office.ok('stop');
    await window.surface.page.getByText(/ended when ClawReach stopped on /).waitFor();
    await expect.poll(() => isRunning(Number(shell))).toBe(false);
  });
});
