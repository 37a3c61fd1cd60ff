import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { untilPage } from './page.ts';
import type { Surface } from './surface.ts';

const THEMES = ['light', 'dark'] as const;
/** CSS pixels: a narrow window, and one as it opens. */
const SIZES = [
  { width: 360, height: 720 },
  { width: 1200, height: 760 },
] as const;

/** Pictures of every step, for people to look at: `<directory>/<surface>/<step>-<width>-<theme>.png`. */
export class Photographs {
  readonly #surface: Surface;
  #directory: string | undefined;
  #count = 0;

  /** CLAWREACH_SHOTS names the directory. Without it only a failure is photographed, in a temporary one, which is printed. */
  constructor(surface: Surface) {
    this.#surface = surface;
  }

  /** In each size and theme; the window is wide and light afterwards. */
  async take(step: string): Promise<void> {
    const directory = process.env['CLAWREACH_SHOTS'] === undefined ? undefined : this.#folder();
    const number = String((this.#count += 1)).padStart(2, '0');
    const { page } = this.#surface;
    for (const size of SIZES) {
      await this.#surface.resize(size.width, size.height);
      for (const theme of THEMES.toReversed()) {
        await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
        await untilPage(page, `document.documentElement.dataset.theme === '${theme}'`);
        // What was on its way to the screen.
        await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
        if (directory === undefined) continue;
        const path = join(directory, `${number}-${step}-${size.width}-${theme}.png`);
        // A hidden caret would need a style of the photographer's in the page, which its policy refuses.
        await page.screenshot({ path, animations: 'disabled', caret: 'initial' });
      }
    }
  }

  /** As it is, where a test has failed, if there is anything to see: the failure is the news, not that it has no picture. */
  async takeFailure(): Promise<void> {
    const path = join(this.#folder(), `failure-${(this.#count += 1)}.png`);
    try {
      await this.#surface.page.screenshot({ path, caret: 'initial' });
    } catch (error) {
      process.stderr.write(`No photograph of the failure: ${String(error)}\n`);
    }
  }

  /** Directory of the pictures, which it makes. */
  #folder(): string {
    if (this.#directory !== undefined) return this.#directory;
    const wanted = process.env['CLAWREACH_SHOTS'];
    this.#directory = join(wanted ?? mkdtempSync(join(tmpdir(), 'clawreach-shots-')), this.#surface.name);
    mkdirSync(this.#directory, { recursive: true });
    if (wanted === undefined) process.stderr.write(`Photograph of the failure: ${this.#directory}\n`);
    return this.#directory;
  }
}
