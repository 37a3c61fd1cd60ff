import { describe, expect, test } from 'vitest';
import { findChromium } from '#test/support/chromium/launch.ts';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';

/** CSS pixels: as it opens, and as narrow as it gets. */
const VIEWS = [
  { width: 1200, theme: 'light' },
  { width: 360, theme: 'dark' },
] as const;

const hasChromium = findChromium() !== undefined;
if (!hasChromium) process.stderr.write('No Chromium here: the stories of the window are left out.\n');

describe.skipIf(!hasChromium)('every state of every screen', () => {
  let browser: StoryBrowser;
  shareAmongTests(async (defer) => {
    browser = await StoryBrowser.launch();
    defer(() => browser.close());
  });

  // One page shows all: starting a browser for each would take minutes.
  test('is drawn without a complaint, fits its window, and is fit for everybody', { timeout: 900_000 }, async () => {
    const names = await browser.names();
    expect(names.length).toBeGreaterThan(50);
    const findings: string[] = [];
    for (const name of names) findings.push(...(await examine(browser, name)));
    expect(findings).toEqual([]);
  });

  test('has a link in the index, and a name of its own', async () => {
    const names = await browser.names();
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z-]+\/\S/.test(name))).toEqual([]);
  });
});

async function examine(browser: StoryBrowser, name: string): Promise<readonly string[]> {
  const findings: string[] = [];
  await browser.openStory(name);
  for (const { width, theme } of VIEWS) {
    await browser.change(width, theme);
    const overflow = await browser.overflow();
    if (overflow > 0) findings.push(`${name}: ${overflow} px too wide at ${width} px`);
    for (const problem of await browser.axe()) findings.push(`${name}: ${width} px, ${theme}: ${problem}`);
  }
  return [...findings, ...browser.complaints.map((complaint) => `${name}: ${complaint}`)];
}
