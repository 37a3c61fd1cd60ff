import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '#test/support/chromium/launch.ts';
import { until } from '#test/support/e2e/until.ts';
import { PairedWindow } from '#test/support/window/paired-window.ts';
import { Photographs } from '#test/support/window/photographs.ts';
import { BrowserSurface } from '#test/support/window/surface.ts';
import { TerminalPane } from '#test/support/window/terminal-pane.ts';

describe.skipIf(findChromium() === undefined)('a terminal drawn by a graphics card', () => {
  let window: PairedWindow<BrowserSurface>;

  const page = () => window.surface.page;

  beforeAll(async () => {
    window = await PairedWindow.open((laptop) => new BrowserSurface(laptop, { webgl: true }));
    await page().getByRole('button', { name: 'Open terminal on office' }).click();
    await until('the graphics card', async () => (await hasCard()) || undefined);
  });
  afterAll(() => window.close());

  function hasCard(): Promise<boolean> {
    return page().evaluate<boolean>(
      `[...document.querySelectorAll('.xterm-screen canvas')].some((canvas) => canvas.getContext('webgl2') !== null)`,
    );
  }

  it('is drawn', async () => {
    const terminal = new TerminalPane(page());
    await terminal.type("printf '\\033[31mred \\033[1;42mon green\\033[0m größer →\\n'\n");
    await new Photographs(window.surface).take('graphics-card');
    expect(await hasCard()).toBe(true);
    // Nothing for the page to draw.
    expect(await page().locator('.xterm-rows').count()).toBe(0);
  });

  it('goes on in the page when the card is lost, with what was there', async () => {
    await page().evaluate(
      `for (const canvas of document.querySelectorAll('.xterm-screen canvas'))
         canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext()`,
    );
    const terminal = new TerminalPane(page());
    await terminal.until(/^red on green größer →$/m);
    await terminal.run('echo "sum $((40 + 2))"', /^sum 42$/m);
    expect(await hasCard()).toBe(false);
  });
});
