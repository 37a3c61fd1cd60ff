import type { Locator, Page } from 'playwright-core';
import { until } from '../e2e/until.ts';

/** Milliseconds. */
const PATIENCE = 20_000;

/** The terminal in front, by what it shows and what is typed into it. Reads what the page has drawn: not with WebGL. */
export class TerminalPane {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Where keys go. */
  get input(): Locator {
    return this.#page.getByRole('textbox', { name: /^Terminal/ }).locator('visible=true');
  }

  async focus(): Promise<void> {
    await this.input.focus();
  }

  async type(text: string): Promise<void> {
    await this.focus();
    await this.#page.keyboard.type(text);
  }

  async press(key: string): Promise<void> {
    await this.focus();
    await this.#page.keyboard.press(key);
  }

  /** Types a command and waits for what it shows. */
  async run(command: string, shown: RegExp): Promise<RegExpExecArray> {
    await this.type(`${command}\n`);
    return this.until(shown);
  }

  /** The screen, trailing blanks of lines removed. */
  async screen(): Promise<string> {
    const rows = await this.#page.evaluate<string[]>(
      `[...document.querySelectorAll('.xterm-rows')]
        .filter((rows) => rows.checkVisibility({ visibilityProperty: true }))
        .flatMap((rows) => [...rows.children].map((row) => row.textContent))`,
    );
    // No-break spaces stand for blanks.
    return rows.map((row) => row.replaceAll('\u00a0', ' ').trimEnd()).join('\n');
  }

  async until(shown: RegExp, timeout = PATIENCE): Promise<RegExpExecArray> {
    let last = '';
    try {
      return await until(
        `${shown} on the screen`,
        async () => {
          last = await this.screen();
          return shown.exec(last) ?? undefined;
        },
        timeout,
      );
    } catch (error) {
      throw new Error(`the screen does not show ${shown}:\n${last}`, { cause: error });
    }
  }
}
