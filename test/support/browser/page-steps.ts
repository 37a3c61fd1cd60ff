import { expect } from 'vitest';
import type { DrivenPage, TypedPage } from './page-scripts.ts';

/** Waits until an expression is true in a page. */
export async function until(page: DrivenPage, expression: string): Promise<void> {
  await expect
    .poll(() => page.evaluate<boolean>(`Boolean(${expression})`).catch(() => false), {
      timeout: 60_000,
      message: expression,
    })
    .toBe(true);
}

/** Waits until a page has these words. */
export async function says(page: DrivenPage, words: string): Promise<void> {
  await until(page, `document.body.innerText.includes(${JSON.stringify(words)})`);
}

/** Presses a button by its name, that of a dialog if there is one: what is behind it has buttons of the same names. */
export async function press(page: DrivenPage, name: string): Promise<void> {
  const button = `[...(document.querySelector('[role=dialog]') ?? document).querySelectorAll('button')].find((each) => each.innerText.trim() === ${JSON.stringify(name)} && !each.disabled)`;
  await until(page, button);
  await page.evaluate(`${button}.click()`);
}

/** Types into the field with this label. */
export async function fill(page: TypedPage, label: string, words: string): Promise<void> {
  const field = `[...document.querySelectorAll('label')].find((each) => each.innerText.trim() === ${JSON.stringify(label)})?.control`;
  await until(page, field);
  await page.evaluate(`${field}.focus()`);
  await page.type(words);
}

/** Waits until the terminal of a page shows these words. */
export async function shows(page: DrivenPage, words: string): Promise<void> {
  await until(page, `document.querySelector('.xterm-rows')?.innerText.includes(${JSON.stringify(words)})`);
}

/** Types into the terminal of a page. */
export async function typeThere(page: TypedPage, text: string): Promise<void> {
  await page.evaluate(`document.querySelector('.xterm textarea').focus()`);
  await page.type(text);
}

/** Enters the code of a machine in the form of a page that waits for it. */
export async function enterCode(page: TypedPage, code: string): Promise<void> {
  const field = `document.querySelector('[data-code-field]')`;
  await until(page, field);
  await page.evaluate(`${field}.focus()`);
  await page.evaluate(`document.execCommand('insertText', false, ${JSON.stringify(code)})`);
  await page.type('\n');
}
