import { describe, expect, test } from 'vitest';
import { findChromium } from '#test/support/chromium/launch.ts';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { StoryJudge } from '#test/support/renderer/story-judge.ts';
import { LAYOUT_RULES } from '#test/support/renderer/story-tests.ts';
import { shareAmongTests } from '#test/support/shared.ts';

/** Widths of the grid: one pane, icons, sidebar and page, list beside detail, and a wide screen. CSS pixels. */
const WIDTHS = [360, 800, 1280, 1600, 2560] as const;
/** Width at which axe judges a page with list and detail, dark. */
const JUDGED = 1600;

const hasChromium = findChromium() !== undefined;
if (!hasChromium) process.stderr.write('No Chromium here: the widths of the window are left out.\n');

describe.skipIf(!hasChromium)('every page of the window', () => {
  let browser: StoryBrowser;
  shareAmongTests(async (defer) => {
    browser = await StoryBrowser.launch();
    defer(() => browser.close());
  });

  test('has room for longer words at each width of the grid, and can be read in a wide, dark window', async () => {
    await browser.setLanguage('en-XA');
    const judge = new StoryJudge();
    const findings: string[] = [];
    const names = (await browser.names()).filter((name) => name.startsWith('app/'));
    expect(names.length).toBeGreaterThan(50);
    for (const name of names) {
      await browser.openStory(name, { width: WIDTHS[0], theme: 'dark' });
      for (const width of WIDTHS) {
        if (width !== WIDTHS[0]) await browser.resize(width);
        await judge.look(browser, name, width);
        if (width === JUDGED)
          for (const problem of await browser.axe(LAYOUT_RULES))
            findings.push(`${name}: ${width} px, dark: ${problem}`);
      }
      findings.push(...browser.complaints.map((complaint) => `${name}: ${complaint}`));
    }
    expect([...findings, ...judge.findings]).toEqual([]);
    // The brackets of the language were there to be seen.
    expect(judge.said).toBeGreaterThan(5000);
  }, 600_000);
});
