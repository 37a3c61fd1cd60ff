import { describe, expect, test } from 'vitest';
import { findChromium } from '../chromium/launch.ts';
import { shareAmongTests } from '../shared.ts';
import { StoryBrowser } from './story-browser.ts';
import { StoryJudge } from './story-judge.ts';

/** Number of files that share the stories of one view, so that several browsers go through them at once. */
const PARTS = 2;

/** CSS pixels: as it opens, and as narrow as it gets. */
const WIDE = 1200;
const NARROW = 360;

/** Whole pages: all that stands in them is drawn by them. */
const PAGES = /^(?:app|access|peers|inbox|forwards|gateways)\/(?!edit|add|handover|fingerprint|remove)/;

/** Components alone, with words of their own to show them; lists that are made when they open. */
const LEFT_OUT = /^ui\/|^palette\//;

/** Notes that were said before the language changed, and stay as they were said. */
const SAID_BEFORE = /^app\/declined$/;

/** Rules of axe whose result depends on colours or on the width. */
export const LAYOUT_RULES = ['color-contrast', 'link-in-text-block', 'scrollable-region-focusable'];

/** True in `npm run test:full`: every state is shown in every view. */
const ALL_VIEWS = process.env['CLAWREACH_TEST_PLACES'] === 'all';

/** Reports whether a state is shown where all parts were seen before: every page is, and a sixth of its states, since they consist of the same parts. */
function isSample(name: string, index: number): boolean {
  return ALL_VIEWS || name.startsWith('app/') || index % 6 === 0;
}

const hasChromium = findChromium() !== undefined;
if (!hasChromium) process.stderr.write('No Chromium here: the stories of the window are left out.\n');

/**
 * Reports whether axe judges a state as the window opens: every page, and a third of its states, which consist of the same parts. It took as long as
 * all the drawing.
 */
function isJudged(name: string, index: number): boolean {
  return ALL_VIEWS || name.startsWith('app/') || index % 3 === 0;
}

/** Returns what is found at two looks: what a full machine shows for a moment is gone at the second one. */
async function found(look: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const first = await look();
  if (first.length === 0) return first;
  const second = await look();
  return first.filter((problem) => second.includes(problem));
}

/** Declares the tests of one part of all stories as the window opens: wide, light, in English. */
export function testWideStories(part: number): void {
  describe.skipIf(!hasChromium)(`every state of every screen, part ${part} of ${PARTS}`, () => {
    const browserOf = shareBrowser();

    test('is drawn without a complaint, fits its window, is fit for everybody, and follows another language', async () => {
      const browser = browserOf();
      const judge = new StoryJudge();
      const findings: string[] = [];
      for (const [index, name] of (await namesOf(browser, part)).entries()) {
        await browser.openStory(name, { width: WIDE, theme: 'light' });
        const overflow = await browser.overflow();
        if (overflow > 0) findings.push(`${name}: ${overflow} px too wide at ${WIDE} px`);
        if (isJudged(name, index))
          for (const problem of await found(() => browser.axe())) findings.push(`${name}: ${problem}`);
        // A section whose facts never come would leave the page empty.
        if (name.startsWith('settings/section ') && (await browser.page.locator('section :is(h2, h3)').count()) === 0)
          findings.push(`${name}: the section is empty`);
        if (isSample(name, index) && PAGES.test(name) && !LEFT_OUT.test(name) && !SAID_BEFORE.test(name)) {
          // Whatever keeps itself from being drawn anew shows the language of before.
          await browser.speak('en-XA');
          await judge.look(browser, name, WIDE);
          await browser.speak('en');
        }
        findings.push(...browser.complaints.map((complaint) => `${name}: ${complaint}`));
      }
      expect([...findings, ...judge.findings]).toEqual([]);
      expect(judge.said).toBeGreaterThan(150 / PARTS);
    }, 900_000);
  });
}

/** Declares the tests of one part of all stories in the narrowest window: dark, in a language two fifths longer than English. */
export function testNarrowStories(part: number): void {
  describe.skipIf(!hasChromium)(
    `every state of every screen in a narrow, dark window, part ${part} of ${PARTS}`,
    () => {
      const browserOf = shareBrowser();

      test('says everything by the catalogue, has room for longer words, and can be read', async () => {
        const browser = browserOf();
        const judge = new StoryJudge();
        const findings: string[] = [];
        const names = (await namesOf(browser, part)).filter((name, index) => isSample(name, index));
        const look = async (name: string): Promise<void> => {
          await browser.openStory(name, { width: NARROW, theme: 'dark' });
          const overflow = await browser.overflow();
          if (overflow > 0) findings.push(`${name}: ${overflow} px too wide at ${NARROW} px`);
          for (const problem of await found(() => browser.axe(LAYOUT_RULES)))
            findings.push(`${name}: narrow, dark: ${problem}`);
          findings.push(...browser.complaints.map((complaint) => `${name}: ${complaint}`));
        };
        for (const name of names.filter((candidate) => LEFT_OUT.test(candidate))) await look(name);
        await browser.setLanguage('en-XA');
        for (const name of names.filter((candidate) => !LEFT_OUT.test(candidate))) {
          await look(name);
          await judge.look(browser, name, NARROW);
        }
        expect([...findings, ...judge.findings]).toEqual([]);
        // The brackets of the language were there to be seen.
        expect(judge.said).toBeGreaterThan((ALL_VIEWS ? 1000 : 200) / PARTS);
      }, 900_000);
    },
  );
}

/** Shares one browser among the tests of a file: one page shows all stories, since starting a browser for each would take minutes. */
function shareBrowser(): () => StoryBrowser {
  return shareAmongTests(async (defer) => {
    const browser = await StoryBrowser.launch();
    defer(() => browser.close());
    return browser;
  });
}

/** Returns every second name of the page's index; no story is left out, since each has a name of its own. */
async function namesOf(browser: StoryBrowser, part: number): Promise<readonly string[]> {
  const names = await browser.names();
  expect(names.length).toBeGreaterThan(400);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^[a-z-]+\/\S/.test(name))).toEqual([]);
  return names.filter((_, index) => index % PARTS === part - 1);
}
