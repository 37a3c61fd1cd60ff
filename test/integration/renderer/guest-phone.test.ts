import { describe, expect, test } from 'vitest';
import { findChromium } from '#test/support/chromium/launch.ts';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';
import { axeFindings } from '#test/support/window/accessibility.ts';

const STORIES = process.env['CLAWREACH_TEST_STORIES'];

let browser: StoryBrowser;
shareAmongTests(async (defer) => {
  if (findChromium() === undefined) return;
  browser = await StoryBrowser.launch(STORIES, { touch: true });
  defer(() => browser.close());
  browser.page.setDefaultTimeout(15_000);
});

const run = <Result>(script: string): Promise<Result> => browser.page.evaluate<Result>(script);
const typed = (): Promise<string | null> => run('globalThis.guestTyped ?? null');
const row = () => browser.page.getByRole('toolbar', { name: 'Keys' });
/** Columns of the terminal that are out of sight, in CSS pixels. */
const beyond = (): Promise<number> =>
  run(`(() => {
    const screen = document.querySelector('.xterm-screen');
    const around = screen.closest('[class*="_screen_"] > *');
    return screen.clientWidth - around.clientWidth;
  })()`);

describe.skipIf(findChromium() === undefined)('a guest at a phone', () => {
  test.each([
    ['Esc', '\u001b'],
    ['Ctrl C: interrupt', '\u0003'],
    ['Vertical bar', '|'],
    ['Tilde', '~'],
    ['Up', '\u001b[A'],
  ])('types %s by the row of keys', async (name, bytes) => {
    await browser.openStory('guest/typing', { width: 360, height: 740 });
    await row().getByRole('button', { name, exact: true }).tap();
    await expect.poll(typed).toBe(bytes);
  });

  test('holds Alt for the next key, of the row or of the keyboard', async () => {
    await browser.openStory('guest/typing', { width: 360, height: 740 });
    const alt = row().getByRole('button', { name: 'Alt for the next key' });
    await alt.tap();
    expect(await alt.getAttribute('aria-pressed')).toBe('true');
    await row().getByRole('button', { name: 'Vertical bar' }).tap();
    await expect.poll(typed).toBe('\u001b|');
    expect(await alt.getAttribute('aria-pressed')).toBe('false');
    await alt.tap();
    await browser.page.keyboard.press('b');
    await expect.poll(typed).toBe('\u001bb');
  });

  test('scrolls the row of keys, which fades where it goes on', async () => {
    await browser.openStory('guest/typing', { width: 360, height: 740 });
    const keys = `document.querySelector('[role="toolbar"]')`;
    const sides = () => run(`['data-left', 'data-right'].map((name) => ${keys}.hasAttribute(name))`);
    await expect.poll(sides).toEqual([false, true]);
    await run(`${keys}.scrollTo({ left: 10_000 })`);
    await expect.poll(sides).toEqual([true, false]);
  });

  test('is told that the terminal is wider than the phone, and sees all of it on demand', async () => {
    await browser.openStory('guest/typing', { width: 360, height: 740 });
    await browser.page.getByText('80 columns, more than fit here. Drag to see the rest.').waitFor();
    expect(await beyond()).toBeGreaterThan(0);
    await browser.page.getByRole('button', { name: 'Show all' }).tap();
    await browser.page.getByText('All 80 columns, in small letters.').waitFor();
    expect(await beyond()).toBeLessThanOrEqual(0);
    await browser.page.getByRole('button', { name: 'Larger letters' }).tap();
    await browser.page.getByText('80 columns, more than fit here.').waitFor();
    expect(await beyond()).toBeGreaterThan(0);
    expect(await axeFindings(browser.page)).toEqual([]);
  });
});
