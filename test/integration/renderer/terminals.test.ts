import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium } from '#test/support/chromium/launch.ts';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { TerminalPane } from '#test/support/window/terminal-pane.ts';

/** The terminals of the window in a real browser, with a program in the page that the test drives and that says what has reached it. */
const hasChromium = findChromium() !== undefined;
if (!hasChromium) process.stderr.write('No Chromium here: the terminals of the window are left out.\n');

const STORIES = process.env['CLAWREACH_TEST_STORIES'];
const STORY = 'app/terminals';
const STORAGE = 'clawreach.terminals';
/** As in the examples of the stories. */
const OFFICE = 'CR5K8ZT2M4Q7X1B9V6N3D0G8H5J2P7R4S1W6Y9A3C0E5F8K2M7Q4T1XZ';
const ESC = '\u001b';
const BEL = '\u0007';

let browser: StoryBrowser;
let terminal: TerminalPane;
beforeAll(async () => {
  if (!hasChromium) return;
  browser = await StoryBrowser.launch(STORIES);
  browser.page.setDefaultTimeout(5000);
  terminal = new TerminalPane(browser.page);
  await browser.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
});
afterAll(() => browser?.close());

const run = <Result>(script: string): Promise<Result> => browser.page.evaluate<Result>(script);
/** What the program behind the terminals is told or asked. */
const program = <Result>(script: string): Promise<Result> => run<Result>(`terminalProgram.${script}`);
const input = (): Promise<string> => program<string>('input');
const say = (output: string): Promise<void> => program(`say(${JSON.stringify(output)})`);
const saved = (name: string, rest: object = {}) => ({ peerId: OFFICE, terminal: name, title: '', ...rest });
const dialog = (name?: string) => browser.page.getByRole('dialog', name === undefined ? {} : { name });
const tabs = () => browser.page.getByRole('tab');
const titles = (): Promise<readonly string[]> => browser.page.locator('[role="tab"] bdi').allTextContents();
const hasFocus = () => run<boolean>('document.activeElement?.matches(".xterm textarea") === true');
const press = async (...keys: readonly string[]): Promise<void> => {
  for (const key of keys) await browser.page.keyboard.press(key);
};
const focused = () =>
  run<string>(
    '(document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "").trim()',
  );

/** The index, with a fresh program and what the window has kept from before. */
async function prepare(kept: unknown): Promise<void> {
  await browser.openStory('');
  await program('reset()');
  const text = typeof kept === 'string' ? kept : JSON.stringify(kept);
  await run(`localStorage.setItem(${JSON.stringify(STORAGE)}, ${JSON.stringify(text)})`);
}

/** One terminal that runs, with the focus, and a program of this manner. */
async function openRunning(manner: 'echo' | 'quiet' | 'deaf' = 'echo'): Promise<void> {
  await prepare([saved('t7')]);
  await program(`manner = ${JSON.stringify(manner)}`);
  await browser.openStory(STORY);
  await status('Connected');
  await expect.poll(hasFocus).toBe(true);
}
const status = (words: string) => browser.page.getByText(words, { exact: true }).last().waitFor();

async function pasteText(text: string): Promise<void> {
  await run(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
  await press('Control+Shift+V');
}

/** Presses the mouse on a text of the screen. */
async function clickText(text: string): Promise<void> {
  await terminal.until(new RegExp(text.replaceAll(/[^\w ]/gu, String.raw`\$&`)));
  const at = await run<Readonly<{ x: number; y: number }>>(`(() => {
    const row = [...document.querySelectorAll('.xterm-rows > div')].find(({ textContent }) => textContent.includes(${JSON.stringify(text)}));
    const { left, top, width, height } = row.querySelector('span').getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2 };
  })()`);
  // From another place of the screen: xterm looks again only in another cell.
  await browser.page.mouse.move(at.x, at.y + 90);
  await browser.page.mouse.move(at.x, at.y);
  await browser.page.mouse.click(at.x, at.y);
}

describe.skipIf(!hasChromium)('what is typed', () => {
  test('reaches the program in order, and its echo the screen', async () => {
    await openRunning();
    const typed = 'the quick brown fox 0123456789 größer → 日本';
    await browser.page.keyboard.type(typed);
    await terminal.until(/0123456789 größer → 日本/);
    expect(await input()).toBe(typed);
    expect((await terminal.screen()).trimEnd()).toBe(typed);
  });

  test('goes for the keys of the program to the program, those of the window to the window', async () => {
    await openRunning('quiet');
    await press('Tab', 'ArrowUp', 'Escape', 'Control+c', 'F6', 'Alt+x', 'Shift+Tab');
    expect(await hasFocus()).toBe(true);
    expect(await input()).toBe(`\t${ESC}[A${ESC}\u0003${ESC}[17~${ESC}x${ESC}[Z`);
    await press('Control+Shift+F', 'Escape', 'Control+Shift+Escape');
    expect(await input()).toHaveLength(16);
  });

  test('is kept in order and whole when it is 200 KB at once, after it was looked at', async () => {
    await openRunning('quiet');
    const lines = Array.from({ length: 4000 }, (_, line) => `line ${line} ${'.'.repeat(42)}`);
    await pasteText(lines.join('\n'));
    await dialog('Paste this?').getByText('4000 lines').waitFor();
    expect(await input()).toBe('');
    await dialog().getByRole('button', { name: 'Paste' }).click();
    const expected = lines.join('\r');
    expect(expected.length).toBeGreaterThan(200_000);
    await expect.poll(async () => (await input()).length).toBe(expected.length);
    expect((await input()) === expected).toBe(true);
    await expect.poll(hasFocus).toBe(true);
  });
});

describe.skipIf(!hasChromium)('the size of the window', () => {
  test('is told to the program once it rests, as it then is', async () => {
    await openRunning('quiet');
    await browser.drawn();
    await program('sizes.splice(0)');
    // As somebody drags an edge: another size in each frame.
    await run(`(async () => {
      const root = document.getElementById('root');
      for (let step = 1; step <= 30; step += 1) {
        root.style.width = (1200 - step * 12) + 'px';
        await new Promise(requestAnimationFrame);
      }
      root.style.width = '';
    })()`);
    await browser.page.setViewportSize({ width: 900, height: 520 });
    const shown = () =>
      run<Readonly<{ rows: number; cols: number; spare: number }>>(`(() => {
        const screen = document.querySelector('.xterm-screen').getBoundingClientRect();
        const rows = document.querySelectorAll('.xterm-rows > div').length;
        const measure = document.querySelector('.xterm-rows').appendChild(document.createElement('span'));
        measure.textContent = 'W'.repeat(100);
        const cell = measure.getBoundingClientRect().width / 100;
        measure.remove();
        const place = document.querySelector('[role="tabpanel"]').getBoundingClientRect();
        return { rows, cols: Math.round(screen.width / cell), spare: Math.round(place.width - screen.width) };
      })()`);
    const last = () => program<Readonly<{ cols: number; rows: number }>>('sizes.at(-1) ?? { cols: 0, rows: 0 }');
    await expect
      .poll(async () => {
        const { rows, cols } = await shown();
        const told = await last();
        return told.cols === cols && told.rows === rows && cols < 110;
      })
      .toBe(true);
    const { spare, rows, cols } = await shown();
    expect(await last()).toEqual({ cols, rows });
    // The whole width, but for the bar that scrolls and less than a cell.
    expect(spare).toBeLessThan(50);
    expect(spare).toBeGreaterThanOrEqual(0);
    // Thirty sizes were drawn.
    expect(await program<number>('sizes.length')).toBeLessThan(5);
  });
});

describe.skipIf(!hasChromium)('a hostile program', () => {
  test.each([
    ['OSC 0 with markup', `${ESC}]0;<img src=x onerror=alert(1)><b>bold${BEL}`, '<img src=x onerror=alert(1)><b>bold'],
    ['OSC 2 with bidirectional and hidden characters', `${ESC}]2;of\u202efi\u2066c\u200be\u0085${ESC}\\`, 'office'],
    ['100 KB of OSC 0', `${ESC}]0;${'long '.repeat(20_000)}${BEL}`, `${'long '.repeat(20).slice(0, 79)}…`],
  ])('calls its tab nothing but text: %s', async (_kind, output, title) => {
    await openRunning('quiet');
    await say(output);
    await expect.poll(titles).toEqual([title]);
    expect(await tabs().locator('img, b').count()).toBe(0);
    expect(await browser.overflow()).toBe(0);
    expect((await run<string>(`localStorage.getItem(${JSON.stringify(STORAGE)})`)).length).toBeLessThan(1000);
    expect(await input()).toBe('');
  });

  test('that shows one host and links to another is found out before the link is opened', async () => {
    await openRunning('quiet');
    await say(`${ESC}]8;;https://evil.example/login?a=1${ESC}\\https://bank.example/${ESC}]8;;${ESC}\\`);
    await clickText('https://bank.example/');
    const asked = dialog('Open this link?');
    await asked.waitFor();
    expect(await asked.locator('dt + dd').allTextContents()).toEqual([
      'evil.example',
      'https://evil.example/login?a=1',
      'https://bank.example/',
    ]);
    await asked.getByText('What the terminal shows is not the address.').waitFor();
    await asked.getByRole('button', { name: 'Cancel' }).click();
    await asked.waitFor({ state: 'detached' });
    await expect.poll(hasFocus).toBe(true);
    expect(await program('links')).toEqual([]);
    await clickText('https://bank.example/');
    await asked.getByRole('button', { name: 'Open' }).click();
    await expect.poll(() => program('links')).toEqual(['https://evil.example/login?a=1']);
    expect(browser.page.context().pages()).toHaveLength(1);
  });

  test('that puts a name before the host of a plain address is found out as well', async () => {
    await openRunning('quiet');
    await say('https://bank.example@evil.example/x');
    await clickText('https://bank.example@evil.example/x');
    await dialog('Open this link?').getByText('Something stands before the host that could be taken for it.').waitFor();
    expect(await dialog().locator('dd').first().textContent()).toBe('evil.example');
    expect(await program('links')).toEqual([]);
  });

  test.each([
    'javascript:terminalProgram.links.push(1)',
    'file:///etc/passwd',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'clawreach://pair/x',
  ])('has no link opened to %s', async (address) => {
    await openRunning('quiet');
    await say(`${ESC}]8;;${address}${ESC}\\https://bank.example/${ESC}]8;;${ESC}\\`);
    await clickText('https://bank.example/');
    await dialog('Link not opened').getByText(address).waitFor();
    expect(await dialog().getByRole('button', { name: 'Open' }).count()).toBe(0);
    await press('Enter');
    expect(await program('links')).toEqual([]);
    expect(browser.page.context().pages()).toHaveLength(1);
    expect(browser.page.url()).toContain(encodeURI(STORY));
  });

  test('neither sets nor reads the clipboard, and the person learns of it once', async () => {
    await openRunning('quiet');
    await run('navigator.clipboard.writeText("mine")');
    await say(`${ESC}]52;c;cm0gLXJmIC8=${ESC}\\`.repeat(5) + `${ESC}]52;c;?${BEL}${ESC}]52;p;?${ESC}\\after`);
    await terminal.until(/^after$/m);
    await browser.page.getByText('A program on office wanted to set the clipboard. It may not.').waitFor();
    expect(await run('navigator.clipboard.readText()')).toBe('mine');
    expect(await browser.page.getByText('wanted to set the clipboard').count()).toBe(1);
    expect(await input()).toBe('');
  });

  test('that asks and never listens costs the window little, and is said once', async () => {
    await openRunning('deaf');
    const session = await browser.page.context().newCDPSession(browser.page);
    const memory = async (): Promise<number> => {
      await session.send('HeapProfiler.collectGarbage');
      const { usedSize, backingStorageSize } = await session.send('Runtime.getHeapUsage');
      return usedSize + backingStorageSize;
    };
    const before = await memory();
    // Device attributes and the place of the cursor, half a million times.
    await run(`terminalProgram.say((${JSON.stringify(`${ESC}[c${ESC}[6n`)}).repeat(250_000) + 'asked')`);
    await terminal.until(/asked$/m);
    expect((await memory()) - before).toBeLessThan(40_000_000);
    await press('Control+7');
    await browser.page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
    await session.detach();
  });
});

describe.skipIf(!hasChromium)('a paste', () => {
  const END = `${ESC}[201~`;
  const bracketed = `${ESC}[?2004h`;

  test.each([
    ['as it is', `ls${END}rm -rf .`, 'lsrm -rf .'],
    ['in itself', `ls${ESC}[20${END}1~rm`, 'lsrm'],
    ['in eight bits', 'ls\u009b201~rm', 'lsrm'],
  ])('cannot step out of its brackets: the end of a paste %s', async (_kind, text, expected) => {
    await openRunning('quiet');
    await say(`${bracketed}ready`);
    await terminal.until(/ready/);
    await pasteText(text);
    await expect.poll(input).toBe(`${ESC}[200~${expected}${END}`);
  });

  test('of several lines is asked about, and goes nowhere when it is cancelled', async () => {
    await openRunning('quiet');
    await say(`${bracketed}ready`);
    await terminal.until(/ready/);
    await pasteText(`one\ntwo${END}\n`);
    await dialog('Paste this?').getByText('2 lines').waitFor();
    expect(await dialog().getByLabel('Text to paste').inputValue()).toBe('one\ntwo\n');
    await press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await expect.poll(hasFocus).toBe(true);
    expect(await input()).toBe('');
    await pasteText(`one\ntwo${END}\n`);
    // Changed by hand, it still cannot step out.
    await dialog().getByLabel('Text to paste').fill('one␛[201~\ntwo');
    await dialog().getByRole('button', { name: 'Paste' }).click();
    await expect.poll(input).toBe(`${ESC}[200~one\rtwo${END}`);
  });

  test('shows its control characters before anything is sent', async () => {
    await openRunning('quiet');
    await pasteText(`echo ${ESC}[31mred${BEL}\u202e`);
    await dialog('Paste this?').getByText('3 control characters are in it.').waitFor();
    expect(await dialog().getByLabel('Text to paste').inputValue()).toBe('echo ␛[31mred␇⟨U+202E⟩');
    expect(await input()).toBe('');
  });

  test('of one plain line is not asked about', async () => {
    await openRunning('quiet');
    await pasteText('uname -a');
    await expect.poll(input).toBe('uname -a');
    expect(await dialog().count()).toBe(0);
  });
});

describe.skipIf(!hasChromium)('the terminals by keyboard alone', () => {
  const search = () => browser.page.getByRole('textbox', { name: 'Find in the terminal' });
  const found = () => browser.page.locator('search').getByRole('status');
  const selected = () => browser.page.locator('[role="tab"][aria-selected="true"] bdi').textContent();

  test('one is opened, searched, renamed, left and closed', async () => {
    await prepare([]);
    await browser.openStory(STORY);
    await browser.page.getByRole('heading', { name: 'No terminal is open' }).waitFor();
    await press('Control+Shift+T');
    await browser.page.getByRole('menuitem', { name: 'New on office' }).waitFor();
    await expect.poll(focused).toBe('New on office');
    await press('Enter');
    await status('Connected');
    await expect.poll(hasFocus).toBe(true);
    await browser.page.keyboard.type('needle hay needle\nneedle');
    await terminal.until(/^needle$/m);

    const rows = browser.page.locator('.xterm-rows > div');
    const before = await rows.count();
    await press('Control+Shift+F');
    await expect.poll(focused).toBe('Find in the terminal');
    // The terminal makes room for it.
    await expect.poll(() => rows.count()).toBeLessThan(before);
    await search().pressSequentially('needle');
    // What came last is found first.
    await expect.poll(() => found().textContent()).toBe('3 of 3');
    await press('Enter');
    await expect.poll(() => found().textContent()).toBe('1 of 3');
    await press('Shift+Enter');
    await expect.poll(() => found().textContent()).toBe('3 of 3');
    await press('Shift+Enter');
    await expect.poll(() => found().textContent()).toBe('2 of 3');
    // Where it is already, other words begin.
    await press('Backspace');
    await expect.poll(() => found().textContent()).toBe('2 of 3');
    await search().fill('no such thing');
    await expect.poll(() => found().textContent()).toBe('No match');
    await press('Escape');
    await search().waitFor({ state: 'detached' });
    await expect.poll(hasFocus).toBe(true);

    await press('Control+Shift+Escape');
    expect(await focused()).toContain('office');
    await press('Tab', 'Tab');
    expect(await focused()).toBe('More for this terminal');
    await press('Enter');
    await browser.page.getByRole('menuitem', { name: 'Rename…' }).waitFor();
    await press('r');
    await expect.poll(focused).toBe('Rename…');
    await press('Enter');
    await dialog('Rename tab').waitFor();
    await browser.page.keyboard.type('logs');
    await press('Enter');
    await dialog().waitFor({ state: 'detached' });
    await expect.poll(titles).toEqual(['logs']);
    await expect.poll(hasFocus).toBe(true);

    await press('Control+Shift+W');
    await browser.page.getByRole('heading', { name: 'No terminal is open' }).waitFor();
    expect(await program('closes')).toEqual([{ detach: false }]);
    expect(await input()).toBe('needle hay needle\rneedle');
  });

  test('a search says what is no pattern, closes from its buttons, and finds its words again', async () => {
    await openRunning('quiet');
    await say('err(or err(or');
    await terminal.until(/err/);
    await press('Control+Shift+F');
    await search().pressSequentially('err(');
    await expect.poll(() => found().textContent()).toMatch(/ of 2$/);
    await press('Tab', 'Tab', 'Enter');
    // The key stays where it was pressed.
    await expect.poll(focused).toBe('Regular expression');
    await expect.poll(() => found().textContent()).toBe('Not a valid expression');
    expect(await search().getAttribute('aria-invalid')).toBe('true');
    await press('Enter');
    await expect.poll(() => found().textContent()).toMatch(/ of 2$/);
    await press('Escape');
    await search().waitFor({ state: 'detached' });
    await expect.poll(hasFocus).toBe(true);
    await press('Control+Shift+F');
    await expect.poll(() => found().textContent()).toMatch(/ of 2$/);
    await browser.page.keyboard.type('nothing');
    expect(await search().inputValue()).toBe('nothing');
    expect(await input()).toBe('');
  });

  test('one goes from tab to tab, and what is typed goes to the one in front', async () => {
    await prepare([saved('t1', { name: 'one' }), saved('t2', { name: 'two' }), saved('t3', { name: 'three' })]);
    await browser.openStory(STORY);
    await status('Connected');
    await expect.poll(hasFocus).toBe(true);
    await press('Control+PageDown');
    expect(await selected()).toBe('two');
    await expect.poll(hasFocus).toBe(true);
    await browser.page.keyboard.type('to two');
    await terminal.until(/^to two$/m);
    await press('Control+PageUp', 'Control+PageUp');
    expect(await selected()).toBe('three');
    await press('Control+Shift+Escape', 'Home');
    await expect.poll(focused).toContain('one');
    await press('ArrowRight');
    await expect.poll(focused).toContain('two');
    await press('Delete');
    await expect.poll(titles).toEqual(['one', 'three']);
    expect(await program('closes')).toEqual([{ detach: false }]);
  });
});

describe.skipIf(!hasChromium)('a terminal that is not simply running', () => {
  test('waits for a person there, and is given up by Cancel', async () => {
    await prepare([]);
    await program('answer = "approval"');
    await browser.openStory(STORY);
    await press('Control+Shift+T');
    await browser.page.getByRole('menuitem', { name: 'New on office' }).click();
    await browser.page.getByRole('heading', { name: 'office has to allow it' }).waitFor();
    expect(await program('cancelled')).toBe(0);
    await browser.page.getByRole('button', { name: 'Cancel' }).click();
    await browser.page.getByRole('heading', { name: 'No terminal is open' }).waitFor();
    await expect.poll(() => program('cancelled')).toBe(1);
  });

  test('goes on by itself after its link was made anew: same screen, same size, and all that was typed meanwhile', async () => {
    await openRunning();
    await browser.page.keyboard.type('before ');
    await terminal.until(/before/);
    const sizes = await program<number>('sizes.length');
    const link = (state: string, rest: object = {}): Promise<void> =>
      run(
        `exampleLink.set({ state: ${JSON.stringify(state)}, since: Date.now() - 2000, retryAt: null, via: null, hops: [], why: 'trying', history: [], ...${JSON.stringify(rest)} })`,
      );
    await link('doubtful');
    await browser.page.getByText('No answer for 7 s, looking for another way').waitFor();
    await link('reconnecting', { retryAt: Date.now() + 60_000 });
    await status('Reconnecting');
    await browser.page.getByText('What you type is sent when it is back.', { exact: false }).waitFor();
    await browser.page.keyboard.type('meanwhile ');
    await browser.page.getByRole('button', { name: 'Now', exact: true }).click();
    await expect.poll(() => run<number>('exampleLink.reconnects')).toBe(1);
    // The keyboard is the terminal's again.
    await expect.poll(hasFocus).toBe(true);
    await link('up');
    await status('Connected');
    await browser.page.getByRole('button', { name: 'Now', exact: true }).waitFor({ state: 'detached' });
    await browser.page.keyboard.type('after');
    await terminal.until(/before meanwhile after/);
    expect(await input()).toBe('before meanwhile after');
    expect(await program<number>('sizes.length')).toBe(sizes);
    expect(await program<number>('opens.length')).toBe(1);
    expect(browser.complaints).toEqual([]);
  });

  test('says how its peer is reached, and explains it at a press', async () => {
    await openRunning();
    await browser.page.getByRole('button', { name: 'You ↔ Relay ↔ office · 24 ms' }).click();
    await dialog('How office is reached').getByRole('radio', { name: 'Automatic', exact: true }).waitFor();
    await press('Escape');
    await dialog().waitFor({ state: 'detached' });
    expect(browser.complaints).toEqual([]);
  });

  test('has lost its way, stays on the screen, and is sought at once by Now', async () => {
    await openRunning();
    await say('what was there');
    await terminal.until(/what was there/);
    await program('answer = { code: "link.timeout" }');
    await program('end({ exitCode: null, signal: null, code: "link.path-lost" })');
    await status('Connection lost');
    expect(await terminal.screen()).toContain('what was there');
    const now = browser.page.getByRole('button', { name: 'Now', exact: true });
    // Each try that fails doubles the bound of the next wait.
    for (let tries = 2; tries <= 7; tries += 1) {
      await now.click();
      await expect.poll(() => program<number>('opens.length')).toBeGreaterThanOrEqual(tries);
    }
    await program('answer = "open"');
    await now.click();
    await status('Connected');
    expect(await program('opens.at(-1).terminal')).toBe('t7');
    await expect.poll(hasFocus).toBe(true);
    await browser.page.keyboard.type('again');
    await terminal.until(/^again$/m);
  });

  test('has ended, says how, and Enter alone starts a new one', async () => {
    await openRunning();
    await say('last words');
    await program('end({ exitCode: 3, signal: null, code: null })');
    await browser.page.getByText('The program has ended with exit code 3. Enter starts a new one.').waitFor();
    expect((await terminal.screen()).trimEnd()).toBe('last words');
    await press('a', ' ', 'Escape');
    expect(await program('opens.length')).toBe(1);
    await press('Enter');
    await status('Connected');
    expect(await program('opens[1].terminal ?? "new"')).toBe('new');
    await browser.page.keyboard.type('hello');
    await terminal.until(/^hello$/m);
    expect(await input()).toBe('hello');
  });
});

describe.skipIf(!hasChromium)('tabs of before', () => {
  test('come back with their names after the page is loaded anew, and go on where they ran', async () => {
    await prepare([saved('t7', { name: 'logs' }), saved('t8', { title: 'vim' })]);
    await browser.openStory(STORY);
    await status('Connected');
    await browser.page.reload();
    await status('Connected');
    expect(await titles()).toEqual(['logs', 'vim']);
    await expect.poll(() => program('opens.map(({ terminal }) => terminal)')).toEqual(['t7', 't8']);
    // Left running, not ended.
    expect(await program('closes')).toEqual([]);
  });

  test.each([
    ['no JSON', '{"tabs":'],
    ['no list', '{"length":3}'],
    ['nothing', 'null'],
    ['other things', JSON.stringify([1, null, 'x', [], { peerId: 5, terminal: 't' }, { peerId: '', terminal: '' }])],
    ['far too long names', JSON.stringify([saved('t'.repeat(70)), saved('t1', { title: 'x'.repeat(100_000) })])],
  ])('are not taken from garbage: %s', async (_kind, kept) => {
    await prepare(kept);
    await browser.openStory(STORY);
    await browser.page.getByRole('heading', { name: 'No terminal is open' }).waitFor();
    expect(await program('opens')).toEqual([]);
  });

  test('are taken from among garbage, once each, their names made harmless', async () => {
    await prepare([{ peerId: 1 }, saved('t7', { name: `a${ESC}]0;\u202eb<i>` }), saved('t7'), 'x']);
    await browser.openStory(STORY);
    await status('Connected');
    expect(await program('opens.map(({ terminal }) => terminal)')).toEqual(['t7']);
    expect(await titles()).toEqual(['a]0;b<i>']);
    expect(await tabs().locator('i').count()).toBe(0);
  });
});

describe.skipIf(!hasChromium)('a graphics card', () => {
  test('that is lost leaves the page to draw, with all that was there', async ({ skip }) => {
    const drawing = await StoryBrowser.launch(STORIES, { webgl: true });
    try {
      const { page } = drawing;
      await drawing.openStory('');
      if (!(await page.evaluate<boolean>('document.createElement("canvas").getContext("webgl2") !== null'))) {
        process.stderr.write('No WebGL here: the loss of a graphics card is left out.\n');
        skip('no WebGL');
      }
      const kept = JSON.stringify([saved('t7')]);
      await page.evaluate(`localStorage.setItem(${JSON.stringify(STORAGE)}, ${JSON.stringify(kept)})`);
      await drawing.openStory(STORY);
      const canvases = page.locator('.xterm-screen canvas');
      await expect.poll(() => canvases.count()).toBeGreaterThan(0);
      await page.getByText('Connected', { exact: true }).last().waitFor();
      await page.evaluate('terminalProgram.say("what was there")');
      // Nothing of it is in the page while the card draws.
      expect(await page.locator('.xterm-rows').count()).toBe(0);
      await page.evaluate(`[...document.querySelectorAll('.xterm-screen canvas')]
        .map((canvas) => canvas.getContext('webgl2'))
        .find((context) => context !== null)
        .getExtension('WEBGL_lose_context')
        .loseContext()`);
      // It waits three seconds for the card to come back.
      const pane = new TerminalPane(page);
      await pane.until(/^what was there$/m, 10_000);
      expect(await canvases.count()).toBe(0);
      await page.keyboard.type(' and goes on');
      await pane.until(/^what was there and goes on$/m);
    } finally {
      await drawing.close();
    }
  });
});
