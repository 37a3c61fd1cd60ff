import { describe, expect } from 'vitest';
import { findChromium } from '#test/support/chromium/launch.ts';
import { until } from '#test/support/e2e/until.ts';
import { tellStepByStep } from '#test/support/steps.ts';
import { openTerminalOn } from '#test/support/window/machine-rows.ts';
import { PairedWindow } from '#test/support/window/paired-window.ts';
import { Photographs } from '#test/support/window/photographs.ts';
import { BrowserSurface } from '#test/support/window/surface.ts';
import { TerminalPane } from '#test/support/window/terminal-pane.ts';

describe.skipIf(findChromium() === undefined)('a terminal drawn by a graphics card', () => {
  let window: PairedWindow<BrowserSurface>;

  const page = () => window.surface.page;

  const step = tellStepByStep(async (defer) => {
    window = await PairedWindow.open((laptop) => new BrowserSurface(laptop, { webgl: true }));
    defer(() => window.close());
    await openTerminalOn(page(), 'office');
    await until('the graphics card', async () => (await hasCard()) || undefined);
  });

  function hasCard(): Promise<boolean> {
    return page().evaluate<boolean>(
      `[...document.querySelectorAll('.xterm-screen canvas')].some((canvas) => canvas.getContext('webgl2') !== null)`,
    );
  }

  step('is drawn', async () => {
    const terminal = new TerminalPane(page());
    await terminal.type("printf '\\033[31mred \\033[1;42mon green\\033[0m größer →\\n'\n");
    await new Photographs(window.surface).take('graphics-card');
    expect(await hasCard()).toBe(true);
    // Nothing for the page to draw.
    expect(await page().locator('.xterm-rows').count()).toBe(0);
  });

  step('goes on in the page when the card is lost, with what was there', async () => {
    await page().evaluate(
      `for (const canvas of document.querySelectorAll('.xterm-screen canvas'))
         canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext()`,
    );
    const terminal = new TerminalPane(page());
    await terminal.until(/^red on green größer →$/m);
    await terminal.run('echo "sum $((40 + 2))"', /^sum 42$/m);
    await expect.poll(hasCard).toBe(false);
  });
});
