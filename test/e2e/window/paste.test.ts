import { describe, expect, it } from 'vitest';
import { canLaunchElectron } from '#test/support/electron/launch.ts';
import { until } from '#test/support/e2e/until.ts';
import { shareAmongTests } from '#test/support/shared.ts';
import { focused } from '#test/support/window/accessibility.ts';
import { PairedWindow } from '#test/support/window/paired-window.ts';
import { openElectron } from '#test/support/window/places.ts';
import { openSettings } from '#test/support/window/settings.ts';
import type { ElectronSurface } from '#test/support/window/surface.ts';
import type { TerminalPane } from '#test/support/window/terminal-pane.ts';

/** The page may not read the clipboard of the machine: only a person's key brings it in. */
describe.skipIf(!canLaunchElectron())('text that was copied elsewhere, in the application', () => {
  let window: PairedWindow<ElectronSurface>;
  let terminal: TerminalPane;

  shareAmongTests(async (defer) => {
    window = await PairedWindow.open(openElectron);
    defer(() => window.close());
    terminal = await window.openTerminal();
    await untilInFront();
  });

  /** Nothing but the prompt is on the screen: what was there before, a prompt too, is gone. */
  async function clear(): Promise<void> {
    await terminal.press('Control+U');
    // A fresh terminal shows nothing but the prompt as well, and a `clear` that is still to run would wipe out what is pasted next.
    await terminal.run('echo "before $((1 + 1))"', /^before 2$/m);
    await terminal.run('clear', /^there>\s*$/);
  }

  const question = () => window.surface.page.getByRole('dialog', { name: 'Paste this?' });

  /** On a slow display the window is drawn long before the keyboard is its own; nothing is pasted until then. */
  async function untilInFront(): Promise<void> {
    await until('the keyboard', async () =>
      (await window.surface.application.application.evaluate(({ BrowserWindow }) => {
        const [first] = BrowserWindow.getAllWindows();
        first?.focus();
        return first?.isFocused() === true;
      }))
        ? true
        : undefined,
    );
  }

  /** The keyboard is the terminal's again once the question is gone. */
  async function untilKeyboardIsBack(): Promise<void> {
    await question().waitFor({ state: 'detached' });
    await expect.poll(() => focused(window.surface.page)).toMatch(/^textbox "Terminal/);
  }

  async function copyElsewhere(text: string): Promise<void> {
    const { application } = window.surface.application;
    await application.evaluate(({ clipboard }, copied) => clipboard.writeText(copied), text);
    await until('the copy', async () =>
      (await application.evaluate(({ clipboard }) => clipboard.readText())) === text ? true : undefined,
    );
  }

  it.each(['Control+Shift+V', 'Shift+Insert'])('%s: one line comes to the prompt and waits for Enter', async (key) => {
    await clear();
    await copyElsewhere('echo "pasted $((6 * 7))"');
    await terminal.press(key);
    await terminal.until(/^there> echo "pasted \$\(\(6 \* 7\)\)"$/m);
    expect(await question().count()).toBe(0);
    expect(await terminal.screen()).not.toContain('pasted 42');
    await terminal.press('Enter');
    await terminal.until(/^pasted 42$/m);
  });

  it.each(['Control+Shift+V', 'Shift+Insert'])(
    '%s: several lines are shown first, and run when the person says so',
    async (key) => {
      await clear();
      await copyElsewhere('echo "first $((1 + 1))"\necho "second $((2 + 2))"\n');
      await terminal.press(key);
      await question().getByText('2 lines').waitFor();
      await expect
        .poll(() => question().getByLabel('Text to paste').inputValue())
        .toBe('echo "first $((1 + 1))"\necho "second $((2 + 2))"\n');
      expect(await terminal.screen()).not.toContain('first');
      await question().getByRole('button', { name: 'Paste' }).click();
      await terminal.until(/^first 2$[^]*second 4$/m);
      await untilKeyboardIsBack();
      await window.surface.page.keyboard.type('echo "typed $((3 + 3))"\n');
      await terminal.until(/^typed 6$/m);
    },
  );

  it('goes nowhere when it is cancelled', async () => {
    await clear();
    await copyElsewhere('echo never\necho ever\n');
    await terminal.press('Control+Shift+V');
    await question().getByRole('button', { name: 'Cancel' }).click();
    await untilKeyboardIsBack();
    await window.surface.page.keyboard.type('echo "typed $((3 + 3))"\n');
    await terminal.until(/^typed 6$/m);
    expect(await terminal.screen()).not.toContain('ever');
    expect(window.surface.complaints).toEqual([]);
  });

  it('is not brought in by the menu, which says the keys that do', async () => {
    const { page } = window.surface;
    await clear();
    await untilInFront();
    await copyElsewhere('echo "by menu $((5 * 5))"');
    await page.locator('.xterm-screen').click({ button: 'right', position: { x: 300, y: 200 } });
    await page.getByRole('menuitem', { name: 'Paste' }).click();
    await page.getByText('Press Ctrl+Shift+V in the terminal.').waitFor();
    await expect.poll(() => focused(page)).toMatch(/^textbox "Terminal/);
    expect(await terminal.screen()).not.toContain('by menu');
    await page.keyboard.press('Control+Shift+V');
    await terminal.until(/^there> echo "by menu \$\(\(5 \* 5\)\)"$/m);
  });

  it('comes by the right button as well, where the person wants that of it', async () => {
    const { page } = window.surface;
    await clear();
    await openSettings(page, 'Terminals');
    const button = page.getByRole('combobox', { name: 'Right-click' });
    await button.click();
    await page.getByRole('option', { name: 'Pastes', exact: true }).click();
    // A choice that is still closing would take the next key.
    await page.getByRole('listbox').waitFor({ state: 'detached' });
    await expect.poll(() => button.textContent()).toBe('Pastes');
    await page.keyboard.press('Control+2');
    await terminal.input.waitFor();
    await untilInFront();
    await copyElsewhere('echo "clicked $((6 * 8))"');
    await page.locator('.xterm-screen').click({ button: 'right', position: { x: 300, y: 200 } });
    await terminal.until(/^there> echo "clicked \$\(\(6 \* 8\)\)"$/m);
    expect(await page.getByRole('menu').count()).toBe(0);
    await terminal.press('Enter');
    await terminal.until(/^clicked 48$/m);
  });
});
