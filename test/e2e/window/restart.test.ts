import { describe, expect } from 'vitest';
import { openTerminalOn, showMachines } from '#test/support/window/machine-rows.ts';
import { storyPlaces } from '#test/support/window/places.ts';
import { TerminalPane } from '#test/support/window/terminal-pane.ts';
import { tellInTerminalWindow } from '#test/support/window/terminal-window.ts';

describe.each(storyPlaces())('the window after a restart, in $name', ({ open }) => {
  const { step, opened } = tellInTerminalWindow(open);
  const page = () => opened().window.surface.page;
  const names = () => page().locator('[role="tab"] bdi:first-of-type').allTextContents();

  step('has the tabs with their names and splits; a terminal that had ended is shown as ended', async () => {
    const { window, terminal, photographs } = opened();
    const rename = async (name: string) => {
      await page().keyboard.press('Control+Shift+Escape');
      await page().keyboard.press('F2');
      await page().getByRole('textbox', { name: 'Rename tab' }).fill(name);
      await page().keyboard.press('Enter');
    };
    await rename('build');
    await page().keyboard.press('Control+Shift+E');
    await expect.poll(() => page().locator('[data-terminal-pane]').count()).toBe(2);
    await showMachines(page());
    await openTerminalOn(page(), 'office');
    await terminal.until(/there>$/m);
    await rename('logs');
    await terminal.type('exit 3\n');
    await page().getByText('ended with code 3').waitFor();
    expect(await names()).toEqual(['build', 'logs']);
    await window.surface.restart();
    await page().getByText('ended with code 3').waitFor();
    await expect.poll(names).toEqual(['build', 'logs']);
    await photographs.take('ended, after a restart');
    await page().getByRole('tab').first().click();
    await expect.poll(() => page().locator('[data-terminal-pane]').locator('visible=true').count()).toBe(2);
    const [first] = await page().locator('[data-terminal-pane]').locator('visible=true').all();
    await first?.getByRole('textbox', { name: /^Terminal/ }).focus();
    await page().keyboard.type('echo "still $((40 + 2))"\n');
    await new TerminalPane(page()).until(/^still 42$/m);
    expect(window.surface.complaints).toEqual([]);
  });

  step('names the terminal in History as the tab', async () => {
    await page()
      .getByRole('navigation')
      .getByRole('button', { name: /^History/ })
      .click();
    await page().locator('main').getByText(/build/).first().waitFor();
  });

  step('has the page of the machine that was shown, and its tab', async () => {
    const { window, photographs } = opened();
    await showMachines(page());
    await page().getByRole('button', { name: 'office', exact: true }).first().click();
    await page().getByRole('tab', { name: 'Access' }).click();
    await window.surface.restart();
    await page().getByRole('tab', { name: 'Access', selected: true }).waitFor();
    await photographs.take('page of a machine, after a restart');
    expect(window.surface.complaints).toEqual([]);
  });
});
