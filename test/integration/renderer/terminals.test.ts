import { describe, expect, onTestFinished, test } from 'vitest';
import { findChromium } from '#test/support/chromium/launch.ts';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';
import { waitLongForPrograms } from '#test/support/window/patience.ts';
import { TerminalPane } from '#test/support/window/terminal-pane.ts';

/** The terminals of the window in a real browser, with a program in the page that the test drives and that says what has reached it. */
const hasChromium = findChromium() !== undefined;
if (!hasChromium) process.stderr.write('No Chromium here: the terminals of the window are left out.\n');

const STORIES = process.env['CLAWREACH_TEST_STORIES'];
const STORY = 'app/terminals';
const STORAGE = 'clawreach.terminals';
/** As in the examples of the stories. */
const OFFICE = 'CR5K8ZT2M4Q7X1B9V6N3D0G8H5J2P7R4S1W6Y9A3C0E5F8K2M7Q4T1XZ';
const BUILD_SERVER = `3${OFFICE.slice(1)}`;
const ESC = '\u001b';
const BEL = '\u0007';

let browser: StoryBrowser;
let terminal: TerminalPane;
shareAmongTests(async (defer) => {
  browser = await StoryBrowser.launch(STORIES);
  defer(() => browser.close());
  browser.page.setDefaultTimeout(15_000);
  terminal = new TerminalPane(browser.page);
  await browser.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
});

test('a declined terminal names its machine, counts down, and can be asked for again at any time', async () => {
  await browser.openStory('terminals/declined');
  const { page } = browser;
  await page.getByText('office declined this terminal.').waitFor();
  await page
    .getByText(/for (?:60|5\d) seconds more, unless someone there presses “Let it ask again”\./u)
    .first()
    .waitFor();
  const again = page.getByRole('button', { name: 'Ask again' });
  expect(await again.getAttribute('aria-disabled')).not.toBe('true');
  await run(`document.documentElement.dataset.accepts = 'yes'`);
  await again.click();
  await page.getByText('office declined this terminal.').waitFor({ state: 'detached' });
  await run('delete document.documentElement.dataset.accepts');
});

test.each([
  ['terminals/lost with the page', ['beforeunload']],
  ['terminals/running', []],
] as const)('the page of %s asks before it is closed: %j', async (story, asked) => {
  const own = await StoryBrowser.launch();
  try {
    await own.openStory(story);
    const { page } = own;
    const dialogs: string[] = [];
    page.on('dialog', (asks) => {
      dialogs.push(asks.type());
      void asks.accept();
    });
    // A browser asks only where the person has done something.
    await page.locator('.xterm').first().click();
    const closed = page.waitForEvent('close');
    await page.close({ runBeforeUnload: true });
    await closed;
    expect(dialogs).toEqual(asked);
  } finally {
    await own.close();
  }
});

const run = <Result>(script: string): Promise<Result> => browser.page.evaluate<Result>(script);
/** What the program behind the terminals is told or asked. */
const program = <Result>(script: string): Promise<Result> => run<Result>(`terminalProgram.${script}`);
const input = (): Promise<string> => program<string>('input');
const say = (output: string): Promise<void> => program(`say(${JSON.stringify(output)})`);
const saved = (name: string, rest: object = {}) => ({ peerId: OFFICE, terminal: name, title: '', ...rest });
const dialog = (name?: string) => browser.page.getByRole('dialog', name === undefined ? {} : { name });
const tabs = () => browser.page.getByRole('tab');
const titles = (): Promise<readonly string[]> =>
  browser.page.locator('[role="tab"] bdi:first-of-type').allTextContents();
const hasFocus = () => run<boolean>('document.activeElement?.matches(".xterm textarea") === true');
const press = async (...keys: readonly string[]): Promise<void> => {
  for (const key of keys) await browser.page.keyboard.press(key);
};
const focused = () =>
  run<string>(
    '(document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "").trim()',
  );

/** An empty page, with a fresh program and what the window has kept from before. */
async function prepare(kept: unknown): Promise<void> {
  await browser.clear();
  await program('reset()');
  const text = typeof kept === 'string' ? kept : JSON.stringify(kept);
  for (const kind of ['left', 'numbers']) await run(`localStorage.removeItem(${JSON.stringify(`${STORAGE}.${kind}`)})`);
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
    // The side bar names the keys that work everywhere, whatever has the focus.
    const caps = () => browser.page.locator('button[aria-keyshortcuts="Control+K"] kbd').allTextContents();
    expect(await caps()).toEqual(['Ctrl', 'Shift', 'K']);
    await browser.page.locator('button[aria-keyshortcuts="Control+K"]').focus();
    expect(await caps()).toEqual(['Ctrl', 'Shift', 'K']);
    await browser.page.locator('.xterm-helper-textarea').first().focus();
    await expect.poll(input).toBe(typed);
    await expect.poll(async () => (await terminal.screen()).trimEnd()).toBe(typed);
  });

  test('goes for the keys of the program to the program, those of the window to the window', async () => {
    await openRunning('quiet');
    await press('Tab', 'ArrowUp', 'Escape', 'Control+c', 'F6', 'Alt+x', 'Shift+Tab');
    expect(await hasFocus()).toBe(true);
    await expect.poll(input).toBe(`\t${ESC}[A${ESC}\u0003${ESC}[17~${ESC}x${ESC}[Z`);
    await press('Control+Shift+F', 'Escape', 'Control+Shift+Escape');
    expect(await input()).toHaveLength(16);
  });

  test("reaches the program while a tooltip is open: Escape is the program's", async () => {
    await openRunning('quiet');
    await browser.page.getByRole('button', { name: 'Search', exact: true }).first().hover();
    await browser.page.locator('[class*="_tooltip_"]').waitFor();
    await press('Escape', 'x');
    await expect.poll(input).toBe(`${ESC}x`);
    await browser.page.mouse.move(400, 400);
  });

  test('is kept in order and whole when it is 200 KB at once, after it was looked at', async () => {
    await openRunning('quiet');
    const lines = Array.from({ length: 4000 }, (_, line) => `line ${line} ${'.'.repeat(42)}`);
    await pasteText(lines.join('\n'));
    await dialog('Paste this?').getByText('4000 lines').waitFor();
    await dialog().getByText('A shell runs each line as soon as you paste it.', { exact: false }).waitFor();
    // A single finding is no list.
    expect(await dialog().getByRole('list').count()).toBe(0);
    expect(await input()).toBe('');
    await dialog().getByRole('button', { name: 'Paste' }).click();
    const expected = lines.join('\r');
    expect(expected.length).toBeGreaterThan(200_000);
    await expect.poll(async () => (await input()).length).toBe(expected.length);
    await expect.poll(async () => (await input()) === expected).toBe(true);
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
    await browser.resize(900, 520);
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
        const { rows, cols, spare } = await shown();
        const told = await last();
        // The whole width, but for the bar that scrolls and less than a cell: as long as the window is drawn, it is another one.
        return told.cols === cols && told.rows === rows && cols < 110 && spare >= 0 && spare < 50;
      })
      .toBe(true);
    const { rows, cols } = await shown();
    await expect.poll(last).toEqual({ cols, rows });
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
    await expect.poll(() => browser.overflow()).toBe(0);
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
    await asked.getByText("The text in the terminal isn't the actual address.").waitFor();
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
    await dialog('Open this link?').getByText('Text before the host could be mistaken for it.').waitFor();
    await expect.poll(() => dialog().locator('dd').first().textContent()).toBe('evil.example');
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

  test('sets the clipboard once the person has allowed it for its machine, and never reads it [S-APP-3]', async () => {
    await openRunning('quiet');
    await run('navigator.clipboard.writeText("mine")');
    const set = (words: string): string => `${ESC}]52;c;${Buffer.from(words).toString('base64')}${ESC}\\`;
    await say(set('one') + set('rm -rf /').repeat(5) + `${ESC}]52;c;?${BEL}${ESC}]52;p;?${ESC}\\after`);
    await terminal.until(/^after$/m);
    const asked = browser.page.getByText('A program on office wants to copy this to your clipboard:');
    await asked.waitFor();
    await expect.poll(() => asked.count()).toBe(1);
    // It takes no key from the terminal, and a key on its way answers nothing.
    expect(await hasFocus()).toBe(true);
    await press('Enter');
    expect(await run('navigator.clipboard.readText()')).toBe('mine');
    await browser.page.getByRole('button', { name: 'Allow for office' }).click();
    await asked.waitFor({ state: 'detached' });
    await expect.poll(() => run('navigator.clipboard.readText()')).toBe('rm -rf /');
    await browser.page.getByText('A program on office copied 8 characters to your clipboard.').waitFor();
    await expect.poll(hasFocus).toBe(true);
    await say(set('größer'));
    await expect.poll(() => run('navigator.clipboard.readText()')).toBe('größer');
    await say(set('x'.repeat(200_000)));
    await browser.page.getByText('The text was too large.', { exact: false }).waitFor();
    // Behind the back of a person who is in some other place it may not.
    await press('Control+3');
    await say(set('behind'));
    await browser.page.getByText("It can only while you're typing in its terminal.", { exact: false }).waitFor();
    expect(await run('navigator.clipboard.readText()')).toBe('größer');
    await expect.poll(input).toBe('\r');
  });

  test('that was refused the clipboard is not asked about again, and leaves it as it is [S-APP-3]', async () => {
    await openRunning('quiet');
    await run('navigator.clipboard.writeText("mine")');
    await say(`${ESC}]52;c;cm0gLXJmIC8=${BEL}`);
    await browser.page.getByRole('button', { name: 'Never' }).click();
    await browser.page.getByRole('button', { name: 'Never' }).waitFor({ state: 'detached' });
    await say(`${ESC}]52;c;cm0gLXJmIC8=${BEL}after`);
    await terminal.until(/after$/m);
    expect(await browser.page.getByRole('button', { name: 'Never' }).count()).toBe(0);
    expect(await run('navigator.clipboard.readText()')).toBe('mine');
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
    await press('Control+3');
    await browser.page.getByRole('heading', { name: 'Forwards', level: 1 }).waitFor();
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
    // The brackets keep a shell from running them.
    await dialog().getByText('The program receives it as one paste.', { exact: false }).waitFor();
    await expect.poll(() => dialog().getByLabel('Text to paste').inputValue()).toBe('one\ntwo\n');
    await press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await expect.poll(hasFocus).toBe(true);
    expect(await input()).toBe('');
    await pasteText(`one\ntwo${END}\n`);
    // Changed by hand, it still cannot step out. The text takes no key before that.
    expect(await dialog().getByLabel('Text to paste').getAttribute('readonly')).not.toBeNull();
    await dialog().getByRole('button', { name: 'Edit' }).click();
    await dialog().getByLabel('Text to paste').fill('one␛[201~\ntwo');
    await dialog().getByRole('button', { name: 'Paste' }).click();
    await expect.poll(input).toBe(`${ESC}[200~one\rtwo${END}`);
  });

  test('of several lines goes in with Enter, and with Ctrl+Enter once it is edited', async () => {
    await openRunning('quiet');
    await say(`${bracketed}ready`);
    await terminal.until(/ready/);
    await pasteText('one\ntwo');
    await dialog('Paste this?').waitFor();
    await press('Enter');
    await dialog().waitFor({ state: 'detached' });
    await expect.poll(input).toBe(`${ESC}[200~one\rtwo${END}`);
    await pasteText('one\ntwo');
    await dialog().getByRole('button', { name: 'Edit' }).click();
    await press('Control+End');
    await press('Enter');
    await press('Control+Enter');
    await dialog().waitFor({ state: 'detached' });
    await expect.poll(input).toBe(`${ESC}[200~one\rtwo${END}${ESC}[200~one\rtwo\r${END}`);
  });

  test('shows its control characters before anything is sent', async () => {
    await openRunning('quiet');
    await pasteText(`echo ${ESC}[31mred${BEL}\u202e`);
    await dialog('Paste this?').getByText('Contains 3 control characters').waitFor();
    await expect.poll(() => dialog().getByLabel('Text to paste').inputValue()).toBe('echo ␛[31mred␇⟨U+202E⟩');
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
  const search = () => browser.page.getByRole('textbox', { name: 'Find' });
  const found = () => browser.page.locator('search').getByRole('status');
  const selected = () => browser.page.locator('[role="tab"][aria-selected="true"] bdi:first-of-type').textContent();

  test('one is opened, searched, renamed, left and closed', async () => {
    await prepare([]);
    await browser.openStory(STORY);
    await browser.page.getByRole('heading', { name: 'No terminals. Choose a machine.' }).waitFor();
    await press('Control+Shift+T');
    await browser.page.getByRole('menuitem', { name: 'New on office' }).waitFor();
    await expect.poll(focused).toBe('New on office');
    await press('Enter');
    await status('Connected');
    await expect.poll(hasFocus).toBe(true);
    await browser.page.keyboard.type('needle hay needle\nneedle');
    await terminal.until(/^needle$/m);

    const sizes = await program<number>('sizes.length');
    await press('Control+Shift+F');
    await expect.poll(focused).toBe('Find');
    // It lies over the terminal, whose program sees no other size.
    await browser.drawn();
    expect(await program<number>('sizes.length')).toBe(sizes);
    await search().pressSequentially('needle');
    // What came last is found first.
    await expect.poll(() => found().textContent()).toBe('3 of 3');
    await press('Shift+Enter');
    await expect.poll(() => found().textContent()).toBe('1 of 3');
    await press('Enter');
    await expect.poll(() => found().textContent()).toBe('3 of 3');
    // Older matches follow.
    await press('Enter');
    await expect.poll(() => found().textContent()).toBe('2 of 3');
    // Where it is already, other words begin.
    await press('Backspace');
    await expect.poll(() => found().textContent()).toBe('2 of 3');
    await search().fill('no such thing');
    await expect.poll(() => found().textContent()).toBe('No matches');
    await press('Escape');
    await search().waitFor({ state: 'detached' });
    await expect.poll(hasFocus).toBe(true);

    await press('Control+Shift+Escape');
    await expect.poll(focused).toContain('office');
    // Chromium shows no focus after keys with Ctrl by itself.
    expect(await run('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await press('F2');
    await expect.poll(focused).toBe('Rename tab');
    await browser.page.keyboard.type('logs');
    await press('Enter');
    await expect.poll(titles).toEqual(['logs']);
    await expect.poll(hasFocus).toBe(true);

    await press('Control+Shift+W');
    await browser.page.getByRole('heading', { name: 'No terminals. Choose a machine.' }).waitFor();
    await expect.poll(() => program('closes')).toEqual([{ detach: false }]);
    await expect.poll(input).toBe('needle hay needle\rneedle');
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
    await expect.poll(() => found().textContent()).toBe('Invalid expression');
    await expect.poll(() => search().getAttribute('aria-invalid')).toBe('true');
    await press('Enter');
    await expect.poll(() => found().textContent()).toMatch(/ of 2$/);
    await press('Escape');
    await search().waitFor({ state: 'detached' });
    await expect.poll(hasFocus).toBe(true);
    await press('Control+Shift+F');
    await expect.poll(() => found().textContent()).toMatch(/ of 2$/);
    await browser.page.keyboard.type('nothing');
    await expect.poll(() => search().inputValue()).toBe('nothing');
    expect(await input()).toBe('');
  });

  test('the search covers nothing of a terminal, and in a narrow window no match', async () => {
    await openRunning('quiet');
    await press('Control+Shift+F');
    await search().waitFor();
    const isApart = await run<boolean>(
      `document.querySelector('search').getBoundingClientRect().bottom <= document.querySelector('.xterm-screen').getBoundingClientRect().top`,
    );
    expect(isApart).toBe(true);
    await press('Escape');
    await browser.resize(600, 700);
    await search().waitFor({ state: 'detached' });
    const isCovered = (): Promise<boolean | undefined> =>
      browser.page.evaluate(`(() => {
        const match = document.querySelector('.xterm-selection div')?.getBoundingClientRect();
        if (match === undefined) return undefined;
        const bar = document.querySelector('search').parentElement.getBoundingClientRect();
        return match.left < bar.right && match.right > bar.left && match.top < bar.bottom && match.bottom > bar.top;
      })()`);
    const lines = Array.from({ length: 60 }, (_, at) => `${' '.repeat(50)}needle ${at}`);
    await say(lines.join('\r\n'));
    await terminal.until(/needle 59/);
    await press('Control+Shift+F');
    await search().pressSequentially('needle');
    for (let at = 60; at > 0; at -= 1) {
      await expect.poll(() => found().textContent()).toBe(`${at} of 60`);
      await expect.poll(isCovered).toBe(false);
      await press('Enter');
    }
  });

  test('one goes from tab to tab, and what is typed goes to the one in front', async () => {
    await prepare([saved('t1', { name: 'one' }), saved('t2', { name: 'two' }), saved('t3', { name: 'three' })]);
    await browser.openStory(STORY);
    await status('Connected');
    await expect.poll(hasFocus).toBe(true);
    await press('Control+PageDown');
    await expect.poll(selected).toBe('two');
    await expect.poll(hasFocus).toBe(true);
    await browser.page.keyboard.type('to two');
    await terminal.until(/^to two$/m);
    await press('Control+PageUp', 'Control+PageUp');
    await expect.poll(selected).toBe('three');
    await press('Control+Shift+Escape', 'Home');
    await expect.poll(focused).toContain('one');
    await press('ArrowRight');
    await expect.poll(focused).toContain('two');
    await press('Delete');
    await expect.poll(titles).toEqual(['one', 'three']);
    await expect.poll(() => program('closes')).toEqual([{ detach: false }]);
  });
});

describe.skipIf(!hasChromium)('panes of a tab', () => {
  const panes = () => browser.page.locator('[data-terminal-pane]:visible');
  const separator = () => browser.page.getByRole('separator');
  /** Where the pane with the keyboard stands, in words. */
  const place = () =>
    run<string>(`(() => {
      const pane = document.activeElement.closest('[data-terminal-pane]');
      if (pane === null) return 'none';
      const { left, top, width, height } = pane.getBoundingClientRect();
      const whole = pane.closest('[role="tabpanel"]').getBoundingClientRect();
      const part = (size, all) => (size > all * 0.9 ? 'all' : 'part');
      return [left > whole.left + 9 ? 'right' : 'left', top > whole.top + 9 ? 'low' : 'high', part(width, whole.width), part(height, whole.height)].join(' ');
    })()`);

  test('are split, gone through, made larger, given all the room and closed by keyboard alone', async () => {
    await openRunning();
    await press('Control+Shift+E');
    await expect.poll(() => panes().count()).toBe(2);
    await expect.poll(place).toBe('right high part all');
    await expect.poll(() => program('opens.length')).toBe(2);
    await browser.page.keyboard.type('to the right');
    await expect.poll(input).toBe('to the right');
    await press('Control+Shift+O');
    await expect.poll(() => panes().count()).toBe(3);
    await expect.poll(place).toBe('right low part part');
    await press('Control+Shift+ArrowUp');
    await expect.poll(place).toBe('right high part part');
    await press('Control+Shift+ArrowLeft');
    await expect.poll(place).toBe('left high part all');
    // Where nothing is, it stays.
    await press('Control+Shift+ArrowLeft');
    await expect.poll(place).toBe('left high part all');
    const before = (await panes().first().boundingBox())?.width ?? 0;
    await press('Alt+Shift+ArrowRight', 'Alt+Shift+ArrowRight');
    await expect.poll(async () => (await panes().first().boundingBox())?.width ?? 0).toBeGreaterThan(before + 20);
    await press('Control+Shift+Enter');
    await expect.poll(place).toBe('left high all all');
    expect(await separator().count()).toBe(0);
    await press('Control+Shift+Enter');
    await expect.poll(place).toBe('left high part all');
    // The search is of one pane, and says so.
    await press('Control+Shift+F');
    await browser.page.getByRole('textbox', { name: 'Find' }).pressSequentially('nowhere');
    await browser.page.locator('search').getByText('None in this pane', { exact: true }).waitFor();
    await press('Escape');
    await expect.poll(hasFocus).toBe(true);
    await press('Control+Shift+W');
    await expect.poll(() => panes().count()).toBe(2);
    await expect.poll(hasFocus).toBe(true);
    await expect.poll(() => program('closes')).toEqual([{ detach: false }]);
    // None of it was typed.
    await expect.poll(input).toBe('to the right');
    await expect.poll(() => browser.axe()).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });

  test('have a separator that is moved by arrow keys and by the mouse, and tells where it stands', async () => {
    await openRunning('quiet');
    await press('Control+Shift+E');
    await separator().waitFor();
    await expect.poll(() => separator().getAttribute('aria-orientation')).toBe('vertical');
    await expect.poll(() => separator().getAttribute('aria-valuenow')).toBe('50');
    await separator().focus();
    await press('ArrowRight', 'ArrowRight', 'Shift+ArrowRight');
    await expect.poll(() => separator().getAttribute('aria-valuenow')).toBe('64');
    await press('End');
    await expect.poll(() => separator().getAttribute('aria-valuenow')).toBe('92');
    await press('Enter');
    await expect.poll(() => separator().getAttribute('aria-valuenow')).toBe('50');
    // Back to the terminal.
    await press('Escape');
    await expect.poll(hasFocus).toBe(true);
    const box = await separator().boundingBox();
    if (box === null) throw new Error('no separator');
    await program('sizes.splice(0)');
    await browser.page.mouse.move(box.x + 4, box.y + 100);
    await browser.page.mouse.down();
    await browser.page.mouse.move(box.x - 250, box.y + 100, { steps: 20 });
    await browser.page.mouse.up();
    await expect.poll(async () => Number(await separator().getAttribute('aria-valuenow'))).toBeLessThan(35);
    await expect.poll(hasFocus).toBe(true);
    // Both programs are told their size.
    await expect.poll(() => program<number>('sizes.length')).toBeGreaterThanOrEqual(2);
    expect(await input()).toBe('');
  });

  test('come back as they were after the page is loaded anew', async () => {
    await openRunning('quiet');
    await press('Control+Shift+E');
    await expect.poll(() => program('opens.length')).toBe(2);
    await press('Control+Shift+O');
    await expect.poll(() => program('opens.length')).toBe(3);
    await press('Control+Shift+ArrowLeft', 'Alt+Shift+ArrowRight');
    await browser.drawn();
    const places = () =>
      run<string>(
        `JSON.stringify([...document.querySelectorAll('[data-terminal-pane]')].map(({ style }) => [style.left, style.top, style.width, style.height]))`,
      );
    const before = await places();
    await browser.page.reload();
    await status('Connected');
    await expect.poll(() => panes().count()).toBe(3);
    await expect.poll(places).toBe(before);
    await expect.poll(place).toBe('left high part all');
    await expect.poll(() => program('opens.map(({ terminal }) => terminal)')).toEqual(['t7', 't2', 't3']);
    expect(await program('closes')).toEqual([]);
  });
});

describe.skipIf(!hasChromium)('typing into several terminals', () => {
  const inputs = () => program<Readonly<Record<string, string>>>('inputs');
  const bar = () => browser.page.getByRole('region', { name: 'Broadcast input' });
  /** A tab of two terminals, and another one of one. */
  const openThree = async (): Promise<void> => {
    await prepare([
      {
        panes: [saved('left'), saved('right')],
        layout: {
          kind: 'split',
          direction: 'row',
          parts: [0, 1].map((pane) => ({ share: 0.5, layout: { kind: 'pane', pane } })),
        },
        front: true,
      },
      saved('other', { name: 'another tab' }),
    ]);
    await program(`manner = 'quiet'`);
    await browser.openStory(STORY);
    await status('Connected');
    await expect.poll(hasFocus).toBe(true);
    await expect.poll(() => program('opens.length')).toBe(3);
  };

  test('is off, then of one tab by a key, with a bar that says so, and stops by the same key', async () => {
    await openThree();
    await browser.page.keyboard.type('a');
    await expect.poll(inputs).toEqual({ left: 'a' });
    await press('Control+Shift+I');
    await bar().getByText('Your input goes to 2 terminals.').waitFor();
    await browser.page.keyboard.type('bc');
    await press('ArrowUp', 'Enter');
    await expect.poll(inputs).toEqual({ left: `abc${ESC}[A\r`, right: `bc${ESC}[A\r` });
    await expect.poll(() => browser.axe()).toEqual([]);
    await press('Control+Shift+I');
    await bar().waitFor({ state: 'detached' });
    await expect.poll(hasFocus).toBe(true);
    await browser.page.keyboard.type('d');
    await expect.poll(inputs).toEqual({ left: `abc${ESC}[A\rd`, right: `bc${ESC}[A\r` });
  });

  test('sends nothing that a terminal says to its own program: whoever asks cannot type into other machines [S-TERM-17]', async () => {
    await openThree();
    await press('Control+Shift+ArrowRight', 'Control+Shift+I');
    await bar().waitFor();
    // In the one opened last, which is of another tab; and in one of these.
    await program(`say(${JSON.stringify(`${ESC}[6n`)})`);
    await expect.poll(inputs).toEqual({ other: `${ESC}[1;1R` });
    await run(
      `terminalProgram.sayIn('right', ${JSON.stringify(`${ESC}[c${ESC}[6n${ESC}]11;?${ESC}\\${ESC}[?1003h${ESC}[?1006h`)})`,
    );
    await expect.poll(async () => (await inputs())['right'] ?? '').toContain('rgb:');
    await browser.page.mouse.move(900, 300);
    await browser.page.mouse.move(910, 320);
    await expect.poll(async () => (await inputs())['right'] ?? '').toContain(`${ESC}[<35;`);
    await browser.page.keyboard.type('x');
    await expect.poll(async () => (await inputs())['left']).toBe('x');
    expect((await inputs())['other']).toBe(`${ESC}[1;1R`);
  });

  test('asks about a paste once, and each terminal gets it in its own brackets [S-TERM-17]', async () => {
    await openThree();
    await press('Control+Shift+I');
    await bar().waitFor();
    await run(`terminalProgram.sayIn('right', ${JSON.stringify(`${ESC}[?2004hready`)})`);
    await terminal.until(/ready/);
    await pasteText('one\ntwo');
    await dialog('Paste this?').getByText('Goes to 2 terminals.').waitFor();
    expect(await inputs()).toEqual({});
    await dialog().getByRole('button', { name: 'Paste' }).click();
    await expect.poll(inputs).toEqual({ left: 'one\rtwo', right: `${ESC}[200~one\rtwo${ESC}[201~` });
    expect(await dialog().count()).toBe(0);
  });

  test('goes into another tab only where that was chosen, and ends with a tab that has none of them [S-TERM-17]', async () => {
    await openThree();
    await press('Control+Shift+I');
    await bar().waitFor();
    await browser.page.keyboard.type('a');
    await expect.poll(inputs).toEqual({ left: 'a', right: 'a' });
    await press('Control+PageDown');
    await bar().waitFor({ state: 'detached' });
    await browser.page.getByText('Broadcast input is off.').waitFor();
    await expect.poll(hasFocus).toBe(true);
    await browser.page.keyboard.type('b');
    await expect.poll(inputs).toEqual({ left: 'a', right: 'a', other: 'b' });
    // By its own key there is a choice, where a tab has one terminal only.
    await press('Control+Shift+I');
    await dialog('Broadcast input').getByRole('checkbox').first().check();
    await dialog().getByRole('button', { name: 'Broadcast to 2' }).click();
    await expect.poll(hasFocus).toBe(true);
    await browser.page.keyboard.type('c');
    await expect.poll(inputs).toEqual({ left: 'ac', right: 'a', other: 'bc' });
    // The tab of the other is one of them: it goes on there.
    await press('Control+PageUp');
    await bar().getByText('Your input goes to 2 terminals.').waitFor();
    await press('Control+Shift+ArrowRight');
    await bar().getByText('only to this terminal').waitFor();
    await browser.page.keyboard.type('d');
    await expect.poll(inputs).toEqual({ left: 'ac', right: 'ad', other: 'bc' });
    await press('Control+2', 'Control+3');
    await browser.page.getByRole('heading', { name: 'Forwards', level: 1 }).waitFor();
    await press('Control+2');
    await expect.poll(hasFocus).toBe(true);
    expect(await bar().count()).toBe(0);
  });

  test('leaves out who is lost, over, or cannot be reached', async () => {
    await openThree();
    await press('Control+Shift+I');
    await bar().waitFor();
    await run(`terminalProgram.endOf('right', { exitCode: 1, signal: null, code: null })`);
    await bar().getByText("The other terminals can't receive input").waitFor();
    await browser.page.keyboard.type('a');
    await press('Enter');
    await expect.poll(inputs).toEqual({ left: 'a\r' });
    // It has not been started anew by that.
    expect(await program('opens.length')).toBe(3);
  });
});

describe.skipIf(!hasChromium)('tabs behind others', () => {
  test('are as wide as their names up to a limit, and nothing of them is cut where there is room', async () => {
    const names = ['a', 'a longer name', 'a name that is much longer than any tab will ever be'];
    await prepare(names.map((name) => saved(name, { name })));
    await browser.openStory(STORY);
    await status('Connected');
    await expect.poll(titles).toEqual(names);
    const sizes = await run<
      readonly (readonly [number, boolean])[]
    >(`[...document.querySelectorAll('[role="tab"]')].map((tab) => {
      const title = tab.querySelector('bdi');
      return [Math.round(tab.parentElement.getBoundingClientRect().width), title.scrollWidth > title.clientWidth];
    })`);
    const [short = [0, true], middle = [0, true], long = [0, false]] = sizes;
    expect([short[1], middle[1], long[1]]).toEqual([false, false, true]);
    expect(short[0]).toBeLessThan(middle[0]);
    expect(middle[0]).toBeLessThan(long[0]);
    expect(long[0]).toBe(220);
  });

  test('that have no room are listed in a menu, by the keyboard too; the one in front is all in sight with its close button', async () => {
    await browser.openStory('terminals/many tabs', { width: 800, height: 600 });
    await expect.poll(() => tabs().count()).toBe(20);
    const all = () => browser.page.getByRole('button', { name: 'All tabs' });
    await all().waitFor();
    /** Reports whether the tab in front and its close button are where the row neither ends nor fades. */
    const isWhole = () =>
      run<boolean>(`(() => {
        const tab = document.querySelector('[role="tab"][aria-selected="true"]').parentElement;
        const row = tab.parentElement.getBoundingClientRect();
        const { left, right } = tab.getBoundingClientRect();
        const close = tab.querySelector('[class*="tab-close"]').getBoundingClientRect();
        const isFirst = tab.style.order === '0', isLast = tab.style.order === '19';
        return close.width > 0 && left >= row.left + (isFirst ? -1 : 31) && right <= row.right - (isLast ? -1 : 31);
      })()`);
    for (const position of [1, 9, 20, 10]) {
      await all().focus();
      await press('Enter');
      const entries = browser.page.getByRole('menuitem');
      await expect.poll(() => entries.count()).toBe(20);
      expect(await entries.and(browser.page.locator('[aria-current="true"]')).count()).toBe(1);
      await entries.nth(position - 1).click();
      await expect
        .poll(() => tabs().and(browser.page.locator('[aria-selected="true"]')).getAttribute('id'))
        .toBe(
          await tabs()
            .nth(position - 1)
            .getAttribute('id'),
        );
      await expect.poll(isWhole).toBe(true);
    }
    // Also where the room becomes less.
    await browser.resize(660, 600);
    await expect.poll(isWhole).toBe(true);
    await expect.poll(() => browser.axe()).toEqual([]);
  });

  test('of one program are told apart by their folders, and keep their numbers after a restart', async () => {
    const shell = (name: string, folder: string) =>
      saved(name, { foreground: { program: 'bash', folder: `/home/mira/${folder}`, home: '/home/mira' } });
    await prepare([shell('one', 'docs'), shell('two', 'docs'), shell('three', 'relay/src'), shell('four', 'app/src')]);
    await browser.openStory(STORY);
    await status('Connected');
    const words = () =>
      run<readonly string[]>(
        `[...document.querySelectorAll('[role="tab"]')].map((tab) => [...tab.querySelectorAll('bdi')].map((each) => each.textContent).join(' '))`,
      );
    await expect.poll(words).toEqual(['bash docs', 'bash (2) docs', 'bash relay/src', 'bash app/src']);
    await tabs().first().press('Shift+Delete');
    await expect.poll(words).toEqual(['bash (2) docs', 'bash relay/src', 'bash app/src']);
    const kept = await run<string>(`localStorage.getItem(${JSON.stringify(STORAGE)})`);
    const numbers = await run<string>(`localStorage.getItem(${JSON.stringify(`${STORAGE}.numbers`)})`);
    await prepare(kept);
    await run(`localStorage.setItem(${JSON.stringify(`${STORAGE}.numbers`)}, ${JSON.stringify(numbers)})`);
    await browser.openStory(STORY);
    await expect.poll(words).toEqual(['bash (2) docs', 'bash relay/src', 'bash app/src']);
  });

  test('that had ended before the restart ask for nothing, keep their names, and get new shells together', async () => {
    const ended = { kind: 'ended', exitCode: 3, signal: null };
    await prepare([
      saved('one', { name: 'build', front: true, ended }),
      saved('two', { name: 'logs', ended: { kind: 'gone' } }),
      { peerId: OFFICE, title: '', name: 'notes' },
    ]);
    await browser.openStory(STORY);
    await browser.page.getByText('The program ended with code 3.').waitFor();
    await expect.poll(titles).toEqual(['build', 'logs', 'notes']);
    expect(await program('sizes.length')).toBe(0);
    await browser.page.getByText("What it showed isn't kept", { exact: false }).first().waitFor();
    const kept = () => run<string>(`localStorage.getItem(${JSON.stringify(STORAGE)})`);
    expect(JSON.parse(await kept())).toMatchObject([
      { name: 'build', ended },
      { name: 'logs', ended: { kind: 'gone' } },
      { name: 'notes' },
    ]);
    // Nothing runs that would be typed into.
    const cursors = () => run<number>(`document.querySelectorAll('.xterm-cursor').length`);
    await expect.poll(cursors).toBe(0);
    await browser.page.getByRole('button', { name: 'New shell in all 3' }).click();
    await expect.poll(() => browser.page.getByRole('tab', { name: /^Connected/ }).count()).toBe(3);
    await expect.poll(titles).toEqual(['build', 'logs', 'notes']);
    await expect.poll(cursors).toBe(1);
  });

  test('are renamed in their own menu and that of the terminal, which changes the text size as well; a name that a terminal got alone goes with it when it is left running', async () => {
    await prepare([saved('one', { name: 'build' })]);
    await program(`manner = 'quiet'`);
    await browser.openStory(STORY);
    await status('Connected');
    await press('Control+Shift+E');
    await expect.poll(() => browser.page.locator('[data-terminal-pane]').count()).toBe(2);
    await expect.poll(titles).toEqual(['build']);
    const entry = (name: string) => browser.page.getByRole('menuitem', { name });
    await browser.page.getByRole('button', { name: 'Terminal menu' }).click();
    await entry('Maximize pane').waitFor();
    await entry('Rename tab…').waitFor();
    await entry('Smaller text').waitFor();
    await entry('Larger text').waitFor();
    await press('Escape');
    await tabs().first().click({ button: 'right' });
    await entry('Rename tab…').waitFor();
    await press('Escape');
    const header = browser.page.locator('[class*="_pane-header_"]');
    await header.getByRole('button', { name: 'Close build' }).click({ modifiers: ['Shift'] });
    await expect.poll(() => program('closes')).toEqual([{ detach: true }]);
    await expect.poll(titles).not.toContain('build');
    await browser.page.getByText(/^Still running on office: .?build/).waitFor();
  });

  const tab = (name: string) => browser.page.getByRole('tab', { name });
  const openTwo = async (): Promise<void> => {
    await prepare([saved('one', { name: 'first' }), saved('two', { name: 'second' })]);
    await program(`manner = 'quiet'`);
    await browser.openStory(STORY);
    await status('Connected');
    await expect.poll(hasFocus).toBe(true);
    await expect.poll(() => program('opens.length')).toBe(2);
  };
  /** Nothing that is drawn at the beginning is news. */
  const sayUntil = (name: string, output: string, shown: RegExp): Promise<void> =>
    expect
      .poll(async () => {
        await run(`terminalProgram.sayIn(${JSON.stringify(name)}, ${JSON.stringify(output)})`);
        await browser.drawn();
        return await tab('second').textContent();
      })
      .toMatch(shown);

  test('are marked when something comes or their bell rings, until they are seen', async () => {
    await openTwo();
    await run(`terminalProgram.sayIn('two', 'its prompt$ ')`);
    await browser.drawn();
    expect(await tab('second').textContent()).not.toMatch(/has come|bell/);
    // What redraws its line is no news.
    for (const count of [1, 2, 3]) await run(`terminalProgram.sayIn('two', '\\r${count} %')`);
    await sayUntil('two', '\r\noutput', /New output/);
    await sayUntil('two', BEL, /Bell/);
    await expect.poll(() => browser.axe()).toEqual([]);
    await press('Alt+2');
    await expect.poll(() => tab('second').textContent()).not.toMatch(/has come|bell/);
    // Before the person it is seen at once, and marks nothing.
    await run(`new Promise((resolve) => {
      const seen = new MutationObserver(() => resolve(seen.disconnect()));
      seen.observe(document.body, { subtree: true, attributes: true, attributeFilter: ['data-bell'] });
      void terminalProgram.sayIn('two', ${JSON.stringify(BEL)});
    })`);
    await browser.page.locator('[data-bell]').waitFor({ state: 'detached' });
    expect(await tab('second').textContent()).not.toMatch(/has come|bell/);
  });

  test('have one numbering with their panes: equal titles of a machine differ by the same number on tab, pane and menu', async () => {
    await prepare([
      saved('one', { name: 'build' }),
      {
        name: 'build',
        panes: [saved('two'), saved('three')],
        layout: {
          kind: 'split',
          direction: 'row',
          parts: [0, 1].map((pane) => ({ share: 0.5, layout: { kind: 'pane', pane } })),
        },
        front: true,
      },
      saved('four', { peerId: BUILD_SERVER, name: 'build' }),
    ]);
    await browser.openStory(STORY);
    await status('Connected');
    // The machine beside the title tells the third apart.
    await expect.poll(titles).toEqual(['build', 'build (2)', 'build']);
    const panes = browser.page.locator('[data-terminal-pane] [class*="pane-program"]');
    const inPanes = await panes.allTextContents();
    expect(new Set(inPanes).size).toBe(2);
    // What was left keeps its number where it is offered again.
    await tab('build (2)').press('F2');
    await expect.poll(focused).toBe('Rename tab');
    await press('Control+A', 'Delete', 'Enter');
    await expect.poll(titles).toEqual(['build', inPanes[0], 'build']);
  });

  test('are gone to by their number, and closed ones come back: what was left running as it runs, in place of the rest a new one', async () => {
    await openTwo();
    await press('Alt+2');
    await expect.poll(() => tab('second').getAttribute('aria-selected')).toBe('true');
    await press('Alt+9', 'Alt+1');
    await expect.poll(() => tab('first').getAttribute('aria-selected')).toBe('true');
    // There is no such tab: the program has the key.
    await press('Alt+5');
    await expect.poll(input).toBe(`${ESC}5`);
    await press('Control+Shift+Escape', 'Shift+Delete');
    await expect.poll(titles).toEqual(['second']);
    await press('Control+Shift+W');
    await browser.page.getByRole('heading', { name: 'Left running' }).waitFor();
    await expect.poll(() => program('closes')).toEqual([{ detach: true }, { detach: false }]);
    await press('Control+Shift+Z');
    await expect.poll(titles).toEqual(['second']);
    await press('Control+Shift+Z');
    await expect.poll(titles).toEqual(['second', 'first']);
    // The one that was ended is opened anew, the other one is come back to.
    await expect.poll(() => program('opens.slice(2).map(({ terminal }) => terminal ?? null)')).toEqual([null, 'one']);
    await press('Control+Shift+Z');
    await expect.poll(titles).toEqual(['second', 'first']);
  });

  test('have no scroll bar of their former size when they come to the front in a larger window', async () => {
    await openTwo();
    await run(`terminalProgram.sayIn('two', '$ ')`);
    await press('Control+Tab');
    await expect.poll(() => tab('second').getAttribute('aria-selected')).toBe('true');
    await press('Control+Shift+Tab');
    await expect.poll(() => tab('first').getAttribute('aria-selected')).toBe('true');
    await browser.resize(1200, 400);
    await press('Control+Tab');
    await browser.drawn();
    await press('Control+Tab');
    await browser.resize(1200, 800);
    await press('Control+Tab');
    await expect.poll(() => tab('second').getAttribute('aria-selected')).toBe('true');
    /** Share of the bar that its slider fills; all of it where there is nothing to scroll. */
    const filled = () =>
      run<number>(`(() => {
        const bar = [...document.querySelectorAll('[data-terminal-pane] .scrollbar.vertical')].find((each) => each.checkVisibility({ visibilityProperty: true }));
        return bar === undefined ? 1 : bar.querySelector('.slider').offsetHeight / bar.offsetHeight;
      })()`);
    await browser.drawn();
    await expect.poll(filled).toBe(1);
  });

  test('that have no room are scrolled by a wheel, and fade at the edge behind which there are more', async () => {
    await browser.openStory('terminals/many tabs');
    const last = browser.page.getByRole('tab').last();
    const isSeen = async () => ((await last.boundingBox())?.x ?? Infinity) < 1200;
    await expect.poll(() => tabs().count()).toBeGreaterThan(9);
    expect(await isSeen()).toBe(false);
    const fade = (edge: string) =>
      run<string>(`getComputedStyle(document.querySelector('[class*="_tabs_"]')).getPropertyValue('--tabs-${edge}')`);
    await expect.poll(() => fade('after')).toBe('32px');
    expect(await fade('before')).toBe('0px');
    await tabs().first().hover();
    await browser.page.mouse.wheel(0, 5000);
    await expect.poll(isSeen).toBe(true);
    await expect.poll(() => fade('after')).toBe('0px');
    expect(await fade('before')).toBe('32px');
  });

  test('with one terminal have no header: the strip names the folder, until a split gives each terminal a header', async () => {
    await openRunning('quiet');
    await say(`${ESC}]7;file://office/srv/atlas${ESC}\\there`);
    const folders = (where: string) => browser.page.locator(where).getByText('/srv/atlas', { exact: true });
    await folders('[class*="_strip_"]').waitFor();
    const header = browser.page.locator('[class*="_pane-header_"]');
    expect(await header.count()).toBe(0);
    await press('Control+Shift+E');
    await expect.poll(() => header.count()).toBe(2);
    await folders('[class*="_pane-header_"]').first().waitFor();
    expect(await folders('[class*="_strip_"]').count()).toBe(0);
  });

  test('have others of the same machine beside them, which begin where their shell is', async () => {
    await openTwo();
    await run(`terminalProgram.sayIn('one', ${JSON.stringify(`${ESC}]7;file://office/srv/a%20folder${ESC}\\there`)})`);
    await terminal.until(/there/);
    await press('Control+Shift+D');
    await expect.poll(() => program('opens.length')).toBe(3);
    await expect.poll(() => tabs().nth(2).getAttribute('aria-selected')).toBe('true');
    // Right behind the one it is of.
    await press('Alt+3');
    await expect.poll(() => tab('second').getAttribute('aria-selected')).toBe('true');
    await press('Alt+1');
    await expect.poll(hasFocus).toBe(true);
    await press('Control+Shift+E');
    await expect
      .poll(() => program('opens.slice(2).map(({ directory }) => directory)'))
      .toEqual(['/srv/a folder', '/srv/a folder']);
  });

  test('forget what has scrolled away when the person wants that, and not what a program shows on the whole screen', async () => {
    await openTwo();
    await run(`terminalProgram.sayIn('one', ${JSON.stringify(`${'line\r\n'.repeat(100)}prompt`)})`);
    await terminal.until(/line\nprompt$/);
    await press('Control+Shift+L');
    await expect.poll(async () => (await terminal.screen()).trim()).toBe('prompt');
    await run(`terminalProgram.sayIn('one', ${JSON.stringify(`${ESC}[?1049h${ESC}[5;1Heditor`)})`);
    await terminal.until(/editor/);
    await press('Control+Shift+L');
    await browser.drawn();
    await expect.poll(() => terminal.screen()).toContain('editor');
    expect(await input()).toBe('');
  });
});

describe.skipIf(!hasChromium)('tabs in another order', () => {
  const shownTitles = () =>
    run<readonly string[]>(
      `[...document.querySelectorAll('[data-tab-number]')].toSorted((one, other) => one.getBoundingClientRect().left - other.getBoundingClientRect().left).map((tab) => tab.querySelector('bdi').textContent)`,
    );
  const open = async (): Promise<void> => {
    await prepare(['one', 'two', 'three', 'four'].map((name, index) => saved(`t${index}`, { name })));
    await browser.openStory(STORY);
    await status('Connected');
    await expect.poll(hasFocus).toBe(true);
  };

  test('are put there by keyboard, which says so, keeps the focus and is remembered', async () => {
    await open();
    await press('Control+Shift+PageDown', 'Control+Shift+PageDown');
    await expect.poll(shownTitles).toEqual(['two', 'three', 'one', 'four']);
    await browser.page.getByText('Tab 3 of 4').waitFor({ state: 'attached' });
    expect(await hasFocus()).toBe(true);
    await press('Control+Shift+Escape', 'Control+Shift+PageUp');
    await expect.poll(shownTitles).toEqual(['two', 'one', 'three', 'four']);
    await expect.poll(focused).toContain('one');
    // The keys go by what is seen.
    await press('ArrowRight');
    await expect.poll(focused).toContain('three');
    await browser.page.reload();
    await status('Connected');
    await expect.poll(shownTitles).toEqual(['two', 'one', 'three', 'four']);
    expect(await input()).toBe('');
  });

  test('are dragged there, and put back by Escape; a click goes to a tab as ever', async () => {
    await open();
    const at = async (name: string) => {
      const box = await tabs().filter({ hasText: name }).boundingBox();
      if (box === null) throw new Error(`no tab ${name}`);
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    };
    const drag = async (from: string, to: string): Promise<void> => {
      const [start, end] = [await at(from), await at(to)];
      await browser.page.mouse.move(start.x, start.y);
      await browser.page.mouse.down();
      await browser.page.mouse.move(end.x + (end.x > start.x ? 30 : -30), end.y, { steps: 12 });
    };
    await drag('one', 'three');
    await expect.poll(shownTitles).toEqual(['two', 'three', 'one', 'four']);
    await browser.page.mouse.up();
    await expect.poll(hasFocus).toBe(true);
    await drag('four', 'two');
    await expect.poll(shownTitles).toEqual(['four', 'two', 'three', 'one']);
    await press('Escape');
    await browser.page.mouse.up();
    await expect.poll(shownTitles).toEqual(['two', 'three', 'one', 'four']);
    await tabs().filter({ hasText: 'three' }).click();
    await expect
      .poll(() => browser.page.locator('[role="tab"][aria-selected="true"] bdi:first-of-type').textContent())
      .toBe('three');
  });
});

describe.skipIf(!hasChromium)('closing terminals in which programs run', () => {
  const button = (name: string) => dialog().getByRole('button', { name, exact: true });

  test('asks first, with the keyboard on what keeps it, and closes only when the person says so', async () => {
    await openRunning('quiet');
    await waitLongForPrograms(browser.page);
    await run(`terminalProgram.programs = { t7: 'sleep' }`);
    await press('Control+Shift+W');
    await dialog('Close this terminal?').getByText('sleep is still running on office.', { exact: false }).waitFor();
    await expect.poll(focused).toMatch(/^Cancel/);
    await expect.poll(() => browser.axe()).toEqual([]);
    for (const key of ['Enter', 'Escape']) {
      await press(key);
      await dialog().waitFor({ state: 'detached' });
      await expect.poll(hasFocus).toBe(true);
      await press('Control+Shift+W');
      await dialog().waitFor();
      await expect.poll(focused).toMatch(/^Cancel/);
    }
    expect(await program('closes')).toEqual([]);
    await press('Tab');
    await expect.poll(focused).toBe('Leave running');
    await press('Tab');
    await expect.poll(focused).toMatch(/^Close terminal/);
    await press('Enter');
    await browser.page.getByRole('heading', { name: 'No terminals. Choose a machine.' }).waitFor();
    await expect.poll(() => program('closes')).toEqual([{ detach: false }]);
    expect(await input()).toBe('');
    // It was ended: in its place there is a new one.
    await press('Control+Shift+Z');
    await status('Connected');
    await expect.poll(() => program('opens.at(-1).terminal ?? "new"')).toBe('new');
    expect(browser.complaints).toEqual([]);
  });

  test('of one tab asks once and names them all; those that are left running are not asked about', async () => {
    const parts = [0, 1, 2].map((pane) => ({ share: 1 / 3, layout: { kind: 'pane', pane } }));
    const layout = { kind: 'split', direction: 'row', parts };
    await prepare([
      { name: 'work', panes: [saved('a'), saved('b'), saved('c')], layout, focused: 0 },
      saved('d', { name: 'other' }),
    ]);
    await browser.openStory(STORY);
    await expect.poll(() => program('opens.length')).toBe(4);
    await waitLongForPrograms(browser.page);
    await run(`terminalProgram.programs = { a: 'make', c: 'vim', d: 'htop' }`);
    await browser.page.getByRole('button', { name: 'Close work' }).click();
    await dialog('Close 3 terminals?').waitFor();
    await expect.poll(() => dialog().locator('li bdi:first-of-type').allTextContents()).toEqual(['make', 'vim']);
    await button('Close terminals').click();
    await expect.poll(titles).toEqual(['other']);
    await expect.poll(() => program('closes')).toEqual(Array.from({ length: 3 }, () => ({ detach: false })));
    await press('Control+Shift+Escape', 'Shift+Delete');
    await browser.page.getByRole('heading', { name: 'Left running' }).waitFor();
    await expect.poll(() => program('closes.at(-1)')).toEqual({ detach: true });
  });

  test('offers to leave them running, and they can be opened again where terminals and their machine are listed', async () => {
    const shown = () => browser.page.getByRole('region', { name: 'Terminals', exact: true });
    const left = () => shown().getByRole('list', { name: 'Left running' });
    await openRunning('quiet');
    await waitLongForPrograms(browser.page);
    await run(`terminalProgram.programs = { t7: 'sleep' }`);
    await press('Control+Shift+W');
    await dialog('Close this terminal?').getByText('sleep is still running on office.', { exact: false }).waitFor();
    await button('Leave running').click();
    await expect.poll(() => program('closes')).toEqual([{ detach: true }]);
    const toast = browser.page.getByText(/^Still running on office: /);
    await toast.waitFor();
    await browser.page.getByText('It is under “+” too, and on the page of', { exact: false }).waitFor();
    await expect.poll(() => left().getByRole('listitem').count()).toBe(1);
    await expect.poll(() => browser.axe()).toEqual([]);
    // The page of its machine counts and lists it.
    await press('Control+1');
    await browser.page.getByRole('button', { name: 'office' }).first().click();
    await browser.page.getByRole('tab', { name: /^Terminals\s*1$/ }).waitFor();
    const row = browser.page.getByRole('main').getByRole('listitem').filter({ hasText: 'Left running' });
    // Seen without the pointer on its row.
    await browser.page.mouse.move(0, 0);
    await row.getByRole('button', { name: /^Reopen ./u }).click({ trial: true });
    // So does the next window.
    expect(await run<string>('localStorage.getItem("clawreach.terminals.left")')).toContain('t7');
    await press('Control+2');
    await left().getByRole('button').first().click();
    await status('Connected');
    await expect.poll(() => program('opens.at(-1).terminal')).toBe('t7');
    expect(await run<string>('localStorage.getItem("clawreach.terminals.left")')).toBe('[]');
    // The toast opens it again as well.
    await press('Control+Shift+Escape', 'Shift+Delete');
    await left().waitFor();
    await browser.page.getByRole('button', { name: 'Reopen', exact: true }).last().click();
    await status('Connected');
    await expect.poll(() => program('opens.at(-1).terminal')).toBe('t7');
    expect(browser.complaints).toEqual([]);
  });

  test('is done by Ctrl+Enter on the button that keeps it', async () => {
    await openRunning('quiet');
    await waitLongForPrograms(browser.page);
    await run(`terminalProgram.programs = { t7: 'sleep' }`);
    await press('Control+Shift+W');
    await expect.poll(focused).toMatch(/^Cancel/);
    await press('Control+Enter');
    await browser.page.getByRole('heading', { name: 'No terminals. Choose a machine.' }).waitFor();
    await expect.poll(() => program('closes')).toEqual([{ detach: false }]);
  });

  test('asks nothing where the person wants that', async () => {
    await openRunning('quiet');
    await run(`terminalProgram.programs = { t7: 'sleep' }`);
    await run('exampleSettings.terminal({ closeGuard: false })');
    await press('Control+Shift+W');
    await browser.page.getByRole('heading', { name: 'No terminals. Choose a machine.' }).waitFor();
    await expect.poll(() => program('closes')).toEqual([{ detach: false }]);
  });
});

describe.skipIf(!hasChromium)('the last terminal', () => {
  test('that is closed leaves the keyboard to the page', async () => {
    await openRunning('quiet');
    await press('Control+Shift+W');
    await expect.poll(() => tabs().count()).toBe(0);
    await expect
      .poll(() => run<boolean>('document.activeElement?.matches("section[aria-label=Terminals]")'))
      .toBe(true);
    await press('Tab');
    await expect.poll(focused).toBe('office');
  });
});

describe.skipIf(!hasChromium)('a method of input', () => {
  test('types a text that is put together once, when it is done, and shows it where the cursor is meanwhile', async () => {
    await openRunning();
    const session = await browser.page.context().newCDPSession(browser.page);
    await browser.page.keyboard.type('ab ');
    await terminal.until(/^ab/m);
    for (const text of ['に', 'にほ', 'にほん', '日本'])
      await session.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
    const composed = browser.page.locator('.composition-view.active');
    await expect.poll(() => composed.textContent()).toBe('日本');
    const [view, cursor] = await Promise.all([
      composed.boundingBox(),
      browser.page.locator('.xterm-rows > div').first().boundingBox(),
    ]);
    expect(Math.abs((view?.y ?? 0) - (cursor?.y ?? 99))).toBeLessThan(5);
    await expect.poll(input).toBe('ab ');
    await session.send('Input.insertText', { text: '日本' });
    await expect.poll(input).toBe('ab 日本');
    await terminal.until(/^ab 日本$/m);
    // Given up, it types nothing.
    await session.send('Input.imeSetComposition', { text: 'x', selectionStart: 1, selectionEnd: 1 });
    await session.send('Input.imeSetComposition', { text: '', selectionStart: 0, selectionEnd: 0 });
    await browser.page.keyboard.type('!');
    await expect.poll(input).toBe('ab 日本!');
    await session.detach();
  });
});

describe.skipIf(!hasChromium)('who hears the screen', () => {
  test('is told what the program says, line by line, and finds the lines that are shown', async () => {
    await openRunning('quiet');
    await run('exampleSettings.terminal({ screenReader: true })');
    await browser.page.locator('.xterm-accessibility').waitFor({ state: 'attached' });
    await say('first line\r\nand größer →\r\n');
    await terminal.until(/^and größer →$/m);
    const live = browser.page.locator('.xterm-accessibility [aria-live="assertive"]');
    await expect.poll(() => live.textContent()).toMatch(/first line\s*and größer →/);
    const lines = browser.page.locator('.xterm-accessibility-tree [role="listitem"]');
    await expect.poll(async () => (await lines.allTextContents()).slice(0, 2)).toEqual(['first line', 'and größer →']);
    await expect.poll(() => lines.first().getAttribute('aria-posinset')).toBe('1');
    expect(Number(await lines.first().getAttribute('aria-setsize'))).toBeGreaterThan(1);
    await expect.poll(() => browser.axe()).toEqual([]);
  });
});

describe.skipIf(!hasChromium)('a terminal of another look', () => {
  test('has the colours, font, size and height of lines that were chosen, at once and as large as it can be', async () => {
    await openRunning('quiet');
    await say('colours');
    await terminal.until(/colours/);
    const rows = () => browser.page.locator('.xterm-rows > div').count();
    const before = await rows();
    await run(
      `exampleSettings.terminal({ theme: 'dracula', fontFamily: 'DejaVu Sans Mono', fontSize: 20, lineHeight: 150, cursorStyle: 'underline' })`,
    );
    const style = (property: string) =>
      run<string>(`getComputedStyle(document.querySelector('.xterm-rows')).${property}`);
    await expect.poll(() => style('color')).toBe('rgb(248, 248, 242)');
    await expect.poll(() => style('fontFamily')).toMatch(/^"DejaVu Sans Mono", /);
    await expect.poll(() => style('fontSize')).toBe('20px');
    await expect.poll(rows).toBeLessThan(before * 0.6);
    await expect.poll(() => program<number>('sizes.at(-1)?.rows ?? 0')).toBe(await rows());
    await browser.page.locator('.xterm-cursor-underline').waitFor();
    expect(browser.complaints).toEqual([]);
  });

  test('has the colours for a light window or for a dark one as the window changes', async () => {
    await openRunning('quiet');
    await say('colours');
    await terminal.until(/colours/);
    const colour = () => run<string>(`getComputedStyle(document.querySelector('.xterm-rows')).color`);
    const ground = () =>
      run<string>(`getComputedStyle(document.querySelector('[role="tabpanel"]').parentElement).backgroundColor`);
    await run(`exampleSettings.terminal({ theme: 'github-light', darkTheme: 'dracula' })`);
    await expect.poll(colour).toBe('rgb(36, 41, 47)');
    await browser.setTheme('dark');
    await expect.poll(colour).toBe('rgb(248, 248, 242)');
    await expect.poll(ground).toBe('rgb(40, 42, 54)');
    await browser.setTheme('light');
    await expect.poll(colour).toBe('rgb(36, 41, 47)');
    await expect.poll(ground).toBe('rgb(255, 255, 255)');
    // Rules that no terminal has any more are gone.
    await expect.poll(() => run('document.adoptedStyleSheets.length')).toBe(3);
  });
});

describe.skipIf(!hasChromium)('the terminals on a machine', () => {
  test('have the colours that its dialog chooses, those open and new ones, and no other machine has them', async () => {
    await prepare([saved('t7'), saved('t8', { peerId: BUILD_SERVER })]);
    await browser.openStory(STORY);
    await run(`exampleSettings.terminal({ theme: 'github-light', darkTheme: 'github-light' })`);
    const { page } = browser;
    const colours = () =>
      page.locator('.xterm-rows:visible').evaluateAll((all) => all.map((rows) => getComputedStyle(rows).color));
    const [dracula, light] = ['rgb(248, 248, 242)', 'rgb(36, 41, 47)'];
    await tabs().first().click();
    await expect.poll(colours).toEqual([light]);
    await expect.poll(hasFocus).toBe(true);
    await press('Control+Shift+K');
    await page.getByRole('combobox', { name: 'Search and commands' }).fill('shell and colors');
    await page.getByRole('option', { name: 'Shell and colors' }).click();
    await dialog().getByRole('combobox', { name: 'Colors' }).click();
    await page.getByRole('option', { name: 'Dracula' }).click();
    await dialog().getByRole('button', { name: 'Save' }).click();
    await dialog().waitFor({ state: 'detached' });
    await expect.poll(colours).toEqual([dracula]);
    await expect.poll(hasFocus).toBe(true);
    await press('Control+Shift+E');
    await expect.poll(colours).toEqual([dracula, dracula]);
    await tabs().nth(1).click();
    await expect.poll(colours).toEqual([light]);
  });
});

describe.skipIf(!hasChromium)('the right mouse button', () => {
  const click = (options: Readonly<{ shift?: boolean }> = {}) =>
    browser.page.locator('.xterm-screen').click({
      button: 'right',
      position: { x: 200, y: 200 },
      modifiers: options.shift === true ? ['Shift'] : [],
    });

  test('shows a menu, pastes, or copies what is selected, as the person has chosen', async () => {
    await openRunning('quiet');
    await say('needle');
    await terminal.until(/needle/);
    await run('navigator.clipboard.writeText("pasted")');
    await run('exampleBrowser()');
    await click();
    await browser.page.getByRole('menuitem', { name: 'Split right' }).waitFor();
    const enabled = (name: string) => browser.page.getByRole('menuitem', { name }).isEnabled();
    // Nothing is selected.
    expect([await enabled('Copy'), await enabled('Paste'), await enabled('Select all')]).toEqual([false, true, true]);
    await browser.page.getByRole('menuitem', { name: 'Clear scrollback' }).waitFor();
    await press('Escape');
    await browser.page.getByRole('menu').waitFor({ state: 'detached' });
    await run(`exampleSettings.terminal({ rightClick: 'paste' })`);
    await click();
    await expect.poll(input).toBe('pasted');
    expect(await browser.page.getByRole('menu').count()).toBe(0);
    await run(`exampleSettings.terminal({ rightClick: 'copy-paste' })`);
    await browser.page.locator('.xterm-screen').dblclick({ position: { x: 20, y: 8 } });
    await click();
    await expect.poll(() => run('navigator.clipboard.readText()')).toBe('needle');
    expect(await input()).toBe('pasted');
    await click();
    await expect.poll(input).toBe('pastedneedle');
    await browser.page.locator('.xterm-screen').dblclick({ position: { x: 20, y: 8 } });
    await click({ shift: true });
    await browser.page.getByRole('menuitem', { name: 'Copy' }).waitFor();
    expect(await enabled('Copy')).toBe(true);
  });
});

describe.skipIf(!hasChromium)('terminals that run on after a restart', () => {
  test('are resumed and counted while another page is shown', async () => {
    await prepare([saved('t7'), saved('t8')]);
    await browser.openStory('app/machines, terminals kept');
    await expect.poll(() => program('opens.map(({ terminal }) => terminal)')).toEqual(['t7', 't8']);
    await browser.page
      .getByRole('listitem')
      .filter({ hasText: 'office' })
      .getByText('2 terminals')
      .filter({ visible: true })
      .waitFor();
    const page = browser.page.getByRole('navigation').getByRole('button', { name: 'Terminals' });
    await expect.poll(() => page.innerText()).toMatch(/2$/u);
    expect(await hasFocus()).toBe(false);
  });
});

describe.skipIf(!hasChromium)('the keys that leave a terminal', () => {
  const hint = () => browser.page.getByText(/^Press .*to reach tabs and buttons$/);
  const count = () => run<string | null>(`localStorage.getItem('clawreach.terminals.leave-hints')`);

  test('are named five times that a person sees them, and not counted in a window too narrow for them', async () => {
    onTestFinished(() => browser.resize(1200));
    await prepare([saved('t7')]);
    await run(`localStorage.removeItem('clawreach.terminals.leave-hints')`);
    await browser.openStory(STORY, { width: 900 });
    await expect.poll(hasFocus).toBe(true);
    await status('Connected');
    await hint().waitFor({ state: 'attached' });
    expect(await hint().isVisible()).toBe(false);
    await browser.drawn();
    expect(await count()).toBeNull();
    // Wide enough, they count once, also if the focus leaves the terminal and comes back.
    await browser.resize(1200);
    await hint().waitFor();
    await expect.poll(count).toBe('1');
    await tabs().first().focus();
    await expect.poll(() => hint().count()).toBe(0);
    await browser.page.locator('.xterm-screen').click();
    await hint().waitFor();
    await browser.drawn();
    expect(await count()).toBe('1');
    await run(`localStorage.setItem('clawreach.terminals.leave-hints', '5')`);
    await openRunning();
    expect(await hint().count()).toBe(0);
  });
});

/** Part of a trace of the browser: each time that it has computed styles, with the number of elements. */
type Trace = Readonly<{
  traceEvents: readonly Readonly<{ name: string; args: Readonly<{ elementCount?: number }> }>[];
}>;

describe.skipIf(!hasChromium)('fifty terminals', () => {
  test('draw only what can be seen, however much the others are told', async () => {
    // They take their time on a machine that does other things as well.
    browser.page.setDefaultTimeout(60_000);
    onTestFinished(() => browser.page.setDefaultTimeout(15_000));
    await prepare(Array.from({ length: 50 }, (_, index) => saved(`t${index}`, { name: `tab ${index}` })));
    await browser.openStory(STORY);
    await status('Connected');
    await expect.poll(() => program('opens.length'), { timeout: 60_000 }).toBe(50);
    await expect.poll(() => browser.page.locator('.xterm').count(), { timeout: 60_000 }).toBe(50);
    // The one that was opened last is behind: its screen is not touched.
    await browser.drawn();
    await run(`(() => {
      globalThis.hidden = [...document.querySelectorAll('.xterm')].at(-1);
      globalThis.drawn = 0;
      const observer = new MutationObserver((records) => (drawn += records.length));
      observer.observe(hidden.querySelector('.xterm-rows'), { childList: true, subtree: true, characterData: true });
      observer.observe(hidden.querySelector('.scrollbar.vertical'), { subtree: true, attributeFilter: ['style'] });
    })()`);
    await say('not seen\r\n'.repeat(500));
    await browser.drawn();
    expect(await run('drawn')).toBe(0);
    await press('Control+PageUp');
    await terminal.until(/^not seen$/m);
    expect(await run<number>('drawn')).toBeGreaterThan(0);
    // Its scroll bar is where its last line is.
    const below = `(() => {
      const [bar, slider] = ['.scrollbar.vertical', '.scrollbar.vertical > .slider'].map((part) => hidden.querySelector(part).getBoundingClientRect());
      return slider.height < bar.height / 2 && Math.abs(bar.bottom - slider.bottom) < 3;
    })()`;
    await expect.poll(() => run(below)).toBe(true);
    expect(browser.complaints).toEqual([]);
  }, 180_000);

  test('have one set of rules, and a change of tab computes the styles of the two terminals at most', async () => {
    browser.page.setDefaultTimeout(60_000);
    onTestFinished(() => browser.page.setDefaultTimeout(15_000));
    await prepare(Array.from({ length: 50 }, (_, index) => saved(`t${index}`, { name: `tab ${index}` })));
    await browser.openStory(STORY);
    await status('Connected');
    await expect.poll(() => browser.page.locator('.xterm').count(), { timeout: 60_000 }).toBe(50);
    await browser.drawn();
    expect(await run<number>('document.adoptedStyleSheets.length')).toBe(3);
    const all = await run<number>(`document.querySelectorAll('*').length`);
    const chromium = browser.page.context().browser();
    await chromium?.startTracing(browser.page, { categories: ['devtools.timeline'] });
    await press('Control+PageUp');
    await browser.drawn();
    const trace = JSON.parse((await chromium?.stopTracing())?.toString() ?? '') as Trace;
    const counts = trace.traceEvents
      .filter(({ name }) => name === 'UpdateLayoutTree')
      .map(({ args }) => args.elementCount ?? 0);
    expect(counts.length).toBeGreaterThan(0);
    // One screen has 40 to 60 elements.
    expect(Math.max(...counts)).toBeLessThan(all / 8);
  }, 180_000);
});

describe.skipIf(!hasChromium)('a machine that is measured all the time', () => {
  test('renders no tab and no screen again, but what shows its round trip', async () => {
    await prepare([saved('t7'), saved('t8')]);
    await browser.openStory(STORY);
    await status('Connected');
    await expect.poll(() => program('opens.length')).toBe(2);
    await run('exampleLink.measure(41)');
    const shown = (rtt: string) => browser.page.getByText(rtt, { exact: true }).filter({ visible: true }).first();
    await shown('41 ms').waitFor();
    // React puts the properties of an element that it has rendered again at a key of its own.
    await run(`(() => {
      const properties = (element) => element[Object.keys(element).find((key) => key.startsWith('__reactProps$'))];
      const holders = [...document.querySelectorAll('.xterm')].map((screen) => screen.parentElement.parentElement);
      const watched = [...document.querySelectorAll('[data-tab-number]'), ...holders];
      const before = watched.map(properties);
      globalThis.renderedAgain = () => watched.map((element, index) => properties(element) !== before[index]);
    })()`);
    await run('exampleLink.measure(42)');
    await shown('42 ms').waitFor();
    expect(await run('renderedAgain()')).toEqual([false, false, false, false]);
    // The tab that comes to the front looks different, and so does the one that leaves it.
    await press('Control+PageUp');
    await expect.poll(() => run('renderedAgain()')).toEqual([true, true, false, false]);
  });
});

describe.skipIf(!hasChromium)('a terminal that is not simply running', () => {
  test('waits for a person there, and is given up by Cancel', async () => {
    await prepare([]);
    await program('answer = "approval"');
    await browser.openStory(STORY);
    await press('Control+Shift+T');
    await browser.page.getByRole('menuitem', { name: 'New on office' }).click();
    await browser.page.getByRole('heading', { name: 'Waiting for approval on office' }).waitFor();
    expect(await program('cancelled')).toBe(0);
    await browser.page.getByRole('button', { name: 'Cancel' }).click();
    await browser.page.getByRole('heading', { name: 'No terminals. Choose a machine.' }).waitFor();
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
    await browser.page.getByText("office doesn't answer").waitFor();
    await link('reconnecting', { retryAt: Date.now() + 60_000 });
    await browser.page.getByText(/^Next try in \d+ s$/).waitFor();
    await browser.page.getByText('What you type is kept and sent when it', { exact: false }).waitFor();
    await browser.page.keyboard.type('meanwhile ');
    await browser.page.getByRole('button', { name: 'Try now', exact: true }).click();
    await expect.poll(() => run<number>('exampleLink.reconnects')).toBe(1);
    // The keyboard is the terminal's again.
    await expect.poll(hasFocus).toBe(true);
    await link('up');
    await status('Connected');
    await browser.page.getByRole('button', { name: 'Try now', exact: true }).waitFor({ state: 'detached' });
    await browser.page.keyboard.type('after');
    await terminal.until(/before meanwhile after/);
    await expect.poll(input).toBe('before meanwhile after');
    expect(await program<number>('sizes.length')).toBe(sizes);
    expect(await program<number>('opens.length')).toBe(1);
    expect(browser.complaints).toEqual([]);
  });

  test('says how its peer is reached, and explains it at a press', async () => {
    await openRunning();
    await browser.page.getByRole('button', { name: 'Relay · 24 ms' }).click();
    await dialog('Connection to office').getByRole('radio', { name: 'Automatic', exact: true }).waitFor();
    await press('Escape');
    await dialog().waitFor({ state: 'detached' });
    expect(browser.complaints).toEqual([]);
  });

  test('that waits because this device is paused says so, and what ends the pause', async () => {
    await browser.openStory('terminals/link paused');
    await browser.page.getByText('You paused this machine').waitFor();
    expect(await browser.page.getByRole('button', { name: 'Try now', exact: true }).count()).toBe(0);
    await browser.page.getByRole('button', { name: 'Resume' }).click();
    // Nothing is paused any more: the link is sought.
    await browser.page.getByRole('button', { name: 'Try now', exact: true }).waitFor();
  });

  test('that was opened while this device is paused is there by itself when the pause is over', async () => {
    await prepare([saved('t7')]);
    await program('answer = { code: "agent.paused" }');
    await browser.openStory(STORY);
    await run('examplePause()');
    const again = browser.page.getByRole('button', { name: 'Try again' });
    await again.waitFor();
    await press('Control+Shift+T');
    await expect.poll(titles).toHaveLength(2);
    await again.waitFor();
    await expect.poll(() => program<number>('opens.filter(({ terminal }) => terminal === undefined).length')).toBe(1);
    await program('answer = "open"');
    await browser.page.getByRole('button', { name: 'Resume' }).first().click();
    await status('Connected');
    // Each for itself: which of them asks first doesn't matter.
    await expect
      .poll(() => program('opens.slice(-2).map(({ terminal }) => terminal ?? "new").sort()'))
      .toEqual(['new', 't7']);
    await expect.poll(() => again.count()).toBe(0);
    expect(browser.complaints).toEqual([]);
  });

  test('has lost its way, stays on the screen, and is sought at once by Now', async () => {
    await openRunning();
    await say('what was there');
    await terminal.until(/what was there/);
    await program('answer = { code: "link.timeout" }');
    await program('end({ exitCode: null, signal: null, code: "link.path-lost" })');
    await browser.page.getByText('Connection to office lost').waitFor();
    await expect.poll(() => terminal.screen()).toContain('what was there');
    const now = browser.page.getByRole('button', { name: 'Try now', exact: true });
    // Each try that fails doubles the bound of the next wait.
    for (let tries = 2; tries <= 7; tries += 1) {
      await now.click();
      await expect.poll(() => program<number>('opens.length')).toBeGreaterThanOrEqual(tries);
    }
    await program('answer = "open"');
    await now.click();
    await status('Connected');
    await expect.poll(() => program('opens.at(-1).terminal')).toBe('t7');
    await expect.poll(hasFocus).toBe(true);
    await browser.page.keyboard.type('again');
    await terminal.until(/^again$/m);
  });

  test('is on a machine that went offline without a relay, says so, and comes back with the machine', async () => {
    await openRunning();
    await run('exampleLink.online(false)');
    await program('answer = { code: "relay.not-configured" }');
    await program('end({ exitCode: null, signal: null, code: "link.closed" })');
    await browser.page.getByText('office went offline').waitFor();
    expect(await browser.page.getByText('This machine has no relay').count()).toBe(0);
    await program('answer = "open"');
    await run('exampleLink.online(true)');
    await status('Connected');
    await expect.poll(() => program('opens.at(-1).terminal')).toBe('t7');
  });

  test('is opened on a machine that is offline: says so, and opens by itself when the machine is back', async () => {
    await prepare([]);
    await browser.openStory(STORY);
    await program('answer = { code: "direct.connection-refused" }');
    await browser.page
      .locator('nav')
      .getByRole('button', { name: /office/ })
      .click();
    await browser.page.getByRole('heading', { name: 'office', level: 1 }).waitFor();
    await run('exampleLink.online(false)');
    await browser.page.getByRole('button', { name: 'Open terminal on office' }).click();
    await browser.page.getByRole('heading', { name: 'office is offline' }).waitFor();
    await browser.page.getByText("The terminal opens when it's back.").waitFor();
    expect(await browser.page.getByText("doesn't accept direct connections").count()).toBe(0);
    await browser.page.getByRole('button', { name: 'Cancel' }).waitFor();
    expect(await browser.axe()).toEqual([]);
    await program('answer = "open"');
    await run('exampleLink.online(true)');
    await status('Connected');
    expect(await program('opens.at(-1).terminal ?? "new"')).toBe('new');
    await browser.page.keyboard.type('hello');
    await terminal.until(/^hello$/m);
    expect(browser.complaints).toEqual([]);
  });

  test('ends with the agent of its machine: tab, pages and counts say that nothing is open there', async () => {
    await prepare([saved('t7', { name: 'build' }), saved('t8')]);
    await browser.openStory(STORY);
    await status('Connected');
    const counted = () => browser.page.locator('nav').getByRole('button', { name: /^Terminals/ });
    await press('Control+Shift+Escape', 'Shift+Delete');
    await expect.poll(() => program('closes')).toEqual([{ detach: true }]);
    await expect.poll(() => counted().textContent()).toBe('Terminals2');
    await run('exampleLink.online(false)');
    await program('endOf("t7", { exitCode: null, signal: null, code: "terminal.shutdown" })');
    await program('endOf("t8", { exitCode: null, signal: null, code: "terminal.shutdown" })');
    await browser.page.getByText('The program ended when ClawReach stopped on office.').waitFor();
    await browser.page.getByText('build on office has ended. It was left running.').waitFor();
    expect(await run<string>('localStorage.getItem("clawreach.terminals.left")')).toBe('[]');
    await expect.poll(() => counted().textContent()).toBe('Terminals');
    await browser.page
      .locator('nav')
      .getByRole('button', { name: /office/ })
      .click();
    await browser.page.getByRole('heading', { name: 'office', level: 1 }).waitFor();
    expect(await browser.page.getByRole('heading', { name: 'Waits for office' }).count()).toBe(0);
    await browser.page.getByRole('tab', { name: /^Terminals/ }).click();
    await browser.page.getByText('No terminals.', { exact: true }).waitFor();
    expect(await browser.page.getByRole('tab', { name: /^Terminals/ }).textContent()).toBe('Terminals');
    // A new shell waits for the machine, below what is there, and can be given up.
    await press('Control+2');
    await run('exampleLink.online(false)');
    await program('answer = { code: "direct.connection-refused" }');
    await browser.page.getByRole('button', { name: 'New shell' }).click();
    await browser.page.getByText('office is offline', { exact: true }).last().waitFor();
    await browser.page.getByRole('button', { name: 'Cancel' }).click();
    await browser.page.getByText('The program ended when ClawReach stopped on office.').waitFor();
    expect(browser.complaints).toEqual([]);
  });

  test('has ended, says how, and Enter alone starts a new one below what is there', async () => {
    await openRunning();
    await say('last words');
    await program('end({ exitCode: 3, signal: null, code: null })');
    await browser.page.getByText(/ended with code 3\.$/).waitFor();
    await browser.page.getByText('Enter starts a shell.').waitFor();
    await expect.poll(async () => (await terminal.screen()).trimEnd()).toBe('last words');
    await press('a', ' ', 'Escape');
    expect(await program('opens.length')).toBe(1);
    await press('Enter');
    await status('Connected');
    await expect.poll(() => program('opens[1].terminal ?? "new"')).toBe('new');
    await browser.page.keyboard.type('hello');
    await terminal.until(/^hello$/m);
    await expect.poll(input).toBe('hello');
    await terminal.until(/^── New shell on office, .* ──\nhello$/m);
    await browser.page.locator('.xterm-screen').hover();
    await browser.page.mouse.wheel(0, -2000);
    await terminal.until(/^last words$/m);
  });
});

describe.skipIf(!hasChromium)('tabs of before', () => {
  test('come back with their names after the page is loaded anew, and go on where they ran', async () => {
    await prepare([saved('t7', { name: 'logs' }), saved('t8', { title: 'vim' })]);
    await browser.openStory(STORY);
    await status('Connected');
    await browser.page.reload();
    await status('Connected');
    await expect.poll(titles).toEqual(['logs', 'vim']);
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
    await browser.page.getByRole('heading', { name: 'No terminals. Choose a machine.' }).waitFor();
    expect(await program('opens')).toEqual([]);
  });

  test('are taken from among garbage, once each, their names made harmless', async () => {
    await prepare([{ peerId: 1 }, saved('t7', { name: `a${ESC}]0;\u202eb<i>` }), saved('t7'), 'x']);
    await browser.openStory(STORY);
    await status('Connected');
    await expect.poll(() => program('opens.map(({ terminal }) => terminal)')).toEqual(['t7']);
    await expect.poll(titles).toEqual(['a]0;b<i>']);
    expect(await tabs().locator('i').count()).toBe(0);
  });
});

/** The page with a graphics card, and these terminals in it. */
async function openDrawing(skip: (note: string) => never, kept: readonly object[]): Promise<StoryBrowser> {
  const drawing = await StoryBrowser.launch(STORIES, { webgl: true });
  onTestFinished(() => drawing.close());
  const { page } = drawing;
  await drawing.clear();
  if (!(await page.evaluate<boolean>('document.createElement("canvas").getContext("webgl2") !== null'))) {
    process.stderr.write('No WebGL here: graphics cards are left out.\n');
    skip('no WebGL');
  }
  await page.evaluate(`localStorage.setItem(${JSON.stringify(STORAGE)}, ${JSON.stringify(JSON.stringify(kept))})`);
  await drawing.openStory(STORY);
  await expect.poll(() => page.locator('.xterm-screen canvas').count()).toBeGreaterThan(0);
  return drawing;
}

describe.skipIf(!hasChromium)('a graphics card', () => {
  test('draws cells of another width than the page, and no program sees it when its tab is left', async ({ skip }) => {
    const drawing = await openDrawing(skip, [saved('t7', { front: true }), saved('t8'), saved('t9')]);
    const { page } = drawing;
    const sizes = () => page.evaluate<readonly Readonly<{ cols: number }>[]>('terminalProgram.sizes');
    /** Width on the right that a tab's terminal leaves empty, CSS pixels. */
    const spare = (index: number) =>
      page.evaluate<number>(`(() => {
        const screen = document.querySelectorAll('[role="tabpanel"]')[${index}].querySelector('.xterm-screen');
        return screen.closest('.xterm').parentElement.clientWidth - screen.getBoundingClientRect().width;
      })()`);
    // In sight or not, each is as wide as the card will draw it, once and for all.
    await expect.poll(async () => (await sizes()).length).toBe(3);
    const [first] = await sizes();
    expect(await sizes()).toEqual([first, first, first]);
    for (const index of [1, 0, 2, 0]) {
      await page.getByRole('tab').nth(index).click();
      await expect.poll(() => page.locator('[role="tabpanel"]').nth(index).locator('canvas').count()).not.toBe(0);
      await drawing.drawn();
      // The bar that scrolls, and less than a cell.
      expect(Math.floor((await spare(index)) - 14)).toBeLessThan(8);
    }
    expect(await sizes()).toEqual([first, first, first]);
  });

  test('that is lost leaves the page to draw, with all that was there', async ({ skip }) => {
    const { page } = await openDrawing(skip, [saved('t7')]);
    const canvases = page.locator('.xterm-screen canvas');
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
    // As wide as the page draws it: nothing is cut off on the right.
    await expect.poll(() => page.evaluate<number>('terminalProgram.sizes.at(-1)?.cols ?? 0')).toBeGreaterThan(0);
    expect(
      await page.evaluate<number>(`(() => {
        const screen = document.querySelector('.xterm-screen').getBoundingClientRect();
        return screen.right - document.querySelector('[role="tabpanel"]').getBoundingClientRect().right;
      })()`),
    ).toBeLessThanOrEqual(0);
  });
});
