/**
 * `npm run pictures`: photographs the pages of the window and of the relay's page as their stories show them, in each theme, language and width, for people who look at the design.
 * Writes one picture per view and one sheet per page, language and theme, which shows the widths together, into `pictures/` or `--out FOLDER`. Needs
 * Chromium and a build. `--stories PATTERN` chooses others than the pages, `--widths 360,1280`, `--languages de` and `--themes dark` less of each.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { launchChromium } from '#test/support/chromium/launch.ts';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { say } from './support/say.ts';

const THEMES = ['light', 'dark'] as const;
const LANGUAGES = ['en', 'de', 'zh'] as const;
/** Widths of WINDOW.md's grid: one pane, icons, sidebar and page, list beside detail, and a wide screen. CSS pixels. */
const WIDTHS = [360, 800, 1280, 1600, 2560] as const;
/** Height of a picture by its width, CSS pixels. */
const heightOf = (width: number): number => (width < 640 ? 740 : width < 2000 ? 860 : 1200);
/** Height of a view on a sheet, and width of the sheet, CSS pixels. */
const SHEET = { view: 480, width: 1560 } as const;

/** Stories that show a whole page, and the dialogs of the dashboard. */
const PAGES =
  /^(?:app\/(?:first run|machine.*|many machines|outage|removed by .*|relay .*|linked without a relay|no relay|plain relay in use|paused|profile problems|connection lost|update ready|minimised|terminals|settings|openclaw|no machine|key store locked)|first-run\/(?:without a relay|connected|no machine found|machine of .*|browser .*)|pairing\/(?:choose|invite waiting|join empty|words|done|add a relay)|relay\/(?:host off|form empty)|forwards\/(?:none|several|of a machine|goal, .*|form, .*)|inbox\/(?:none|several)|terminals\/(?:running|split|lost|none open)|history\/(?:some|log|recordings|no recordings)|settings\/(?:(?:section|updates) .*|in a browser, .*)|peers\/.*in a browser|gateways\/(?:none|connected)|access\/(?:custom|in a browser)|relay-server\/.*|paths\/.*|discovery\/.*|sharing\/.*|plain-relays\/.*|adding\/.*|prompts\/.*|palette\/(?:opened|keys)|dashboard\/.*|without-accounts\/.*|plain-terminal\/.*|guest\/.*)$/u;

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'pictures' },
    stories: { type: 'string' },
    widths: { type: 'string' },
    languages: { type: 'string' },
    themes: { type: 'string' },
  },
});

/** The values that an option names, in the order of those there are; all of them without it. */
function chosen<T extends string | number>(all: readonly T[], option: string | undefined): readonly T[] {
  if (option === undefined) return all;
  const names = option.split(',');
  const unknown = names.find((name) => !all.map(String).includes(name));
  if (unknown !== undefined) throw new Error(`"${unknown}" is none of ${all.join(', ')}`);
  return all.filter((value) => names.includes(String(value)));
}

const pages = values.stories === undefined ? PAGES : new RegExp(values.stories, 'u');
const widths = chosen(WIDTHS, values.widths);
const themes = chosen(THEMES, values.themes);
const stories = await StoryBrowser.launch();
const browser = await launchChromium({});
try {
  const names = (await stories.names()).filter((name) => pages.test(name));
  if (names.length === 0) throw new Error(`no story is named like ${String(pages)}`);
  const sheet = await browser.newPage({ viewport: { width: SHEET.width, height: 900 } });
  mkdirSync(values.out, { recursive: true });
  for (const language of chosen(LANGUAGES, values.languages)) {
    await stories.setLanguage(language);
    for (const name of names) {
      const file = `${name.replaceAll(/[^a-z0-9]+/giu, '-')}-${language}`;
      for (const theme of themes) {
        const views: string[] = [];
        for (const width of widths) {
          const picture = `${file}-${theme}-${width}.png`;
          await stories.openStory(name, { width, height: heightOf(width), theme });
          await stories.page.evaluate('document.fonts.ready.then(() => true)');
          await stories.screenshot(join(values.out, picture));
          views.push(`<img src="${picture}" height="${SHEET.view}">`);
        }
        const html = join(values.out, `${file}-${theme}.html`);
        writeFileSync(html, `<body style="margin:8px;background:#888">${views.join(' ')}</body>`);
        await sheet.goto(pathToFileURL(html).href);
        await sheet.screenshot({ path: join(values.out, `sheet-${file}-${theme}.png`), fullPage: true });
      }
    }
    say(`${language}: ${names.length} pages, ${widths.length * themes.length} pictures of each, in ${values.out}`);
  }
} finally {
  await stories.close();
  await browser.close();
}
