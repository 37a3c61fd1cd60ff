import { describe, expect, test } from 'vitest';
import { findChromium } from '#test/support/chromium/launch.ts';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';

const hasChromium = findChromium() !== undefined;
if (!hasChromium) process.stderr.write('No Chromium here: the window by keyboard is left out.\n');

/** Name of what has the focus, as somebody hears it. */
const FOCUSED = `(() => {
  const { activeElement } = document;
  if (activeElement.localName === 'main') return activeElement.id;
  return activeElement.getAttribute('aria-label') || activeElement.textContent || activeElement.value;
})()`;

describe.skipIf(!hasChromium)('the window', () => {
  let browser: StoryBrowser;
  shareAmongTests(async (defer) => {
    browser = await StoryBrowser.launch();
    defer(() => browser.close());
  });

  const press = (keys: string): Promise<void> => browser.page.keyboard.press(keys);
  const focused = (): Promise<string> => browser.page.evaluate<string>(FOCUSED);
  const current = (): Promise<string> =>
    browser.page.locator('[aria-current="page"]').evaluate((element) => element.textContent ?? '');

  test('goes from page to page by Ctrl and a digit, and the focus goes along', async () => {
    await browser.openStory('app/peers');
    for (const [key, name] of [
      ['8', 'History'],
      ['7', 'Inbox'],
      ['6', 'OpenClaw'],
      ['5', 'Messages'],
      ['4', 'Transfers'],
      ['3', 'Forwards'],
      ['1', 'Machines'],
    ] as const) {
      await press(`Control+${key}`);
      await expect.poll(current).toContain(name);
      // In the inbox, to the open row: the keys act on it.
      await expect.poll(focused).toBe(name === 'Inbox' ? 'office wants to open a terminal on this machine' : 'content');
      // A page that was chosen by keys has no ring around all of it.
      expect(await browser.page.locator('main').evaluate((main) => getComputedStyle(main).outlineStyle)).toBe('none');
    }
    await expect.poll(() => browser.page.title()).toBe('(1) Machines · ClawReach');
  });

  test('never scrolls as a whole, whatever is brought into view', async () => {
    await browser.openStory('app/peers');
    const moved = await browser.page.locator('main').evaluate((main) => {
      const frame = main.parentElement as HTMLElement;
      const below = document.createElement('div');
      below.style.cssText = 'grid-row: 2; height: 400px';
      frame.append(below);
      below.scrollIntoView();
      const { scrollTop } = frame;
      below.remove();
      return scrollTop;
    });
    expect(moved).toBe(0);
  });

  test('lists the machines once in a wide window, on their page or beside another one, and no page moves the pages of the side bar or that list', async () => {
    const pages = browser.page.getByRole('navigation', { name: 'Pages' });
    const rows = pages.getByRole('button', { name: /nas/ });
    const inList = browser.page.locator('main').getByText('studio-mac', { exact: true });
    const listed = () => inList.count();
    const places = () => Promise.all([pages.getByRole('button', { name: /^History/ }).boundingBox(), listed()]);
    for (const width of [1600, 2560]) {
      await browser.clear({ width });
      await browser.openStory('app/machine', { width });
      await expect.poll(listed).toBe(1);
      expect(await rows.count()).toBe(0);
      // No row of the machine is there to be the current one.
      expect(await current()).toContain('Machines');
      const [before] = await places();
      const list = await inList.boundingBox();
      await press('Control+8');
      await expect.poll(places).toEqual([before, 0]);
      expect(await rows.count()).toBe(1);
      await press('Control+1');
      await expect.poll(places).toEqual([before, 1]);
      expect(await inList.boundingBox()).toEqual(list);
      expect(await rows.count()).toBe(0);
    }
    await browser.clear({ width: 1280 });
    await browser.openStory('app/machine', { width: 1280 });
    await rows.waitFor();
    expect([await listed(), await current()]).toEqual([0, expect.stringContaining('office')]);
    await browser.clear({});
  });

  test('has one notice on the page of a machine: the weightiest, then the next', async () => {
    const { page } = browser;
    const notices = page.locator('[data-machine-notice] > li, main [role="status"][class*="_banner_"]');
    await browser.openStory('app/machine, several notices');
    await page.getByText(/^Blocked since/u).waitFor();
    expect(await notices.count()).toBe(1);
    // The next step is in the notice, and no other button is filled.
    const terminal = page.locator('[data-machine]').getByRole('button', { name: /^Open terminal on/u });
    const fill = (): Promise<string> => terminal.evaluate((button) => getComputedStyle(button).backgroundColor);
    const calm = await fill();
    await page
      .locator('[data-machine-notice]')
      .getByRole('button', { name: /^Let back in/u })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Let back in' }).click();
    await page.getByText(/^This desktop has no tray/u).waitFor();
    await expect.poll(fill).not.toBe(calm);
    // Nor does the list beside the page say the same again.
    await browser.openStory('app/machine, several notices', { width: 1700 });
    await page
      .getByText(/^Blocked since/u)
      .first()
      .waitFor();
    expect(await page.getByRole('button', { name: /^Let back in/u }).count()).toBe(1);
    expect(await page.getByText(/^Pairing isn't finished/u).count()).toBe(0);
    await browser.clear({});
    await browser.openStory('app/machine, several notices');
    await page.getByRole('button', { name: /^Let back in/u }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Let back in' }).click();
    await page.getByText(/^This desktop has no tray/u).waitFor();
    expect(await notices.count()).toBe(1);
    await notices.getByRole('button', { name: 'Dismiss' }).click();
    await page.getByText(/use your relay yet/u).waitFor();
    expect(await notices.count()).toBe(1);
  });

  test('answers the open request by letter once the inbox was opened, never while the person is elsewhere', async () => {
    const row = browser.page.locator('[data-approval]');
    const waiting = () => row.count();
    await browser.openStory('app/peers');
    await press('a');
    await press('n');
    await browser.page.getByRole('button', { name: /^Inbox/u }).click();
    await expect.poll(focused).toContain('office wants to open a terminal');
    // The title opens and closes the row; nothing that has the focus approves by Enter.
    expect(await browser.page.evaluate<boolean>('document.activeElement.matches("[data-row-toggle]")')).toBe(true);
    const ring = (): Promise<string> => row.evaluate((element) => getComputedStyle(element).outlineStyle);
    expect(await ring()).toBe('solid');
    await browser.page.getByRole('button', { name: 'History', exact: true }).focus();
    expect(await ring()).toBe('none');
    await press('n');
    expect(await waiting()).toBe(1);
    // A press beside the rows goes to the open one; the page itself has no ring.
    await browser.page.locator('#content').click({ position: { x: 300, y: 700 } });
    await expect.poll(focused).toContain('office wants to open a terminal');
    await row.locator('[data-readiness="ready"]').waitFor();
    await press('x');
    await browser.page.getByRole('group', { name: '1 selected' }).waitFor();
    expect(await waiting()).toBe(1);
  });

  test('tells of a request that arrives while another page is shown, politely and without the focus, and leads to it [S-ASK-6]', async () => {
    await browser.openStory('app/request arrives');
    const notices = browser.page.getByRole('region', { name: 'Messages' });
    await notices.getByText(/^office wants to run a command on this machine$/u).waitFor();
    expect(await notices.getAttribute('aria-live')).toBe('polite');
    expect(await notices.innerText()).toMatch(/rsync -a --delete .* in \/home\/mira\/work as mira/u);
    // Everything that is answered is read in the inbox.
    expect(await notices.getByRole('button').allTextContents()).toEqual(['Review', '']);
    expect(await browser.page.evaluate<boolean>('document.activeElement === document.body')).toBe(true);
    await press('Control+k');
    await browser.page
      .getByRole('dialog')
      .getByText(/^office wants to run a command on this machine$/u)
      .waitFor();
    expect(await notices.getByText(/wants to run/u).count()).toBe(0);
    await press('Escape');
    await notices.getByRole('button', { name: 'Review' }).click();
    await expect.poll(focused).toBe('office wants to run a command on this machine');
    expect(await browser.page.locator('[data-row-toggle][aria-expanded="true"]').allTextContents()).toEqual([
      'office wants to run a command on this machine',
    ]);
    expect(await notices.getByText(/wants to run/u).count()).toBe(0);
    await press('Control+1');
    await expect.poll(current).toContain('Machines');
    expect(await notices.getByText(/wants to run/u).count()).toBe(0);
  });

  test.each(['app/request arrives', 'app/request arrives at the inbox'])(
    '%s: an open dialog hides it from no one, and a button leaves the dialog for it [S-ASK-6]',
    async (story) => {
      await browser.clear();
      await browser.openStory(story);
      await press('Control+k');
      const dialog = browser.page.getByRole('dialog');
      await dialog.waitFor();
      await browser.page.evaluate('dispatchEvent(new Event("request-arrives"))');
      await dialog.getByText(/^office wants to run a command on this machine$/u).waitFor();
      const field = dialog.getByRole('combobox');
      await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true);
      await dialog.getByRole('button', { name: 'Close and review' }).click();
      await dialog.waitFor({ state: 'detached' });
      await expect.poll(current).toContain('Inbox');
      expect(await browser.page.locator('[data-row-toggle][aria-expanded="true"]').allTextContents()).toEqual([
        'office wants to run a command on this machine',
      ]);
    },
  );

  test('moves between side bar and page by F6, and comes back to where the page had the focus', async () => {
    await browser.openStory('app/relay failed');
    const button = browser.page.locator('main button').nth(1);
    await button.focus();
    const name = await focused();
    await press('F6');
    await expect.poll(focused).toContain('Machines');
    await press('F6');
    await expect.poll(focused).toBe(name);
    await press('Control+b');
    await expect.poll(focused).toContain('Machines');
    await press('Shift+F6');
    await expect.poll(focused).toBe(name);
  });

  test('has no ring around the page after a press on its empty space, and one after the skip link', async () => {
    const ring = async (): Promise<string> =>
      await browser.page.evaluate<string>(
        "const page = document.activeElement; page.id === 'content' ? getComputedStyle(page).outlineStyle : page.id",
      );
    await browser.openStory('app/peers');
    await press('Tab');
    await expect.poll(focused).toBe('Skip to content');
    await press('Enter');
    await expect.poll(ring).toBe('solid');
    await browser.openStory('app/first run');
    await browser.page.locator('#content').click({ position: { x: 20, y: 300 } });
    await press('x');
    expect(await ring()).toBe('none');
  });

  test('begins with a link that skips what is the same on every page', async () => {
    await browser.openStory('app/peers');
    await press('Tab');
    await expect.poll(focused).toBe('Skip to content');
    await press('Enter');
    await expect.poll(focused).toBe('content');
  });

  test('shows OpenClaw in a window of 360 px as a list and one pane with a way back, in each language', async () => {
    const heading = browser.page.getByRole('heading', { level: 1 });
    const entries = browser.page.locator('main nav button');
    for (const [language, back] of [
      ['de', 'Zurück zur Liste'],
      ['zh', '返回列表'],
      ['en', 'Back to the list'],
    ] as const) {
      await browser.setLanguage(language);
      // Without the choice of the language before.
      await browser.clear();
      await browser.openStory('app/openclaw', { width: 360 });
      await expect.poll(() => heading.textContent()).toBe('OpenClaw');
      for (const name of ['home', 'build agent']) {
        await entries.filter({ hasText: name }).focus();
        await press('Enter');
        await expect.poll(() => heading.textContent()).toBe(name);
        await expect.poll(() => entries.count()).toBe(0);
        expect(await browser.overflow()).toBe(0);
        await browser.page.getByRole('button', { name: back }).press('Enter');
        await expect.poll(() => heading.textContent()).toBe('OpenClaw');
      }
    }
  });

  test('shows OpenClaw in three columns, and the node below the conversation where there is no room', async () => {
    const left = async (of: string): Promise<number | undefined> =>
      (await browser.page.getByRole('heading', { name: of, exact: true }).first().boundingBox())?.x;
    await browser.openStory('app/openclaw', { width: 1280 });
    await browser.page.getByRole('heading', { name: 'Ran here' }).waitFor();
    const [list, conversation, node] = [await left('OpenClaw'), await left('home'), await left('Ran here')];
    expect(list).toBeLessThan(conversation ?? 0);
    expect(conversation).toBeLessThan(node ?? 0);
    await browser.openStory('app/openclaw', { width: 800 });
    await expect.poll(async () => (await left('Ran here')) === (await left('home'))).toBe(true);
  });

  test('opens the pairing by keyboard, keeps other shortcuts out of it, and gives the focus back', async () => {
    await browser.openStory('app/peers');
    const pair = browser.page.locator('main button').first();
    await pair.focus();
    await press('Control+Shift+P');
    await browser.page.getByRole('dialog').waitFor();
    await press('Control+4');
    await press('F6');
    await expect.poll(() => browser.page.getByRole('dialog').count()).toBe(1);
    await press('Escape');
    await browser.page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(current).toContain('Machines');
  });

  test('says on focus why the relay is not there, and leads to its settings', async () => {
    await browser.openStory('app/relay unreachable');
    const line = browser.page.getByRole('button', { name: 'mira-laptop' });
    await expect.poll(() => line.innerText()).toContain("Can't reach the relay");
    // By keyboard: a pointer would show it as well.
    await browser.page.getByRole('button', { name: 'History', exact: true }).focus();
    await press('Tab');
    await browser.page.getByText("The relay isn't running.").nth(1).waitFor();
    await press('Enter');
    await expect.poll(() => browser.page.title()).toContain('Settings');
  });

  test('leads from the name of this machine to its settings, and marks that instead of the gear', async () => {
    await browser.openStory('app/machine');
    const line = browser.page.getByRole('button', { name: /^mira-laptop/ });
    const gear = browser.page.getByRole('button', { name: 'Settings', exact: true });
    await line.click();
    await browser.page.getByRole('heading', { name: 'This machine' }).waitFor();
    expect([await line.getAttribute('aria-current'), await gear.getAttribute('aria-current')]).toEqual(['page', null]);
    await browser.page
      .getByRole('navigation', { name: 'Settings' })
      .getByRole('button', { name: 'Appearance' })
      .click();
    await expect.poll(() => gear.getAttribute('aria-current')).toBe('page');
    expect(await line.getAttribute('aria-current')).toBe(null);
  });

  test('has a rail of icons that say their names at once, and machines by two letters with their state at the corner', async () => {
    await browser.clear({ width: 800 });
    await browser.openStory('app/machine', { width: 800 });
    const nav = browser.page.getByRole('navigation', { name: 'Pages' });
    const office = nav.getByRole('button', { name: /office$/ });
    expect(await office.getByText('OF', { exact: true }).count()).toBe(1);
    // The dot lies on the edge of the tile.
    const corner = await office.evaluate((button) => {
      const tile = button.firstElementChild;
      const dot = tile?.querySelector('[data-dot]');
      const [a, b] = [tile, dot].map((element) => element?.getBoundingClientRect());
      return [(a?.right ?? 0) - (b?.left ?? 0), (a?.bottom ?? 0) - (b?.top ?? 0)];
    });
    for (const distance of corner) expect(distance).toBeGreaterThan(1);
    for (const distance of corner) expect(distance).toBeLessThan(8);
    // From the move of the pointer to the tooltip, in the page. Elsewhere a tooltip waits for 300 ms; a busy machine gets several tries.
    const took = async (button: typeof office, tip: RegExp): Promise<number> => {
      await browser.page.mouse.move(500, 500);
      await browser.page.getByText(tip).waitFor({ state: 'detached' });
      await browser.page.evaluate(`(() => {
        document.addEventListener('pointermove', ({ timeStamp }) => {
          new MutationObserver((_, observer) => {
            observer.disconnect();
            document.documentElement.dataset.took = String(performance.now() - timeStamp);
          }).observe(document.body, { childList: true });
        }, { once: true, capture: true });
      })()`);
      await button.hover();
      await browser.page.getByText(tip).waitFor();
      return browser.page.evaluate<number>('Number(document.documentElement.dataset.took)');
    };
    await expect.poll(() => took(office, /^office · Direct/)).toBeLessThan(250);
    await expect.poll(() => took(nav.getByRole('button', { name: 'Forwards' }), /^Forwards \(/)).toBeLessThan(250);
    await browser.page.mouse.move(500, 500);
    await browser.clear({});
  });

  test('asks before it quits, and lists what ends', async () => {
    await browser.openStory('app/quit');
    await press('Control+k');
    await browser.page.getByRole('combobox', { name: 'Search and commands' }).fill('quit');
    await expect.poll(() => browser.page.getByRole('option').allTextContents()).toEqual(['Quit ClawReach']);
    await press('Enter');
    const question = browser.page.getByRole('dialog', { name: 'Quit ClawReach?' });
    await question.getByText('2 terminals and commands that other machines run here end.').waitFor();
    await question.getByText("Other machines can't reach this one until you open ClawReach again.").waitFor();
    expect(await browser.axe()).toEqual([]);
    await press('Escape');
    await question.waitFor({ state: 'detached' });
    await browser.page.getByRole('button', { name: /^mira-laptop/ }).click();
    await browser.page.getByRole('button', { name: 'Quit…' }).click();
    await question.getByRole('button', { name: 'Quit', exact: true }).click();
    await expect.poll(() => browser.page.evaluate('document.documentElement.dataset.quit')).toBe('yes');
    await question.waitFor({ state: 'detached' });
  });

  test('counts what waits in the side bar, and tells it to those who listen', async () => {
    await browser.openStory('app/peers');
    const nav = browser.page.getByRole('navigation', { name: 'Pages' });
    await expect.poll(() => nav.getByRole('button', { name: '1 request is waiting for you' }).count()).toBe(1);
    await expect.poll(() => browser.page.getByRole('status').allInnerTexts()).toContain('1 request is waiting for you');
  });

  test('offers the next step of an error as a button, which leads to its place', async () => {
    await browser.openStory('app/peer not measured');
    await browser.page.locator('main').getByRole('button', { name: 'build-server', exact: true }).click();
    await browser.page.getByRole('button', { name: 'Change', exact: true }).click();
    await browser.page.getByRole('button', { name: 'Measure now' }).click();
    const step = browser.page.getByRole('alert').getByRole('button', { name: 'Relay settings' });
    await step.click();
    await expect.poll(focused).toMatch(/^Relay/);
    await expect.poll(() => browser.page.title()).toContain('Settings');
  });

  test('draws every machine that stays linked where three do, and counts the others where there are more', async () => {
    await browser.openStory('app/outage', { width: 1280 });
    const drawn = browser.page.getByRole('list', { name: /^Machines that stay linked/u }).getByRole('listitem');
    await expect
      .poll(() => drawn.allTextContents())
      .toEqual([
        expect.stringContaining('4 wait'),
        expect.stringContaining('nas'),
        expect.stringContaining('studio-mac'),
        expect.stringContaining('office'),
      ]);
    await browser.openStory('app/outage, many stay linked', { width: 1280 });
    await expect.poll(() => drawn.count()).toBe(3);
    expect(await drawn.last().textContent()).toContain('3 more');
    await browser.clear({});
  });

  test('offers only once to pair again with the machine whose page stands beside the list', async () => {
    await browser.openStory('app/removed by a machine, and from the relay', { width: 1700 });
    const again = browser.page.getByRole('button', { name: 'Pair again' });
    await again.first().waitFor();
    await browser.page.locator('[data-machine-notice]').waitFor();
    expect(await again.count()).toBe(1);
    await browser.clear({});
  });

  test('says that the relay here was stopped, by the person, and starts it again', async () => {
    await browser.openStory('app/relay stopped here');
    const outage = browser.page.locator('[data-outage]');
    await outage.getByText('You stopped the relay on this machine.').waitFor();
    // Nothing is tried meanwhile that could work.
    expect(await outage.getByText('Retrying', { exact: false }).count()).toBe(0);
    await outage.getByRole('button', { name: 'Start relay' }).click();
    await outage.getByText('You stopped the relay on this machine.').waitFor({ state: 'detached' });
    expect(browser.complaints).toEqual([]);
  });

  test('says that the only peer is forgotten, although its page goes before the answer comes', async () => {
    await browser.openStory('app/only peer');
    await browser.page.locator('li[data-peer]').hover();
    await browser.page.getByRole('button', { name: /^More actions for/ }).click();
    await browser.page.getByRole('menuitem', { name: 'Remove…' }).click();
    await browser.page.getByRole('button', { name: 'Remove', exact: true }).click();
    await browser.page.getByRole('button', { name: 'Skip for now' }).waitFor();
    await expect.poll(() => browser.page.getByText(/was removed\.$/).count()).toBe(1);
  });

  test('says in the settings what peers may do here, and shows the safety number with each', async () => {
    await browser.openStory('app/settings');
    await browser.page.getByRole('navigation', { name: 'Settings' }).getByRole('button', { name: 'Security' }).click();
    await browser.page.getByText('Terminal: build-server').waitFor();
    await browser.page.getByRole('button', { name: 'Show number' }).click();
    const number = browser.page.getByRole('dialog', { name: 'Safety number with attic-nas' });
    await number.waitFor();
    await expect.poll(() => number.getByText(/\d{5}/).count()).toBeGreaterThan(0);
  });

  test('marks the setting that Enter opens while one is searched for, and clears the search by a button', async () => {
    await browser.openStory('app/settings');
    const search = browser.page.getByRole('searchbox', { name: 'Search settings' });
    const found = browser.page.getByRole('navigation', { name: 'Settings', exact: true }).getByRole('listitem');
    await search.fill('relay');
    await browser.page.getByText(/^\d+ settings? found$/).waitFor({ state: 'attached' });
    expect(await found.locator('kbd').count()).toBe(1);
    expect(await found.first().locator('kbd').textContent()).toBe('Enter');
    await browser.page.getByRole('button', { name: 'Clear search' }).press('Enter');
    expect(await search.inputValue()).toBe('');
    await expect.poll(() => search.evaluate((field) => field === document.activeElement)).toBe(true);
    expect(await browser.page.getByRole('button', { name: 'Clear search' }).count()).toBe(0);
  });

  test('takes notices away after a while, but not those that need the person', async () => {
    await browser.clear();
    await browser.openStory('app/toasts');
    const notices = browser.page.getByRole('region', { name: 'Messages' });
    await notices.getByText('workshop').waitFor({ state: 'detached', timeout: 20_000 });
    // All three are as old.
    expect(await notices.innerText()).toContain('disk is full');
    expect(await notices.innerText()).toContain('asks for something');
  });

  test('takes notices away one by one', async () => {
    await browser.clear();
    await browser.openStory('app/toasts');
    const notices = browser.page.getByRole('region', { name: 'Messages' });
    await notices.getByRole('button', { name: 'Dismiss' }).first().click();
    await expect.poll(() => notices.innerText()).not.toContain('workshop');
    await expect.poll(() => notices.innerText()).toContain('disk is full');
  });

  test.each([360, 800, 1280])(
    'shows a request beside the page and its side bar, not over them, at %i px',
    async (width) => {
      await browser.openStory('app/request arrives', { width });
      await browser.page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Review' }).waitFor();
      const overlaps = `(() => {
      const card = document.querySelector('[aria-label="Messages"]').getBoundingClientRect();
      return [...document.querySelectorAll('#content, nav')].filter((element) => {
        const { left, right, top, bottom } = element.getBoundingClientRect();
        return left < card.right && right > card.left && top < card.bottom && bottom > card.top;
      }).length;
    })()`;
      expect(await browser.page.evaluate<number>(overlaps)).toBe(0);
      await browser.openStory('app/peers', { width: 1280 });
    },
  );

  test('says the reach of this machine in two lines at most, however long it is', async () => {
    await browser.openStory('app/peers', { width: 1280 });
    const reach = browser.page.getByTitle('Relay connected', { exact: true });
    const height = () => reach.evaluate((element) => element.getBoundingClientRect().height);
    const before = await height();
    await reach.evaluate((element) => {
      element.textContent = 'Relay here, this network only. '.repeat(4);
    });
    expect(await height()).toBeLessThanOrEqual(2 * before);
  });

  test('marks a machine that uses a terminal of this one, at its name or where the machines are', async () => {
    const mark = browser.page
      .getByRole('navigation', { name: 'Pages' })
      .getByRole('img', { name: 'office uses a terminal here' });
    for (const width of [360, 800, 1280, 1600]) {
      await browser.openStory('app/machine', { width });
      expect(await mark.count()).toBe(0);
      await browser.openStory('app/machine, its terminals here', { width });
      await mark.waitFor();
      expect(await mark.count()).toBe(1);
      expect(await browser.overflow()).toBeLessThanOrEqual(0);
    }
    expect(await browser.axe()).toEqual([]);
    await browser.openStory('app/peers', { width: 1280 });
  });

  test('says below one or two machines what can be done next, and does it', async () => {
    const next = browser.page.locator('[data-next-steps]');
    await browser.openStory('app/peers');
    await browser.page.locator('li[data-peer]').first().waitFor();
    expect(await next.count()).toBe(0);
    await browser.openStory('app/only peer');
    await next.getByRole('button', { name: 'Reach a port of office from here' }).waitFor();
    const hanging = await next.locator('li').evaluateAll(
      (rows) =>
        rows.filter((row) => {
          const icon = row.querySelector('svg')?.getBoundingClientRect().left ?? 0;
          return icon < row.getBoundingClientRect().left;
        }).length,
    );
    expect(hanging).toBe(0);
    await next.getByRole('button', { name: 'Pair another machine' }).click();
    await browser.page.getByRole('dialog').waitFor();
    await browser.page.keyboard.press('Escape');
    await next.getByRole('button', { name: 'Reach a port of office from here' }).click();
    await browser.page.getByRole('tab', { name: /^Forwards/, selected: true }).waitFor();
  });

  test('leaves the first steps when asked to, for the list of peers', async () => {
    await browser.openStory('app/first run');
    await browser.page.getByRole('heading', { name: 'Reach your machines.' }).waitFor();
    await browser.page.getByRole('button', { name: /^Skip/ }).click();
    await expect.poll(() => browser.page.getByRole('heading', { level: 1 }).allInnerTexts()).toEqual(['Machines']);
  });

  test('keeps what was typed while the page is narrow or wide, light or dark', async () => {
    await browser.openStory('ui/form');
    await browser.page.getByLabel('Note').fill('half a thought');
    await browser.resize(360);
    await browser.setTheme('dark');
    await expect.poll(() => browser.page.getByLabel('Note').inputValue()).toBe('half a thought');
  });

  test('goes and does by a few letters: Ctrl+K, what it is called, Enter', async () => {
    await browser.openStory('app/peers');
    await press('Control+k');
    const field = browser.page.getByRole('combobox', { name: 'Search and commands' });
    await field.waitFor();
    await field.fill('forw');
    await expect.poll(() => browser.page.getByRole('option').first().textContent()).toContain('Forwards');
    await press('Enter');
    await expect.poll(current).toContain('Forwards');
    await expect.poll(() => field.count()).toBe(0);
    await press('Control+k');
    await field.fill('zzzz');
    await browser.page.getByText('No results.').waitFor();
    await press('Escape');
    await expect.poll(() => field.count()).toBe(0);
    await press('Control+k');
    await field.fill('keyboard');
    await press('Enter');
    await browser.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    // Those of a terminal as well: there nothing else tells them to who cannot see a menu.
    const caps = browser.page.getByRole('region', { name: 'In a terminal' }).locator('dt, dd, kbd');
    await expect.poll(async () => (await caps.allTextContents()).join(' ')).toMatch(/Ctrl\W*Shift\W*E\b/u);
    await press('Escape');
    await expect.poll(() => browser.page.getByRole('dialog').count()).toBe(0);
    await press('?');
    await browser.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await press('Escape');
    await expect.poll(() => browser.page.getByRole('dialog').count()).toBe(0);
    await press('Control+1');
  });
});

describe.skipIf(!hasChromium)('the window, in a browser with scroll bars', () => {
  let browser: StoryBrowser;
  shareAmongTests(async (defer) => {
    browser = await StoryBrowser.launch(undefined, { scrollBars: true });
    defer(() => browser.close());
  });

  test('keeps the content of a page where it is when a scroll bar appears beside it', async () => {
    const page = browser.page.locator('[class*="_scroller_"]');
    // The page of the stories has a bar of its own in a low window, so the edges are those of the page around.
    const place = (): Promise<readonly [isScrolled: boolean, left: number, right: number]> =>
      page.evaluate((scroller) => {
        const outer = scroller.getBoundingClientRect();
        const { left, right } = (scroller.firstElementChild?.firstElementChild ?? scroller).getBoundingClientRect();
        return [scroller.scrollHeight > scroller.clientHeight, left - outer.left, outer.right - right];
      });
    for (const width of [1080, 400]) {
      await browser.clear({ width });
      await browser.openStory('app/peers', { width });
      await browser.page.keyboard.press('Control+3');
      await browser.page.getByRole('heading', { name: 'Forwards', level: 1 }).waitFor();
      await browser.resize(width, 2400);
      const [, ...before] = await place();
      await browser.resize(width, 240);
      await expect.poll(async () => (await place())[0]).toBe(true);
      const [, ...after] = await place();
      expect(after).toEqual(before);
    }
  });
});

describe.skipIf(!hasChromium)('components', () => {
  let browser: StoryBrowser;
  shareAmongTests(async (defer) => {
    browser = await StoryBrowser.launch();
    defer(() => browser.close());
  });
  const press = (keys: string): Promise<void> => browser.page.keyboard.press(keys);
  const focused = (): Promise<string> => browser.page.evaluate<string>(FOCUSED);

  test('a dialog begins with what is to be typed, keeps the focus, and closes by Escape', async () => {
    await browser.openStory('ui/dialog');
    const dialog = browser.page.getByRole('dialog', { name: 'Rename office' });
    await expect.poll(focused).toBe('office');
    for (let step = 0; step < 6; step += 1) {
      await press('Tab');
      // Past the last control it stands on a guard for a moment, which sends it back to the first.
      await expect
        .poll(() => browser.page.evaluate(`document.activeElement.closest('[role="dialog"]') !== null`))
        .toBe(true);
    }
    await press('Escape');
    await expect.poll(() => dialog.count()).toBe(0);
  });

  test('a dialog that something else needs takes the place of the one before, which is there again as it was left', async () => {
    await browser.openStory('ui/two dialogs');
    const first = browser.page.getByRole('dialog', { name: 'Rename office' });
    const second = browser.page.getByRole('dialog', { name: 'Pair with another machine' });
    await expect.poll(focused).toBe('office');
    await browser.page.keyboard.type('workshop');
    await browser.page.evaluate(`document.querySelector('[data-ask]').click()`);
    await second.waitFor();
    await first.waitFor({ state: 'hidden' });
    await expect
      .poll(() => browser.page.evaluate(`document.activeElement.closest('[role="dialog"]') !== null`))
      .toBe(true);
    // One key closes one.
    await press('Escape');
    await second.waitFor({ state: 'detached' });
    await first.waitFor();
    await expect.poll(() => first.getByRole('textbox').inputValue()).toBe('officeworkshop');
    await press('Escape');
    await expect.poll(() => first.count()).toBe(0);
  });

  test('what is chosen or switched on is seen where the system has the colours', async () => {
    await browser.page.emulateMedia({ forcedColors: 'active' });
    const background = (role: string, state: string): Promise<unknown> =>
      browser.page.evaluate(`getComputedStyle(document.querySelector('[role="${role}"][${state}]')).backgroundColor`);
    try {
      await browser.openStory('ui/form');
      for (const [role, state] of [
        ['switch', 'aria-checked'],
        ['tab', 'aria-selected'],
      ] as const)
        expect(await background(role, `${state}="true"`)).not.toBe(await background(role, `${state}="false"`));
      await browser.openStory('ui/facts');
      const dots = await browser.page.evaluate(
        `[...document.querySelectorAll('[data-dot]')].map((dot) => getComputedStyle(dot).backgroundColor)`,
      );
      expect(new Set(dots as string[]).size).toBeGreaterThan(1);
    } finally {
      await browser.page.emulateMedia({ forcedColors: 'none' });
    }
  });

  test('a menu is opened, walked and left by keyboard', async () => {
    await browser.openStory('ui/popups');
    await browser.page.getByRole('button', { name: 'More' }).focus();
    await press('Enter');
    await browser.page.getByRole('menu', { name: 'More actions for office' }).waitFor();
    await expect.poll(focused).toBe('Rename');
    await press('End');
    await expect.poll(focused).toBe('Remove');
    await press('Escape');
    await expect.poll(focused).toBe('More');
  });

  test('a choice and a switch are made by keyboard, and have the names of their labels', async () => {
    await browser.openStory('ui/form');
    const select = browser.page.getByRole('combobox', { name: 'Appearance' });
    await select.focus();
    await press('Enter');
    await browser.page.getByRole('option', { name: 'Dark' }).waitFor();
    await press('End');
    await press('Enter');
    await expect.poll(() => select.innerText()).toContain('Dark');
    const notifications = browser.page.getByRole('switch', { name: 'Notifications' });
    await notifications.focus();
    await press('Space');
    await expect.poll(() => notifications.getAttribute('aria-checked')).toBe('false');
  });

  test('a field names its control, its hint and its error', async () => {
    await browser.openStory('ui/form');
    const relay = browser.page.getByLabel('Relay');
    expect(await relay.getAttribute('aria-invalid')).toBe('true');
    const described = (await relay.getAttribute('aria-describedby')) ?? '';
    await expect.poll(() => browser.page.locator(`[id="${described}"]`).innerText()).toContain('wss://HOST');
  });
});
