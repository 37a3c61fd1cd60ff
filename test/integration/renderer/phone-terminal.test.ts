import { describe, expect, onTestFinished, test } from 'vitest';
import { findChromium } from '#test/support/chromium/launch.ts';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';
import { axeFindings } from '#test/support/window/accessibility.ts';
import { TerminalPane } from '#test/support/window/terminal-pane.ts';

/** The terminals of a narrow window in a browser that emulates a phone: fingers, no mouse. The program behind them is the test's. */
const hasChromium = findChromium() !== undefined;
if (!hasChromium) process.stderr.write('No Chromium here: the terminals of a phone are left out.\n');

const STORIES = process.env['CLAWREACH_TEST_STORIES'];
const STORY = 'app/terminals';
const OFFICE = 'CR5K8ZT2M4Q7X1B9V6N3D0G8H5J2P7R4S1W6Y9A3C0E5F8K2M7Q4T1XZ';
const ESC = '\u001b';

let browser: StoryBrowser;
let terminal: TerminalPane;
shareAmongTests(async (defer) => {
  browser = await StoryBrowser.launch(STORIES, { touch: true, permissions: ['clipboard-read', 'clipboard-write'] });
  defer(() => browser.close());
  browser.page.setDefaultTimeout(15_000);
  terminal = new TerminalPane(browser.page);
});

const run = <Result>(script: string): Promise<Result> => browser.page.evaluate<Result>(script);
const input = (): Promise<string> => run<string>('terminalProgram.input');
const say = (output: string): Promise<void> => run(`terminalProgram.say(${JSON.stringify(output)})`);
const hasFocus = () => run<boolean>('document.activeElement?.matches(".xterm textarea") === true');
const key = (name: string) =>
  browser.page.getByRole('toolbar', { name: 'Terminal keys' }).getByRole('button', { name, exact: true });
const list = () => browser.page.getByRole('button', { name: /^Open terminals/ });
const tap = async (...names: readonly string[]): Promise<void> => {
  for (const name of names) await key(name).tap();
};

/** Opens the window of a phone with these tabs; the last one is in front. */
async function open(count: number): Promise<void> {
  await browser.clear({ width: 360, height: 740 });
  await run('terminalProgram.reset()');
  await run(`terminalProgram.manner = 'quiet'`);
  const kept = Array.from({ length: count }, (_, tab) => ({
    peerId: OFFICE,
    terminal: `t${tab + 1}`,
    title: `program ${tab + 1}`,
    front: tab === count - 1,
  }));
  await run(`localStorage.setItem('clawreach.terminals', ${JSON.stringify(JSON.stringify(kept))})`);
  await browser.openStory(STORY, { width: 360, height: 740 });
  await key('Esc').waitFor();
  await expect.poll(() => run<number>('terminalProgram.opens.length')).toBe(count);
}

/** Controls, strips and bars that a notice lies over. */
const covered = (): Promise<readonly string[]> =>
  run(`[...document.querySelectorAll('[aria-label="Messages"] > *')].flatMap((card) => {
    const over = card.getBoundingClientRect();
    return [...document.querySelectorAll('#content :is(button, input, [role="toolbar"], [class*="_strip_"], [class*="_bar_"])')]
      .filter((element) => element.closest('[aria-label="Messages"]') === null && element.checkVisibility())
      .filter((element) => {
        const { left, right, top, bottom } = element.getBoundingClientRect();
        return right > left && left < over.right && right > over.left && top < over.bottom && bottom > over.top;
      })
      .map((element) => element.outerHTML.slice(0, 100));
  })`);

describe.skipIf(!hasChromium)('notices over a terminal', () => {
  test.each([360, 800, 1280])('lie over none of its keys, strips and buttons at %i px', async (width) => {
    await open(1);
    await browser.resize(width);
    await run('exampleNotices()');
    const notices = browser.page.getByRole('region', { name: 'Messages' });
    await notices.getByText('office is called workshop now.').waitFor();
    await notices.getByRole('button', { name: 'Review' }).waitFor();
    expect(await covered()).toEqual([]);
    await browser.resize(360);
  });
});

describe.skipIf(!hasChromium)('the keys above the keyboard of a phone', () => {
  test('type what they say, as the program wants its cursor keys', async () => {
    await open(1);
    await tap('Esc', 'Tab', 'Up', 'Left', 'Vertical bar', 'Slash', 'Tilde', 'Hyphen');
    await tap('Ctrl C: interrupt', 'Ctrl R: search history');
    await expect.poll(input).toBe(`${ESC}\t${ESC}[A${ESC}[D|/~-\u0003\u0012`);
    await say(`${ESC}[?1h`);
    await say('ready');
    await terminal.until(/ready/);
    await run(`terminalProgram.input = ''`);
    await tap('Down', 'Right');
    await expect.poll(input).toBe(`${ESC}OB${ESC}OC`);
  });

  test('hold Ctrl and Alt for one key, of the keyboard or of their own', async () => {
    await open(1);
    await tap('Show or hide keyboard');
    await expect.poll(hasFocus).toBe(true);
    await tap('Ctrl for the next key');
    expect(await key('Ctrl for the next key').getAttribute('aria-pressed')).toBe('true');
    await browser.page.keyboard.type('cd');
    await expect.poll(input).toBe('\u0003d');
    expect(await key('Ctrl for the next key').getAttribute('aria-pressed')).toBe('false');
    await tap('Alt for the next key');
    await browser.page.keyboard.type('b');
    await tap('Ctrl for the next key', 'Alt for the next key', 'Left', 'Left');
    await expect.poll(input).toBe(`\u0003d${ESC}b${ESC}[1;7D${ESC}[D`);
  });

  test('its menu fits fingers, keeps what ends a terminal apart, and splits none that is too narrow', async () => {
    await open(1);
    const { page } = browser;
    await page.getByRole('button', { name: 'Terminal menu' }).tap();
    const menu = page.getByRole('menu', { name: 'Terminal menu' });
    await menu.waitFor();
    const items = await page.evaluate<readonly Readonly<{ name: string; height: number }>[]>(`
      [...document.querySelectorAll('[role=menu] :is([role=menuitem], [role=separator])')].map((each) => ({
        name: each.role === 'separator' ? '-' : each.innerText.trim(),
        height: each.getBoundingClientRect().height,
      }))`);
    const low = items.filter(({ name, height }) => name !== '-' && height < 44);
    expect(low).toEqual([]);
    const names = items.map(({ name }) => name);
    expect(names.slice(-3)).toEqual(['Leave running', '-', 'Close terminal']);
    expect(names).toContain('Split below');
    expect(names).not.toContain('Split right');
    await page.keyboard.press('Escape');
  });

  test('hold nothing once they were pressed twice, and nothing for another terminal', async () => {
    await open(2);
    await tap('Ctrl for the next key', 'Ctrl for the next key', 'Show or hide keyboard');
    await browser.page.keyboard.type('c');
    await tap('Ctrl for the next key');
    await list().tap();
    await browser.page.getByRole('menuitem', { name: /program 1/ }).tap();
    await list().getByText('1 of 2').waitFor();
    await tap('Show or hide keyboard');
    await browser.page.keyboard.type('c');
    await expect.poll(input).toBe('cc');
  });

  test('leave the keyboard open, and open it only when asked to', async () => {
    await open(1);
    expect(await hasFocus()).toBe(false);
    await tap('Tab');
    expect(await hasFocus()).toBe(false);
    await tap('Show or hide keyboard');
    await expect.poll(hasFocus).toBe(true);
    await tap('Esc', 'Ctrl for the next key', 'Up');
    expect(await hasFocus()).toBe(true);
    await tap('Show or hide keyboard');
    await expect.poll(hasFocus).toBe(false);
  });

  test('copy the screen while nothing is selected', async () => {
    await open(1);
    await say('first line\r\nsecond --line');
    await terminal.until(/second --line/);
    await tap('Copy selection or screen');
    await browser.page.getByText('Copied the screen.').waitFor();
    expect(await run('navigator.clipboard.readText()')).toBe('first line\nsecond --line');
  });

  test('are as high as a finger needs, and have names', async () => {
    await open(1);
    const heights = await run<readonly number[]>(
      `[...document.querySelectorAll('[role="toolbar"] button')].map((button) => button.getBoundingClientRect().height)`,
    );
    expect(heights).toHaveLength(16);
    expect(heights.filter((height) => height < 44)).toEqual([]);
    expect((await list().boundingBox())?.height).toBeGreaterThanOrEqual(44);
    expect(await axeFindings(browser.page)).toEqual([]);
  });
});

describe.skipIf(!hasChromium)('the keys of the terminal', () => {
  test('are there on a touch screen of any width, in one row where they fit', async () => {
    await open(1);
    const rows = () =>
      run<number>(
        `new Set([...document.querySelectorAll('[role="toolbar"] button')].map((button) => button.getBoundingClientRect().top)).size`,
      );
    expect(await rows()).toBe(2);
    await browser.resize(1024);
    await expect.poll(rows).toBe(1);
    await browser.resize(360);
  });

  test('are left out of a narrow window with a mouse', async () => {
    const desktop = await StoryBrowser.launch(STORIES);
    onTestFinished(() => desktop.close());
    await desktop.openStory('terminals/running', { width: 360 });
    await desktop.page.getByRole('button', { name: 'Terminal menu' }).waitFor();
    expect(await desktop.page.getByRole('toolbar').count()).toBe(0);
  });
});

describe.skipIf(!hasChromium)('a terminal on a phone', () => {
  test('fills the window: one pane, no tabs, no dock; its header names program and machine', async () => {
    await open(3);
    expect(await browser.page.getByRole('tab').count()).toBe(0);
    expect(await browser.page.getByRole('navigation').count()).toBe(0);
    await browser.page.getByText('program 3', { exact: true }).waitFor();
    await list().getByText('3 of 3').waitFor();
    const box = await browser.page.locator('[data-terminal-pane]:visible').last().boundingBox();
    expect(box?.width).toBe(360);
  });

  test('is left for its machine by the button Back, with the pages in the dock', async () => {
    await open(1);
    await browser.page.getByRole('button', { name: 'Back to office' }).tap();
    await browser.page.getByRole('navigation', { name: 'Pages' }).waitFor();
    await browser.page.getByRole('heading', { name: 'office', exact: true }).waitFor();
    await browser.page.getByRole('button', { name: 'Terminals', exact: true }).tap();
    await key('Esc').waitFor();
    expect(await browser.page.getByRole('navigation').count()).toBe(0);
  });

  test('is changed for another, or joined by a new one, from the list', async () => {
    await open(2);
    await list().tap();
    await browser.page.getByRole('menuitem', { name: /program 1/ }).tap();
    await browser.page.getByText('program 1', { exact: true }).waitFor();
    await tap('Slash');
    await expect.poll(() => run('terminalProgram.inputs.t1')).toBe('/');
    await list().tap();
    await browser.page.getByRole('menuitem', { name: /^New on .*build-server/ }).tap();
    await list().getByText('3 of 3').waitFor();
  });

  test('is scrolled by a finger, and turns a wheel for a program that fills the screen', async () => {
    await open(1);
    await say(Array.from({ length: 120 }, (_, line) => `line ${line}`).join('\r\n'));
    await terminal.until(/line 119/);
    await drag(200, 500);
    await terminal.until(/line 7\d/);
    await say(`${ESC}[?1049h${ESC}[?1000h${ESC}[?1006hfull`);
    await terminal.until(/full/);
    await run(`terminalProgram.input = ''`);
    await drag(200, 400);
    await expect.poll(input).toContain(`${ESC}[<64;`);
  });
});

/** Drags one finger over the terminal, from one height to another. */
async function drag(from: number, to: number): Promise<void> {
  const session = await browser.page.context().newCDPSession(browser.page);
  const at = (y: number) => [{ x: 180, y }];
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(from) });
  for (let step = 1; step <= 10; step += 1) {
    const touchPoints = at(from + ((to - from) * step) / 10);
    await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints });
  }
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await session.detach();
}
