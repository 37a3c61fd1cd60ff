import { untilPage } from '#test/support/window/page.ts';
import { PairedWindow } from '#test/support/window/paired-window.ts';
import { BrowserSurface } from '#test/support/window/surface.ts';

/** What fills a terminal, each in its own way: short lines cost the screen most, noise is the most that a program here makes by itself. */
export const FLOODS = ['yes', 'cat /dev/urandom | base64'] as const;

export type Interrupts = Readonly<{
  flood: string;
  /** From the key in the page until the prompt is drawn, ms, sorted. */
  prompts: readonly number[];
  /** The longest turn of the page while it was flooded, ms. */
  longestTurn: number;
}>;

/** How long a flood runs before it is interrupted, ms: everything on the way is full by then. */
const FILL = 1500;

/** Ctrl-C under a flood, through two agents and a relay as processes of their own, in a browser. */
export async function measureInterrupts(rounds: number): Promise<readonly Interrupts[]> {
  const window = await PairedWindow.open((laptop) => new BrowserSurface(laptop));
  const { page } = window.surface;
  const results: Interrupts[] = [];
  try {
    const terminal = await window.openTerminal();
    for (const flood of FLOODS) {
      const prompts: number[] = [];
      let longestTurn = 0;
      for (let round = 0; round < rounds; round += 1) {
        await terminal.run('clear; echo ready', /^ready\nthere>$/m);
        // Counted in the page: what drives the browser waits for its turns as well.
        await page.evaluate(`void (() => {
          const measured = (globalThis.measured = { turn: 0, prompt: undefined });
          let last = performance.now();
          let pressed;
          const turn = () => {
            const now = performance.now();
            measured.turn = Math.max(measured.turn, now - last);
            last = now;
            const rows = [...document.querySelectorAll('.xterm-rows')].find((one) => one.checkVisibility({ visibilityProperty: true }));
            const shown = [...rows.children].map((row) => row.textContent).join('\\n').trimEnd();
            if (pressed !== undefined && shown.endsWith('there>')) measured.prompt = now - pressed;
            else requestAnimationFrame(turn);
          };
          turn();
          addEventListener('keydown', (event) => { if (event.ctrlKey && event.key === 'c') pressed = performance.now(); }, { capture: true });
        })()`);
        await terminal.type(`${flood}\n`);
        await page.evaluate(`new Promise((filled) => setTimeout(filled, ${FILL}))`);
        await page.keyboard.press('Control+c');
        await untilPage(page, 'measured.prompt !== undefined');
        const { turn, prompt } = await page.evaluate<{ turn: number; prompt: number }>('measured');
        prompts.push(prompt);
        longestTurn = Math.max(longestTurn, turn);
      }
      results.push({ flood, prompts: prompts.toSorted((one, other) => one - other), longestTurn });
    }
    return results;
  } finally {
    await window.close();
  }
}
