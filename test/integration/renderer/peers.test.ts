import { describe, expect, test } from 'vitest';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';

/** The page of the peers in a real browser, with an agent in the page, by keyboard alone. */
let browser: StoryBrowser;
shareAmongTests(async (defer) => {
  browser = await StoryBrowser.launch(process.env['CLAWREACH_TEST_STORIES']);
  defer(() => browser.close());
});

/** As a person comes to it: with nothing focused, and nothing left of the test before. */
async function open(name: string, width = 1200): Promise<void> {
  await browser.clear({ width });
  await browser.openStory(name, { width });
}
async function press(...keys: readonly string[]): Promise<void> {
  for (const key of keys) await browser.page.keyboard.press(key);
}
function focused(): Promise<string> {
  return browser.page.evaluate<string>(
    '(document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "").trim()',
  );
}
async function tabTo(name: string): Promise<void> {
  for (let step = 0; step < 60; step += 1) {
    if ((await focused()) === name) return;
    await press('Tab');
  }
  throw new Error(`${name} cannot be reached with Tab`);
}
const row = (name: string) =>
  browser.page.getByRole('listitem').filter({ has: browser.page.getByRole('button', { name, exact: true }) });
/** Many rows on a busy machine. */
const PATIENT = { timeout: 10_000 };
const dialog = () => browser.page.getByRole('dialog');
const route = () => browser.page.getByRole('region', { name: 'Route' });

/** Opens the menu of a peer with the keyboard and takes the item. */
async function takeFromMenu(peer: string, item: string): Promise<void> {
  await tabTo(`More actions for ${peer}`);
  await press('Enter');
  await browser.page.getByRole('menu').waitFor();
  const highlighted = browser.page.locator('[role="menuitem"][data-highlighted]');
  for (let step = 0; step < 20; step += 1) {
    await highlighted.waitFor();
    if ((await highlighted.textContent())?.startsWith(item) === true) {
      await press('Enter');
      return;
    }
    await press('ArrowDown');
  }
  throw new Error(`${item} is not in the menu`);
}

describe('a row of the list', () => {
  test('keeps what is open there under the pointer, beside its actions', async () => {
    await open('peers/open terminals', 1280);
    const opened = row('office').getByText('2 terminals').last();
    const place = await opened.boundingBox();
    await opened.hover({ force: true });
    await browser.page.getByRole('button', { name: 'Open terminal on office' }).waitFor();
    expect(await opened.boundingBox()).toEqual(place);
    expect(place).not.toBeNull();
  });

  test('says below the name what is open where it is narrower', async () => {
    await open('peers/open terminals', 1000);
    await row('office').getByText('Linux · 2 terminals').waitFor();
    expect(await row('office').getByText('2 terminals').last().isVisible()).toBe(false);
  });

  test('has the button for a terminal also in a window of one pane, high enough for a finger', async () => {
    await open('peers/open terminals', 360);
    const terminal = browser.page.getByRole('button', { name: 'Open terminal on office' });
    await expect.poll(async () => (await terminal.boundingBox())?.height).toBe(32);
    expect(await row('office').getByText('Relay · 2 terminals').isVisible()).toBe(true);
  });
});

describe('rows of peers', () => {
  const names = (): Promise<readonly string[]> =>
    browser.page.locator('li[data-peer] > div > button[class*=title]').allInnerTexts();

  test('stay in their places while the pointer is over them, and take their order once it has left', async () => {
    await open('peers/reordered');
    await browser.page.getByRole('button', { name: 'Order: My order' }).click();
    await browser.page.getByRole('menuitem', { name: 'Recently used' }).click();
    await browser.page.getByRole('menu').waitFor({ state: 'detached' });
    const before = await names();
    expect(before[0]).not.toBe('office');
    await row(before[0] ?? '').hover();
    await browser.page.evaluate('document.documentElement.dataset.used = "now"');
    await expect.poll(() => browser.page.evaluate('document.documentElement.dataset.used')).toBe('done');
    expect(await names()).toEqual(before);
    await browser.page.mouse.move(1, 1);
    await expect.poll(async () => (await names())[0]).toBe('office');
  });
});

test('the page of a machine lists what runs here for it, and ends it', async () => {
  await open('app/machine, its terminals here');
  const here = browser.page.getByRole('group', { name: /^(?:office uses a terminal here|Running here for office)$/u });
  await browser.page.getByRole('heading', { name: 'office uses a terminal here' }).waitFor();
  await expect.poll(() => here.getByRole('listitem').count(), PATIENT).toBe(2);
  await here.getByText('left running, started').waitFor();
  await here.getByRole('button', { name: 'End deploy' }).click();
  const asked = browser.page.getByRole('dialog', { name: 'End deploy?' });
  await asked.getByText('office loses this terminal').waitFor();
  expect(await browser.axe()).toEqual([]);
  await asked.getByRole('button', { name: 'End' }).click();
  await expect.poll(() => here.getByRole('listitem').count()).toBe(1);
  // No one uses what was left running.
  await browser.page.getByRole('group', { name: 'Running here for office' }).waitFor();
  expect(await browser.axe()).toEqual([]);
  expect(browser.complaints).toEqual([]);
});

describe('the peers by keyboard alone', () => {
  test('one is renamed where its name is, from the menu, by F2 and by a double click', async () => {
    await open('peers/several');
    await takeFromMenu('office', 'Rename…');
    await expect.poll(focused).toBe('Rename office');
    await browser.page.keyboard.type('desk');
    expect(await browser.axe()).toEqual([]);
    await press('Enter');
    await row('desk').waitFor();
    await expect.poll(focused).toBe('desk');
    await press('F2');
    await browser.page.keyboard.type('never');
    await press('Escape');
    await expect.poll(focused).toBe('desk');
    await press('Enter');
    const heading = () => browser.page.getByRole('heading', { level: 1 });
    await expect.poll(() => heading().textContent()).toBe('desk');
    await heading().getByText('desk').dblclick();
    await browser.page.keyboard.type('home');
    await press('Enter');
    await expect.poll(() => heading().textContent()).toBe('home');
    await press('F2');
    await browser.page.keyboard.type('attic');
    // A click elsewhere keeps what was typed.
    await browser.page.getByRole('tab', { name: 'Activity' }).click();
    await expect.poll(() => heading().textContent()).toBe('attic');
    expect(browser.complaints).toEqual([]);
  });

  test('a name that cannot be is explained in words and not sent', async () => {
    await open('peers/several');
    const list = browser.page.getByRole('list');
    await takeFromMenu('office', 'Rename…');
    await expect.poll(focused).toBe('Rename office');
    await browser.page.keyboard.type('COLO-2');
    await press('Enter');
    await list.getByText('Another machine has this name.').waitFor();
    await press('Control+A');
    await browser.page.keyboard.insertText('of\u200bfice');
    await list.getByText('Character 3 is invisible (U+200B). Remove it.').waitFor();
    await press('Control+A', 'Delete');
    await list.getByText('Enter at least one letter or digit.').waitFor();
    await press('Enter', 'Escape');
    await expect.poll(() => row('office').count()).toBe(1);
  });

  test('one that is blocked says why, and comes back only after it was said what that means', async () => {
    await open('peers/blocked');
    const notice = browser.page.getByRole('listitem').filter({ hasText: 'Blocked since' });
    expect(await notice.innerText()).toContain('your relay reported that it was removed from the project');
    await tabTo('Let back in: old-laptop');
    await press('Enter');
    await dialog().getByText('Its permissions on this machine apply again').waitFor();
    await dialog().getByRole('button', { name: 'Let back in' }).click();
    await dialog().waitFor({ state: 'detached' });
    await notice.waitFor({ state: 'detached' });
    expect(browser.complaints).toEqual([]);
  });

  test('one is forgotten only after it was said what ends, and the focus stays on the page', async () => {
    await open('peers/several');
    await takeFromMenu('office', 'Remove…');
    await dialog().getByText('Terminals between the two machines, in both directions.').waitFor();
    // What has the focus first does no harm.
    expect(await focused()).not.toBe('Remove');
    await tabTo('Remove');
    await press('Enter');
    await row('office').waitFor({ state: 'detached' });
    await dialog().waitFor({ state: 'detached' });
    await expect.poll(() => browser.page.evaluate<boolean>('document.activeElement !== document.body')).toBe(true);
    await browser.page.getByText('5 machines, 3 online').waitFor();
  });

  test('the way to a peer is explained and measured', async () => {
    await open('peers/several');
    await tabTo('office');
    await press('Enter');
    await browser.page.getByRole('heading', { name: 'office', level: 1 }).waitFor();
    await tabTo('Change');
    await press('Enter');
    await route().getByText('Through your relay.').waitFor();
    await tabTo('Measure now');
    await press('Enter');
    await route().getByText('22 ms, through the relay').waitFor();
    await route().getByText('14 measurements').waitFor();
    expect(browser.complaints).toEqual([]);
    await press('Escape');
    await row('office').waitFor();
  });
});

describe('the ways to a peer by keyboard alone', () => {
  test('are chosen with the arrow keys, and the choice counts at once', async () => {
    await open('paths/not direct: no-answer', 360);
    await route().getByText('No answer at its addresses', { exact: false }).waitFor();
    const chosen = (name: string) => route().getByRole('radio', { name, exact: true });
    await expect.poll(() => chosen('Automatic').isChecked()).toBe(true);
    await chosen('Automatic').focus();
    await press('ArrowDown');
    await expect.poll(() => chosen('Direct only').isChecked()).toBe(true);
    await press('ArrowDown');
    await expect.poll(() => chosen('Relay only').isChecked()).toBe(true);
    expect(browser.complaints).toEqual([]);
  });

  test('a choice that is not saved is taken back, with the reason', async () => {
    await open('paths/direct only, not saved');
    await route().getByRole('radio', { name: 'Direct only', exact: true }).click();
    await route().getByRole('alert').waitFor();
    await expect.poll(() => route().getByRole('radio', { name: 'Automatic', exact: true }).isChecked()).toBe(true);
  });

  test('show the newest changes first, and all of them when wanted', async () => {
    await open('paths/reconnecting');
    const changes = route().getByRole('list').getByRole('listitem');
    await changes.first().waitFor();
    await expect.poll(() => changes.first().textContent()).toMatch(/Lost.*the connection broke$/);
    await expect.poll(() => changes.count()).toBe(4);
    await route().getByRole('button', { name: 'Show 6 more' }).click();
    await expect.poll(() => changes.count()).toBe(10);
    await expect.poll(() => changes.last().textContent()).toMatch(/Relay.*connected$/);
  });

  test('a lost link says when it is tried again, and can be tried at once', async () => {
    await open('paths/every state');
    await row('broken').getByText('Reconnecting').first().waitFor();
    await tabTo('broken');
    await press('Enter');
    await tabTo('Change');
    await press('Enter');
    await route()
      .getByText(/^Reconnecting in \d+ s…$/u)
      .waitFor();
    await tabTo('Retry now: reconnect to broken');
    await press('Enter');
    await press('Escape');
    await tabTo('silent');
    await press('Enter');
    await tabTo('Change');
    await press('Enter');
    await route()
      .getByText(/^No answer for \d+ s, trying other paths$/u)
      .waitFor();
    expect(browser.complaints).toEqual([]);
  });
});

describe('what a peer is called', () => {
  test('is text and nothing else, and shows what is hidden in it', async () => {
    await open('peers/long and hostile names');
    expect(await browser.page.locator('li img').count()).toBe(0);
    await row('<img src=x onerror=alert(1)>').waitFor();
    await row('office⟨U+202E⟩gnp.exe⟨U+202C⟩').waitFor();
    await row('of⟨U+200B⟩fice⟨U+001B⟩[31m').waitFor();
    await expect.poll(() => browser.page.locator('li[data-peer] [class*="_marked_"] > :is(bdi, bdo)').count()).toBe(6);
    await browser.resize(360);
    await expect.poll(() => browser.overflow()).toBe(0);
    expect(browser.complaints).toEqual([]);
  });
});

describe('a way through several machines', () => {
  const stops = () => browser.page.locator('ol[aria-label="Route to office"] > li');
  const names = async (): Promise<readonly string[]> =>
    (await stops().allTextContents()).map((words) => words.replace(/answers in .*$/, ''));
  /** Takes what is highlighted first in the menu of machines that can be added. */
  async function add(): Promise<void> {
    await tabTo('Add a machine…');
    await press('Enter');
    await browser.page.locator('[role="menuitem"][data-highlighted]').waitFor();
    await press('Enter');
    await browser.page.getByRole('menu').waitFor({ state: 'detached' });
  }

  test('is put together, ordered and tried by keyboard, and says how long each machine takes', async () => {
    await open('paths/hops, none yet');
    await stops().first().waitFor();
    await expect.poll(() => browser.page.getByRole('button', { name: 'Use this route' }).isDisabled()).toBe(true);
    await tabTo('Add a machine…');
    await press('Enter');
    // Neither the peer itself, nor one that is reached through others.
    expect(await browser.page.getByRole('menuitem').allTextContents()).toEqual([
      'attic-nas',
      'build-server',
      'lab (offline)',
    ]);
    await press('Escape');
    await browser.page.getByRole('menu').waitFor({ state: 'detached' });
    await add();
    await expect.poll(focused, PATIENT).toBe('Remove attic-nas');
    await add();
    await expect.poll(focused, PATIENT).toBe('Remove build-server');
    await browser.page.getByRole('button', { name: 'Move build-server closer to this machine' }).focus();
    await press('Enter');
    await browser.page.getByText('build-server is now at position 1 of 2.').waitFor({ state: 'attached' });
    // It cannot go further, and the focus stays with it.
    await expect.poll(focused, PATIENT).toBe('Move build-server further from this machine');
    await expect.poll(names).toEqual(['This machinemira-laptop', 'build-server', 'attic-nas', 'office']);
    await expect.poll(() => browser.axe()).toEqual([]);
    await tabTo('Use this route');
    await press('Enter');
    await browser.page.getByText('It works, via build-server → attic-nas.').waitFor({ state: 'attached' });
    expect(await stops().allTextContents()).toEqual([
      'This machinemira-laptop',
      'build-serveranswers in 12 ms',
      'attic-nasanswers in 25 ms',
      'officeanswers in 61 ms',
    ]);
    await browser.page.getByText('Online · Via build-server → attic-nas').waitFor();
    await expect.poll(() => browser.axe()).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });

  test('is ordered by mouse, and a machine is taken out', async () => {
    await open('paths/hops, chosen');
    await stops().nth(3).waitFor();
    await stops().nth(2).dragTo(stops().nth(1));
    await expect.poll(names, PATIENT).toEqual(['This machinemira-laptop', 'laboffline', 'attic-nas', 'office']);
    await browser.page.getByRole('button', { name: 'Remove lab' }).click();
    await expect.poll(names, PATIENT).toEqual(['This machinemira-laptop', 'attic-nas', 'office']);
    await expect.poll(focused, PATIENT).toBe('Remove attic-nas');
    await browser.page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(async () => (await names()).length, PATIENT).toBe(4);
  });

  test('names the machine that is missing', async () => {
    await open('paths/hops, a machine is missing');
    await browser.page.getByText("attic-nas can't reach lab. The connection resumes when it's back.").waitFor();
    await expect.poll(() => stops().nth(2).textContent()).toBe("labattic-nas can't reach it");
    await browser.page.getByRole('button', { name: 'Test' }).click();
    await browser.page.getByText("attic-nas can't reach lab.", { exact: true }).waitFor();
    await expect.poll(() => browser.axe()).toEqual([]);
  });
});

describe('two hundred peers', () => {
  test('are found by name and by the beginning of their id, and told how many', async () => {
    await open('peers/200');
    const search = browser.page.getByRole('searchbox', { name: 'Filter by name, system or group' });
    await search.fill('lab-20');
    await expect
      .poll(() => browser.page.locator('li[data-peer] button[class*=title]').allTextContents(), PATIENT)
      .toEqual(['lab-20', 'lab-200']);
    await browser.page.getByText('2 machines found').waitFor();
    await search.fill('nothing like it');
    await browser.page.getByText('No machine found').waitFor();
    await browser.page.getByRole('button', { name: 'Show all machines' }).click();
    await expect.poll(() => browser.page.locator('li[data-peer]').count(), PATIENT).toBe(200);
  });

  test('are laid out only where they can be seen', async () => {
    await open('peers/200');
    const shown = await browser.page.evaluate<number>(
      '[...document.querySelectorAll("li[data-peer] button[class*=title]")].filter((name) => name.checkVisibility({ contentVisibilityAuto: true })).length',
    );
    expect(shown).toBeGreaterThan(5);
    expect(shown).toBeLessThan(100);
  });
});

describe('groups and order', () => {
  const headings = (): Promise<readonly string[]> =>
    browser.page.locator('li[data-peer]').locator('xpath=ancestor::section[1]').locator('h2').allInnerTexts();
  const names = (): Promise<readonly string[]> =>
    browser.page.locator('li[data-peer] > div > button[class*=title]').allInnerTexts();

  test('a machine gets a group, a favourite, and another place, by keyboard', async () => {
    await open('peers/several');
    await browser.page.getByRole('button', { name: /^Order: / }).click();
    await browser.page.getByRole('menuitem', { name: 'My order' }).click();
    await takeFromMenu('office', 'Move to a group…');
    // There is no group to choose yet.
    const isNamed = () =>
      browser.page.evaluate<boolean>(`document.activeElement?.matches('[role=dialog] input[dir=auto]') === true`);
    await expect.poll(isNamed).toBe(true);
    expect(await dialog().getByRole('combobox').count()).toBe(0);
    await dialog().getByRole('textbox', { name: 'Name of the group' }).fill('Work');
    await press('Enter');
    await dialog().waitFor({ state: 'detached' });
    await expect.poll(headings).toEqual(['Work', 'Other machines']);
    const before = (await names()).slice(1);
    await browser.page.getByRole('button', { name: before[0] ?? '', exact: true }).focus();
    await press('Alt+ArrowDown');
    await expect.poll(async () => (await names()).slice(1, 3)).toEqual([before[1], before[0]]);
    await browser.page.getByRole('button', { name: before[1] ?? '', exact: true }).focus();
    await press('Alt+ArrowUp');
    await expect.poll(async () => (await names()).slice(0, 2)).toEqual(['office', before[1]]);
    await browser.page.getByRole('button', { name: 'Actions for the group Work' }).click();
    await browser.page.getByRole('menuitem', { name: 'Remove group' }).click();
    await expect.poll(headings).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });

  test('arrow keys move between rows, and T opens a terminal on the focused one', async () => {
    await open('peers/several');
    const all = await names();
    await browser.page.getByRole('button', { name: all[0] ?? '', exact: true }).focus();
    await press('ArrowDown');
    await expect.poll(focused).toBe(all[1]);
    await press('End');
    await expect.poll(focused).toBe(all.at(-1));
    await press('t');
    await browser.page.locator('li[data-peer]').first().waitFor();
    await browser.page.getByRole('button', { name: 'Order: My order' }).click();
    await browser.page.getByRole('menuitem', { name: 'Recently used' }).click();
    await expect.poll(async () => (await names())[0]).toBe(all.at(-1));
  });
});

test('a machine is introduced to those that are online, and to an offline one only by choice', async () => {
  await open('peers/introduce');
  const target = (name: string) => dialog().getByRole('switch', { name, exact: true });
  await expect.poll(() => target('colo-2').isChecked()).toBe(true);
  expect(await target('attic-nas').isChecked()).toBe(false);
  await dialog().getByText("Offline. It can't be introduced there now.").first().waitFor();
  await target('attic-nas').click();
  await expect.poll(() => target('attic-nas').isChecked()).toBe(true);
  expect(await browser.axe()).toEqual([]);
});
