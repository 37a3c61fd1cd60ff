import { describe, expect, test } from 'vitest';
import { findChromium } from '#test/support/chromium/launch.ts';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';

/** The page Transfers in a real browser, with an agent in the page. */
describe.skipIf(findChromium() === undefined)('transfers in the window', () => {
  let browser: StoryBrowser;
  shareAmongTests(async (defer) => {
    browser = await StoryBrowser.launch(process.env['CLAWREACH_TEST_STORIES']);
    defer(() => browser.close());
  });

  const page = () => browser.page;
  async function open(name: string, width?: number): Promise<void> {
    await browser.clear(width === undefined ? {} : { width });
    await browser.openStory(`transfers/${name}`, width === undefined ? {} : { width });
  }
  const row = (what: string) => page().locator('li[data-transfer]').filter({ hasText: what });

  test('tell each state in words, and rate and path only of what moves', async () => {
    await open('every state');
    const said = (await page().locator('li[data-transfer]').allTextContents()).join('\n');
    for (const words of [
      'Sending',
      'Receiving',
      'Waiting for an answer on office',
      'Waiting for attic-nas',
      'Preparing',
      'Paused',
      'Paused: no space on office',
      'Reconnecting',
      'Done',
      'Done, 2 missing',
      'Failed',
      'Refused',
      'Cancelled',
    ])
      expect(said).toContain(words);
    expect(await row('holiday').textContent()).toMatch(/34 MB\/s.*left.*Relay/);
    expect(await row('model.gguf').textContent()).not.toMatch(/\/s|left|Relay/);
    await open('connection lost');
    const lost = (await page().locator('li[data-transfer]').allTextContents()).join('\n');
    expect(lost).not.toMatch(/MB\/s|seconds left/);
    expect(browser.complaints).toEqual([]);
  });

  test('are walked through, opened and cancelled by keyboard alone', async () => {
    await open('every state');
    const keyboard = page().keyboard;
    await row('holiday').getByRole('button').first().focus();
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowUp');
    await keyboard.press('Enter');
    await page().getByText('/home/mira/Videos').waitFor();
    await keyboard.press('Enter');
    await page().getByText('/home/mira/Videos').waitFor({ state: 'detached' });
    await keyboard.press('Delete');
    const dialog = page().getByRole('dialog');
    await dialog.getByText('never goes on').waitFor();
    // The focus is on the button that keeps it.
    await keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await keyboard.press('End');
    expect(await page().evaluate(() => document.activeElement?.closest('li')?.textContent)).toContain('draft.txt');
    expect(browser.complaints).toEqual([]);
  });

  test('are a thousand without a delay', async () => {
    await open('a thousand');
    expect(await page().locator('li[data-transfer]').count()).toBe(1000);
    // Layout and drawing of a frame while it scrolls through all of them, in ms.
    const longest = await page().evaluate(async () => {
      const scroller = document.scrollingElement ?? document.body;
      const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
      let last = await frame();
      let most = 0;
      for (let at = 0; at < scroller.scrollHeight; at += scroller.scrollHeight / 60) {
        scroller.scrollTop = at;
        const now = await frame();
        most = Math.max(most, now - last);
        last = now;
      }
      return most;
    });
    expect(longest).toBeLessThan(250);
    const drawn = await page().evaluate(
      () =>
        [...document.querySelectorAll('li[data-transfer]')].filter((element) =>
          element.querySelector('button')?.checkVisibility({ contentVisibilityAuto: true }),
        ).length,
    );
    expect(drawn).toBeLessThan(200);
    expect(browser.complaints).toEqual([]);
  });

  test('say how to send while there are none', async () => {
    await open('empty', 360);
    await page().getByText('Drop files or folders on a machine').waitFor();
    await open('empty without machines');
    await page().getByText('Pair another machine first').waitFor();
    expect(browser.complaints).toEqual([]);
  });

  /** In the page: drags files, or something else, over an element and drops them; returns what the application was told. */
  const drop = async (selector: string, what: 'files' | 'text' | 'too many', isOver = false): Promise<unknown> =>
    await page().evaluate(
      async ({ on, kind, stays }) => {
        const told: unknown[] = [];
        Object.defineProperty(window, 'clawreach', {
          configurable: true,
          value: {
            keepFiles: async (files: readonly File[]) => {
              told.push(files.map(({ name }) => name));
              return 'a'.repeat(32);
            },
          },
        });
        const dataTransfer = new DataTransfer();
        if (kind === 'files') for (const name of ['a.txt', 'b.txt']) dataTransfer.items.add(new File(['x'], name));
        else if (kind === 'too many')
          for (let number = 0; number < 1025; number += 1) dataTransfer.items.add(new File(['x'], `${number}`));
        else dataTransfer.items.add('/etc/passwd', 'text/plain');
        const element = document.querySelector(on);
        const fire = (type: string): boolean =>
          element?.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer })) === false;
        const isTaken = fire('dragover');
        if (!stays) fire('drop');
        await new Promise((resolve) => setTimeout(resolve, 50));
        return { told, isTaken };
      },
      { on: selector, kind: what, stays: isOver },
    );

  test('are begun by a drop of files on a row or a page, and by nothing else that is dropped [S-FILE-10]', async () => {
    await browser.clear();
    await browser.openStory('app/machines');
    expect(await drop('li[data-peer]', 'files')).toEqual({ told: [['a.txt', 'b.txt']], isTaken: true });
    await page().getByText('Sending to').waitFor();
    expect(await drop('li[data-peer]', 'text')).toEqual({ told: [], isTaken: false });
    expect(await drop('li[data-peer]', 'too many')).toEqual({ told: [], isTaken: true });
    await page().getByText('At most 1024 files and folders can be sent together.').waitFor();
    await browser.openStory('app/machine');
    await drop('article[data-machine]', 'files', true);
    await page().getByText('Send to office').waitFor();
    expect(await drop('article[data-machine]', 'files')).toEqual({ told: [['a.txt', 'b.txt']], isTaken: true });
    await page().getByText('Send to office').waitFor({ state: 'detached' });
    expect(browser.complaints).toEqual([]);
  });

  test('are begun from the page of a machine, its menu, its row and the palette', async () => {
    await browser.clear();
    await browser.openStory('app/machine');
    await page().getByRole('button', { name: 'Send files to office' }).click();
    await page().getByRole('menuitem', { name: 'Send files…' }).click();
    const sent = page().getByText('Sending to office');
    await sent.waitFor();
    await browser.openStory('app/machines');
    await page().locator('li[data-peer] button').first().focus();
    await page().keyboard.press('s');
    await page().getByText('Sending to').waitFor();
    await browser.openStory('app/machines');
    await page().keyboard.press('Control+k');
    await page().keyboard.type('send files to');
    await page()
      .getByRole('option', { name: /^Send files to/ })
      .first()
      .waitFor();
    expect(browser.complaints).toEqual([]);
  });
});
