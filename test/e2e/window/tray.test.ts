import { describe, expect } from 'vitest';
import { canLaunchElectron } from '#test/support/electron/launch.ts';
import { canHostTray, TrayHostProcess, type MenuEntry } from '#test/support/tray/status-notifier-host.ts';
import { nameOfWindow } from '#test/support/window/names.ts';
import { PairedWindow } from '#test/support/window/paired-window.ts';
import { openElectron } from '#test/support/window/places.ts';
import type { ElectronSurface } from '#test/support/window/surface.ts';
import { TerminalPane } from '#test/support/window/terminal-pane.ts';
import { tellStepByStep } from '#test/support/steps.ts';

/** For a machine that is busy with other things. */
const PATIENT = { timeout: 30_000 };

/** The application, a tray of a desktop, and a paired machine with an agent of its own; every click is one in the tray's menu. */
describe.skipIf(!canLaunchElectron() || !canHostTray())('the tray of a paired machine', { timeout: 120_000 }, () => {
  let paired: PairedWindow<ElectronSurface>;
  let tray: TrayHostProcess;
  let terminal: TerminalPane;

  const page = () => paired.surface.page;
  const menu = async (): Promise<readonly MenuEntry[]> => (await tray.state()).menu;
  const labelsOf = (entries: readonly MenuEntry[]): string[] => entries.map(({ label }) => label);
  const office = async (): Promise<string[]> =>
    labelsOf((await menu()).find(({ label }) => label.startsWith('office'))?.entries ?? []);
  /** Entry of the terminal with this title; empty without one. */
  const openAs = async (title: string): Promise<string> =>
    (await office()).find((label) => label === title || label.startsWith(`${title} · `)) ?? '';
  const heading = (name: string) => page().getByRole('heading', { name, level: 1 });
  const isVisible = (): Promise<boolean> =>
    paired.surface.application.application.evaluate(
      ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() === true,
    );
  const hide = async (): Promise<void> => {
    await paired.surface.application.application.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.close(),
    );
    await expect.poll(isVisible, PATIENT).toBe(false);
  };

  const step = tellStepByStep(async (defer) => {
    paired = await PairedWindow.open(openElectron);
    defer(() => paired.close());
    tray = await TrayHostProcess.start(paired.surface.session);
    terminal = new TerminalPane(page());
    // The tray is looked for when the window closes, and every half minute besides.
    await paired.surface.application.application.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.close(),
    );
    await tray.next('registered');
  });

  step('lists the machine with its actions, and opens a new terminal there', async () => {
    await expect.poll(isVisible, PATIENT).toBe(false);
    await expect.poll(async () => labelsOf(await menu())[0], PATIENT).toBe('1 of 1 machine online');
    await expect
      .poll(office, PATIENT)
      .toEqual(expect.arrayContaining(['New terminal', 'Forwards', 'Show in ClawReach', 'Copy name']));
    await tray.choose('New terminal');
    await expect.poll(isVisible, PATIENT).toBe(true);
    await terminal.until(/there>$/m);
  });

  step('lists that terminal by the title of its program and its folder, and brings it to the front', async () => {
    await terminal.run('echo "a shell: $((40 + 2))"; cat', /^a shell: 42$/m);
    await expect.poll(() => openAs('cat'), PATIENT).toMatch(/^cat · [~/]/);
    await page().keyboard.press('Control+1');
    await heading('Machines').waitFor();
    await hide();
    await tray.choose(await openAs('cat'));
    await expect.poll(isVisible, PATIENT).toBe(true);
    await terminal.run('the same', /^the same\nthe same$/m);
    await terminal.press('Control+D');
    await expect.poll(() => openAs('sh'), PATIENT).toMatch(/^sh · [~/]/);
  });

  step('opens the page of the machine, and the settings', async () => {
    await tray.choose('Show in ClawReach');
    await heading('office').waitFor(PATIENT);
    await hide();
    await tray.choose('Settings…');
    await heading('Settings').waitFor(PATIENT);
    expect(await isVisible()).toBe(true);
  });

  step('leads to a request that waits, which is in the menu only then', async () => {
    expect(labelsOf(await menu()).some((label) => label.startsWith('Answer'))).toBe(false);
    const asking = paired.office.start(['connect', await nameOfWindow(paired.office), '--', 'echo', 'let in']);
    await asking.said(/Waiting for approval/, 'stderr');
    await expect.poll(async () => labelsOf(await menu())[1], PATIENT).toBe('Answer 1 request…');
    await tray.choose('Answer 1 request…');
    await heading('Inbox').waitFor(PATIENT);
    await page().getByRole('button', { name: 'Decline' }).click();
    expect((await asking.ended).code).not.toBe(0);
    await expect
      .poll(async () => labelsOf(await menu()).some((label) => label.startsWith('Answer')), PATIENT)
      .toBe(false);
  });

  step('no longer lists a terminal that was closed', async () => {
    await page().keyboard.press('Control+2');
    await terminal.type('exit\n');
    await page().keyboard.press('Control+Shift+W');
    await expect.poll(() => openAs('sh'), PATIENT).toBe('');
    expect(paired.surface.complaints).toEqual([]);
  });
});
