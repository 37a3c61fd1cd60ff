import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { findChromium } from '#test/support/chromium/launch.ts';
import { shareAmongTests } from '#test/support/shared.ts';
import { until } from '#test/support/e2e/until.ts';
import { untilPage } from '#test/support/window/page.ts';
import { PairedWindow } from '#test/support/window/paired-window.ts';
import { BrowserSurface } from '#test/support/window/surface.ts';
import type { TerminalPane } from '#test/support/window/terminal-pane.ts';

/** For the terminal to look for a link under the mouse, ms. */
const LOOK = 2000;
const ESC = '\u001b';
const BEL = '\u0007';

/** Whoever controls office can show anything; he must not get further than the screen of his own terminal. */
describe.skipIf(findChromium() === undefined)('a hostile program in a terminal of the window', () => {
  let window: PairedWindow<BrowserSurface>;
  let terminal: TerminalPane;

  const page = () => window.surface.page;

  shareAmongTests(async (defer) => {
    window = await PairedWindow.open((laptop) => new BrowserSurface(laptop));
    defer(() => window.close());
    await page().context().grantPermissions(['clipboard-read', 'clipboard-write']);
    terminal = await window.openTerminal();
  });
  beforeEach(async () => {
    await terminal.run('clear; echo ready', /^ready\nthere>$/m);
  });

  /** Bytes that office sends, as they are, and then a line that tells that they have come. */
  async function show(bytes: string): Promise<void> {
    const file = join(window.stage.directory, 'bytes');
    writeFileSync(file, bytes);
    await terminal.run(`cat ${file}; printf '\\nall %s\\n' shown`, /^all shown$/m);
  }

  async function clipboard(): Promise<string> {
    return page().evaluate<string>('navigator.clipboard.readText()');
  }

  it('names its tab in one short line, and nothing else after it', async () => {
    const title = await page().title();
    await show(`${ESC}]0;${'x'.repeat(100_000)}${BEL}${ESC}]2;a\u202eb\u2066<img src=x>${BEL}`);
    // The tab shows the program in the foreground: its name is as hostile as the title that it has set.
    copyFileSync('/bin/sleep', join(window.stage.directory, '\u202e<img src=x>'));
    await terminal.run(`${window.stage.directory}/*img* 600`, /img\* 600$/m);
    const tab = page().getByRole('tab', { selected: true });
    await expect.poll(() => tab.textContent(), { timeout: 15_000 }).toContain('<img src=x>');
    const shown = (await tab.textContent()) ?? '';
    expect(shown.length).toBeLessThan(200);
    expect(shown).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
    expect(await page().title()).toBe(title);
    const { width } = (await tab.boundingBox()) ?? { width: 9999 };
    expect(width).toBeLessThan(400);
    await terminal.press('Control+c');
  });

  it('is not told its title, the clipboard, or the colours as something to type', async () => {
    const answers = join(window.stage.directory, 'answers');
    const evil = join(window.stage.directory, 'evil');
    await show(
      `${ESC}]0;\r touch ${evil} \r${BEL}${ESC}[21t${ESC}[20t${ESC}]52;c;?${BEL}${ESC}P$qm;touch ${evil}${ESC}\\`,
    );
    await terminal.run(`timeout 1 cat > ${answers}; echo over`, /^over$/m);
    expect(existsSync(evil)).toBe(false);
    expect(await terminal.screen()).not.toContain('touch');
  });

  it('does not write to the clipboard before the person has allowed it', async () => {
    await page().evaluate("navigator.clipboard.writeText('of the person')");
    await show(`${ESC}]52;c;${Buffer.from('rm -rf ~').toString('base64')}${BEL}`);
    await page().getByText('wants to copy this to your clipboard').waitFor();
    expect(await clipboard()).toBe('of the person');
    await page().getByRole('button', { name: 'Never' }).click();
    await page().getByText('wants to copy this to your clipboard').waitFor({ state: 'detached' });
    await show(`${ESC}]52;c;${Buffer.from('rm -rf ~').toString('base64')}${BEL}`);
    expect(await page().getByText('wants to copy this to your clipboard').count()).toBe(0);
    expect(await clipboard()).toBe('of the person');
  });

  it('shows a link under a false name: the person sees where it leads, and opens it or not', async () => {
    await show(`${ESC}]8;;https://evil.example/login${ESC}\\https://bank.example/${ESC}]8;;${ESC}\\`);
    await clickOn('https://bank.example/');
    const dialog = page().getByRole('dialog');
    await dialog.getByText('evil.example', { exact: true }).waitFor();
    await dialog.getByText("The text in the terminal isn't the actual address.").waitFor();
    await leave(dialog);
    expect(page().context().pages()).toHaveLength(1);
  });

  it.each(['javascript:alert(1)', 'file:///etc/passwd', 'clawreach://pair?x', 'data:text/html,x'])(
    'a link to %s is not opened',
    async (target) => {
      await show(`${ESC}]8;;${target}${ESC}\\click-here${ESC}]8;;${ESC}\\`);
      await clickOn('click-here');
      const dialog = page().getByRole('dialog', { name: 'Link not opened' });
      await dialog.waitFor();
      expect(await dialog.getByRole('button', { name: 'Open', exact: true }).count()).toBe(0);
      await leave(dialog);
      expect(page().context().pages()).toHaveLength(1);
    },
  );

  it('several lines of a paste are shown first; what ends a paste early is taken out', async () => {
    const evil = join(window.stage.directory, 'pasted');
    // bash does not run what comes in brackets.
    await terminal.run('exec bash --norc', /^bash-.*[#$]$/m);
    await page().evaluate(`navigator.clipboard.writeText(${JSON.stringify(`echo one${ESC}[201~\rtouch ${evil}\r`)})`);
    await terminal.press('Control+Shift+V');
    const dialog = page().getByRole('dialog', { name: 'Paste this?' });
    await dialog.waitFor();
    expect(existsSync(evil)).toBe(false);
    await dialog.getByRole('button', { name: 'Paste', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await terminal.until(/echo one/);
    // Not Ctrl-C: a signal that comes while bash still takes the text in makes it keep the text.
    await terminal.press('Control+u');
    await terminal.run('echo over', /^over$/m);
    expect(existsSync(evil)).toBe(false);
    await terminal.run('exec sh', /there>$/m);
  });

  it('the page has not complained about anything', () => {
    expect(window.surface.complaints).toEqual([]);
  });

  /** By the keyboard, which is the dialog's and not the terminal's behind it. */
  async function leave(dialog: Locator): Promise<void> {
    await untilPage(page(), "document.activeElement?.closest('[role=dialog]') !== null");
    await page().keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  }

  /** Clicks on that text, once the terminal has seen that it is a link. */
  async function clickOn(text: string): Promise<void> {
    const place = await page().evaluate<Readonly<{ x: number; y: number }> | null>(
      `(() => {
        const rows = [...document.querySelectorAll('.xterm-rows > div')];
        const row = rows.findLast((row) => row.textContent.startsWith(${JSON.stringify(text)}));
        if (row === undefined) return null;
        const { left, top, height } = row.getBoundingClientRect();
        return { x: left + 20, y: top + height / 2 };
      })()`,
    );
    if (place === null) throw new Error(`the screen does not show ${text}`);
    const pointer = page().locator('.xterm-cursor-pointer');
    await until('the link to be seen', async () => {
      // It is looked for when the mouse comes, in what is drawn then.
      await page().mouse.move(place.x + 100, place.y + 100);
      await page().mouse.move(place.x, place.y);
      return pointer.waitFor({ timeout: LOOK }).then(
        () => true,
        () => undefined,
      );
    });
    await page().mouse.click(place.x, place.y);
  }
});
