import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { englishWindow } from '#shared/locales/index.ts';
import { findChromium } from '#test/support/chromium/launch.ts';
import { readShownTexts } from '#test/support/renderer/shown-texts.ts';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';

const RENDERER = new URL('../../../src-renderer/', import.meta.url).pathname;
const WIDTHS = [1200, 360] as const;

/** Whole pages: what stands in them is drawn by them. */
const PAGES = /^(?:app|peers|approvals|forwards|gateways)\/(?!edit|add|handover|fingerprint|remove)/;

/** Components alone, with words of their own to show them; notes that were said before the language changed; what is made when it opens. */
const LEFT_OUT = /^ui\/|^app\/notices$|^palette\//;

/** Names that are data as well as words of the catalogue. */
const NAMES = new Set([
  'ClawReach',
  'OpenClaw',
  'Electron',
  'Linux',
  'WireGuard',
  'office',
  'operator',
  'node',
  'GitHub Light',
  'Tokyo Night',
]);

const hasChromium = findChromium() !== undefined;
if (!hasChromium) process.stderr.write('No Chromium here: the languages of the window are left out.\n');

describe.skipIf(!hasChromium)('the window in other languages', () => {
  let browser: StoryBrowser;
  shareAmongTests(async (defer) => {
    browser = await StoryBrowser.launch();
    defer(() => browser.close());
  });

  test(
    'says everything by the catalogue, and has room for words that are two fifths longer',
    { timeout: 900_000 },
    async () => {
      await browser.setLanguage('en-XA');
      const judge = createJudge();
      for (const name of (await browser.names()).filter((candidate) => !LEFT_OUT.test(candidate))) {
        await browser.openStory(name, { width: 360 });
        await judge.look(browser, name, 360);
      }
      // The brackets of the language were there to be seen.
      expect(judge.said).toBeGreaterThan(1000);
      expect([...judge.findings]).toEqual([]);
    },
  );

  test(
    'follows when the language changes while it is open, whatever keeps itself from being drawn anew',
    { timeout: 900_000 },
    async () => {
      await browser.setLanguage('en');
      const judge = createJudge();
      for (const name of (await browser.names()).filter(
        (candidate) => PAGES.test(candidate) && !LEFT_OUT.test(candidate),
      )) {
        await browser.openStory(name);
        await browser.speak('en-XA');
        await judge.look(browser, name, 1200);
        await browser.speak('en');
      }
      expect(judge.said).toBeGreaterThan(300);
      expect([...judge.findings]).toEqual([]);
    },
  );

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

/** Collects what is wrong with what stories show in the language that nobody speaks. */
function createJudge(): Readonly<{
  findings: ReadonlySet<string>;
  said: number;
  look(browser: StoryBrowser, name: string, width: number): Promise<void>;
}> {
  const english = new Set<string>(Object.values(englishWindow().texts));
  const sources = readSources();
  const isBare = (text: string): boolean =>
    /\p{L}+ \p{L}+/u.test(text) && (sources.includes(`'${text}'`) || sources.includes(`>${text}<`));
  const findings = new Set<string>();
  let seen = 0;
  return {
    findings,
    get said() {
      return seen;
    },
    async look(browser, name, width) {
      const overflow = await browser.overflow();
      if (overflow > 0) findings.add(`${name}: ${overflow} px too wide at ${width} px`);
      const { plain, cut, said } = await readShownTexts(browser);
      seen += said;
      for (const { text, where } of cut) findings.add(`${name}: cut off at ${width} px: ${where}: ${text}`);
      for (const { text, where } of plain) {
        // A name that somebody else gave stands in an element of its own.
        const isName = where === 'bdi' || NAMES.has(text);
        if (!isName && (english.has(text) || isBare(text))) findings.add(`${name}: ${where}: ${text}`);
      }
    },
  };
}

/** Of the window, without its catalogues and stories. */
function readSources(): string {
  return readdirSync(RENDERER, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/stories/.test(name))
    .map((name) => readFileSync(join(RENDERER, name), 'utf8'))
    .join('\n');
}
