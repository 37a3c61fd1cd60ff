import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { THEMES } from '#renderer/features/terminal-appearance/themes.ts';
import { englishWindow } from '#shared/locales/index.ts';
import { readShownTexts } from './shown-texts.ts';
import type { StoryBrowser } from './story-browser.ts';

const RENDERER = new URL('../../../src-renderer/', import.meta.url).pathname;

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
  // As they stand on keys.
  'Tab',
  'End',
  ...Object.values(THEMES).map(({ name }) => name),
]);

/** Collects the texts of stories in the pseudo language that do not come from the catalogue or have no room. */
export class StoryJudge {
  readonly #english = new Set<string>(Object.values(englishWindow().texts));
  readonly #sources = readSources();
  readonly #findings = new Set<string>();
  #said = 0;

  get findings(): ReadonlySet<string> {
    return this.#findings;
  }

  /** Number of texts of the catalogue that were seen. */
  get said(): number {
    return this.#said;
  }

  /** Judges the story that the browser shows, `width` pixels wide. */
  async look(browser: StoryBrowser, name: string, width: number): Promise<void> {
    const overflow = await browser.overflow();
    if (overflow > 0) this.#findings.add(`${name}: ${overflow} px too wide at ${width} px`);
    const { plain, cut, said } = await readShownTexts(browser);
    this.#said += said;
    for (const { text, where } of cut) this.#findings.add(`${name}: cut off at ${width} px: ${where}: ${text}`);
    for (const { text, where } of plain) {
      // A name that somebody else gave stands in an element of its own.
      const isName = where === 'bdi' || NAMES.has(text);
      if (!isName && (this.#english.has(text) || this.#isBare(text))) this.#findings.add(`${name}: ${where}: ${text}`);
    }
  }

  #isBare(text: string): boolean {
    return /\p{L}+ \p{L}+/u.test(text) && (this.#sources.includes(`'${text}'`) || this.#sources.includes(`>${text}<`));
  }
}

/** Reads the sources of the window, without its catalogues and stories. */
function readSources(): string {
  return readdirSync(RENDERER, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/stories/.test(name))
    .map((name) => readFileSync(join(RENDERER, name), 'utf8'))
    .join('\n');
}
