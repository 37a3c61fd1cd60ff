import { describe, expect, test } from 'vitest';
import { findChromium } from '#test/support/chromium/launch.ts';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';

const WIDTHS = [1200, 360] as const;

const hasChromium = findChromium() !== undefined;
if (!hasChromium) process.stderr.write('No Chromium here: the languages of the window are left out.\n');

describe.skipIf(!hasChromium)('the window in other languages', () => {
  let browser: StoryBrowser;
  shareAmongTests(async (defer) => {
    browser = await StoryBrowser.launch();
    defer(() => browser.close());
  });

  test.each(['de', 'zh'] as const)(
    '%s fits, is told to the page, and is spoken from the first word on',
    { timeout: 900_000 },
    async (language) => {
      await browser.setLanguage(language);
      const names = (await browser.names()).filter((name) => name.startsWith('app/'));
      expect(names.length).toBeGreaterThan(5);
      const findings: string[] = [];
      for (const name of names) {
        await browser.openStory(name);
        for (const width of WIDTHS) {
          await browser.resize(width);
          const overflow = await browser.overflow();
          if (overflow > 0) findings.push(`${name}: ${overflow} px too wide at ${width} px`);
          for (const problem of await browser.axe()) findings.push(`${name}: ${width} px: ${problem}`);
        }
        findings.push(...browser.complaints.map((complaint) => `${name}: ${complaint}`));
      }
      expect(findings).toEqual([]);
      await expect
        .poll(() => browser.page.evaluate('document.documentElement.lang'))
        .toBe(language === 'zh' ? 'zh-Hans' : 'de');
      await browser.setLanguage('en');
    },
  );
});
