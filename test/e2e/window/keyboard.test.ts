import { describe, expect } from 'vitest';
import { findChromium } from '#test/support/chromium/launch.ts';
import type { RunningCommand } from '#test/support/e2e/commands.ts';
import { CONFIRMED, type Device } from '#test/support/e2e/device.ts';
import type { StageRelay } from '#test/support/e2e/relay.ts';
import { HAS_PROCESS_TABLE, processesMarked } from '#test/support/e2e/process-table.ts';
import { Stage } from '#test/support/e2e/stage.ts';
import { axeFindings, focused, moveFocus, namelessControls } from '#test/support/window/accessibility.ts';
import { nameOfWindow } from '#test/support/window/names.ts';
import { untilPage } from '#test/support/window/page.ts';
import { waitLongForPrograms } from '#test/support/window/patience.ts';
import { BrowserSurface } from '#test/support/window/surface.ts';
import { TerminalPane } from '#test/support/window/terminal-pane.ts';
import { tellStepByStep } from '#test/support/steps.ts';

/** No mouse, and nobody sees the screen: only keys, and what a screen reader would tell. */
describe.skipIf(findChromium() === undefined)('the whole window by keyboard alone', () => {
  let stage: Stage;
  let relay: StageRelay;
  let office: Device;
  let surface: BrowserSurface;

  const page = () => surface.page;
  const terminal = () => new TerminalPane(surface.page);

  const step = tellStepByStep(async (defer) => {
    stage = new Stage();
    defer(() => stage.close());
    relay = await stage.startRelay();
    office = stage.device('office');
    await office.runAgent(relay, { first: true });
    surface = new BrowserSurface(stage.device('laptop'));
    defer(() => surface.close());
    await surface.start();
  });

  /** Nothing that has no name, and nothing that axe finds serious. */
  async function expectAccessible(): Promise<void> {
    // What has just come may still be fading in.
    await expect.poll(() => namelessControls(page())).toEqual([]);
    await expect.poll(() => axeFindings(page())).toEqual([]);
  }

  async function openSecondTab(): Promise<void> {
    await page().keyboard.press('Alt+Shift+T');
    // Until then the first is the one in front.
    await page()
      .getByRole('tab')
      .nth(1)
      .and(page().getByRole('tab', { selected: true }))
      .waitFor();
    await terminal().until(/there>$/m);
    await expect.poll(() => focused(page())).toMatch(/^textbox "Terminal on office"/);
  }

  async function press(target: RegExp, key = 'Enter'): Promise<void> {
    await moveFocus(page(), target);
    await page().keyboard.press(key);
  }

  step('pairs by code', async () => {
    const inviting: RunningCommand = office.start(['pair', CONFIRMED, '--allow', 'terminal']);
    const [code] = await inviting.said(/[0-9A-Z]{4}-[0-9A-Z]{4}/);
    await page().getByRole('heading', { name: 'Reach your machines.' }).waitFor();
    await expectAccessible();
    await moveFocus(page(), /^textbox "Code or link"/);
    await page().keyboard.type(code);
    await page().keyboard.press('Enter');
    // No machine of this network shows the code.
    await page().getByRole('button', { name: 'Enter a relay address' }).waitFor();
    await expectAccessible();
    await press(/^button "Enter a relay address"/);
    await expect.poll(() => focused(page())).toMatch(/^textbox "Relay address"/);
    await expectAccessible();
    await page().keyboard.type(relay.url);
    await page().keyboard.press('Enter');
    await page().getByRole('heading', { name: 'Do both screens show these words?' }).waitFor();
    await expectAccessible();
    await press(/^button "They match"/);
    await page()
      .getByRole('heading', { name: /is paired\.$/ })
      .waitFor();
    await expectAccessible();
    expect((await inviting.ended).code).toBe(0);
    // The next step is already under the finger.
    await expect.poll(() => focused(page())).toMatch(/^button "Open terminal"/);
  });

  step('works in a terminal and leaves it', async () => {
    await page().keyboard.press('Enter');
    await expect.poll(() => focused(page())).toMatch(/^textbox "Terminal on office"/);
    await terminal().until(/there>$/m);
    await page().keyboard.type('echo "sum $((40 + 2))"\n');
    await terminal().until(/^sum 42$/m);
    await expectAccessible();
    // Tab is the program's.
    await page().keyboard.press('Tab');
    expect(await focused(page())).toMatch(/^textbox "Terminal on office"/);
    await page().keyboard.press('Control+Shift+Escape');
    await expect.poll(() => focused(page())).not.toMatch(/^textbox "Terminal on office"/);
  });

  step('works in a terminal of a narrow window, which has no keys for fingers', async () => {
    const size = page().viewportSize() ?? { width: 1200, height: 760 };
    await page().setViewportSize({ width: 360, height: 740 });
    await moveFocus(page(), /^textbox "Terminal on office"/);
    expect(await page().getByRole('toolbar').count()).toBe(0);
    await page().keyboard.type('cat\nhello\n');
    await terminal().until(/^hello\nhello$/m);
    await expectAccessible();
    await page().keyboard.press('Control+C');
    await terminal().until(/\^C\n.*there>$/m);
    await page().keyboard.type('echo "sum $((40 + 3))"\n');
    await terminal().until(/^sum 43$/m);
    await page().setViewportSize(size);
    await page().getByRole('tab').waitFor();
  });

  step('opens, changes and closes tabs', async () => {
    await openSecondTab();
    await page().keyboard.press('Alt+Shift+W');
    await expect.poll(() => page().getByRole('tab').count()).toBe(1);
    await terminal().until(/^sum 42$/m);
  });

  if (HAS_PROCESS_TABLE)
    step('asks before it closes a terminal in which a program runs', async () => {
      const command = `sleep 1000.${process.pid}`;
      const sleeps = () => processesMarked('TERM=xterm-256color').filter((other) => other.command === command);
      const dialog = page().getByRole('dialog', { name: 'Close this terminal?' });
      await waitLongForPrograms(page());
      await openSecondTab();
      await terminal().type(`${command}\n`);
      await expect.poll(() => sleeps().length).toBe(1);
      for (const keep of ['Enter', 'Escape']) {
        await page().keyboard.press('Alt+Shift+W');
        await dialog.getByText('sleep is still running on office.', { exact: false }).waitFor();
        await expect.poll(() => focused(page())).toMatch(/^button "Cancel"/);
        await expectAccessible();
        await page().keyboard.press(keep);
        await dialog.waitFor({ state: 'detached' });
        await expect.poll(() => focused(page())).toMatch(/^textbox "Terminal on office"/);
      }
      expect(await page().getByRole('tab').count()).toBe(2);
      expect(sleeps()).toHaveLength(1);
      await page().keyboard.press('Alt+Shift+W');
      await dialog.waitFor();
      await moveFocus(page(), /^button "Close terminal"/);
      await page().keyboard.press('Enter');
      await expect.poll(() => page().getByRole('tab').count()).toBe(1);
      await expect.poll(() => sleeps().length).toBe(0);
      // The shell that waits in the other one is no reason to ask.
      await openSecondTab();
      await page().keyboard.press('Alt+Shift+W');
      await expect.poll(() => page().getByRole('tab').count()).toBe(1);
      expect(await dialog.count()).toBe(0);
      await terminal().until(/^sum 42$/m);
    });

  for (const [name, key] of [
    ['Machines', '1'],
    ['Forwards', '3'],
    ['Transfers', '4'],
    ['Messages', '5'],
    ['OpenClaw', '6'],
    ['Inbox', '7'],
    ['History', '8'],
    ['Settings', '9'],
  ] as const)
    step(`goes to the page ${name}`, async () => {
      await page().keyboard.press(`Control+${key}`);
      await page().getByRole('heading', { name, level: 1 }).waitFor();
      await expectAccessible();
    });

  step('answers a request of office', async () => {
    const asking = office.start(['connect', await nameOfWindow(office), '--', 'echo', 'let in']);
    await asking.said(/Waiting for approval/, 'stderr');
    await page().keyboard.press('Control+7');
    await page().getByRole('button', { name: 'Approve once' }).waitFor();
    // Nothing is under the finger of who was just typing.
    expect(await focused(page())).not.toMatch(/Approve/);
    await expectAccessible();
    // A key on its way to something else approves nothing.
    await untilPage(page(), "document.querySelector('[data-approval] [inert]') === null");
    await moveFocus(page(), /^button "Approve/);
    await page().keyboard.press('Enter');
    const { code, stdout } = await asking.ended;
    expect(stdout).toBe('let in\n');
    expect(code).toBe(0);
  });

  step('renames a peer, looks at its safety number, and forgets it', async () => {
    await page().keyboard.press('Control+1');
    await press(/^button "More actions for office"/);
    await page().getByRole('menuitem', { name: 'Rename…' }).waitFor();
    await expectAccessible();
    await moveFocus(page(), /^menuitem "Rename/, 'ArrowDown');
    await page().keyboard.press('Enter');
    await expect.poll(() => focused(page())).toMatch(/^textbox "Rename office"/);
    await expectAccessible();
    await page().keyboard.press('Control+a');
    await page().keyboard.type('werk');
    await page().keyboard.press('Enter');
    await page().getByRole('textbox', { name: 'Rename office' }).waitFor({ state: 'detached' });
    await press(/^button "More actions for werk"/);
    await moveFocus(page(), /^menuitem "Safety number/, 'ArrowDown');
    await page().keyboard.press('Enter');
    await page().getByRole('heading', { name: 'Safety number with werk' }).waitFor();
    await expectAccessible();
    await page().keyboard.press('Escape');
    await page().getByRole('dialog').waitFor({ state: 'detached' });
    await press(/^button "More actions for werk"/);
    await moveFocus(page(), /^menuitem "Remove/, 'ArrowDown');
    await page().keyboard.press('Enter');
    await page().getByRole('heading', { name: 'Remove werk?' }).waitFor();
    await expectAccessible();
    await press(/^button "Remove"/);
    // A notice goes by itself: first.
    await page().getByText('werk was removed.').first().waitFor();
    await page().getByRole('heading', { name: 'Remove werk?' }).waitFor({ state: 'detached' });
    expect(surface.complaints).toEqual([]);
  });
});
