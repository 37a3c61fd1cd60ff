import { beforeEach, describe, expect, test } from 'vitest';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';

/** The rights of a machine in a real browser, with an agent in the page, by keyboard alone. */
let browser: StoryBrowser;
shareAmongTests(async (defer) => {
  browser = await StoryBrowser.launch(process.env['CLAWREACH_TEST_STORIES']);
  defer(() => browser.close());
});
beforeEach(() => browser.page.evaluate('delete document.documentElement.dataset.rights'));

async function open(name: string, width = 1200): Promise<void> {
  await browser.clear({ width });
  await browser.openStory(name, { width });
}
async function press(...keys: readonly string[]): Promise<void> {
  for (const key of keys) await browser.page.keyboard.press(key);
}
const row = (right: string) => browser.page.locator(`[data-right="${right}"]`);
const segment = (right: string, name: string) => row(right).getByRole('radio', { name, exact: true });
const button = (name: string) => browser.page.getByRole('button', { name, exact: true });
/** The changes that the agent was asked for, since the story opened. */
const calls = () => browser.page.evaluate<string>('document.documentElement.dataset.rights ?? ""');

test('targets that were approved for an hour are listed, and end', async () => {
  await open('access/for an hour');
  const forward = row('forward');
  if ((await browser.page.getByText('Approved for now:').count()) === 0)
    await forward.getByRole('button').first().click();
  await browser.page.getByText('Approved for now:').waitFor();
  await browser.page.getByText('localhost:8000').waitFor();
  await button('End').click();
  await browser.page.getByText('Approved for now:').waitFor({ state: 'detached' });
  expect(browser.complaints).toEqual([]);
});

test('terminals and commands that a machine runs here are listed with that machine only, and each can be ended', async () => {
  await open('access/running');
  const items = row('terminal').getByRole('group', { name: 'Running here now' }).getByRole('listitem');
  await expect.poll(() => items.count()).toBe(4);
  await items.filter({ hasText: 'bash' }).getByText('left running, started').waitFor();
  await items
    .filter({ hasText: 'htop' })
    .getByText(/^left running until .+, started/)
    .waitFor();
  await button('End deploy').press('Enter');
  const dialog = browser.page.getByRole('dialog');
  // The button that changes nothing has the focus.
  await expect.poll(() => browser.page.evaluate('document.activeElement?.textContent')).toMatch(/^Cancel/u);
  await dialog.getByText('Its permission to open terminals stays.').waitFor();
  await press('Enter');
  await dialog.waitFor({ state: 'detached' });
  expect(await items.count()).toBe(4);
  await button('End deploy').press('Enter');
  await expect.poll(() => browser.page.evaluate('document.activeElement?.textContent')).toMatch(/^Cancel/u);
  await press('Control+Enter');
  await expect.poll(() => items.count()).toBe(3);
  expect(await items.filter({ hasText: 'deploy' }).count()).toBe(0);
  expect(await browser.axe()).toEqual([]);
  expect(browser.complaints).toEqual([]);
});

describe('messages to single agents', () => {
  test('are allowed by keyboard, each with a decision of its own that can be removed', async () => {
    await open('access/agents');
    const agents = row('message').getByRole('group', { name: 'Single agents' });
    await expect.poll(() => agents.getByRole('listitem').count()).toBe(4);
    await agents.getByText(/^allowed until /).waitFor();
    await agents.getByRole('button', { name: 'Remove the decision for private' }).press('Enter');
    await expect.poll(calls).toBe('message=private none;');
    await agents.getByRole('button', { name: 'Decide for one agent' }).press('Enter');
    // The first one that isn't decided about; after the removal, that is `private`.
    await agents.getByRole('combobox', { name: 'Agent' }).press('Enter');
    await browser.page.getByRole('option', { name: 'tests' }).press('Enter');
    await agents.getByRole('button', { name: 'Save' }).press('Enter');
    await expect.poll(calls).toBe('message=private none;message=tests allow;');
    expect(await browser.axe()).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });

  test('end with a denial of all messages, and come back when that is taken back', async () => {
    await open('access/agents');
    const agents = row('message').getByRole('group', { name: 'Single agents' });
    await segment('message', 'Deny').focus();
    await press(' ');
    await expect.poll(calls).toBe('message deny always;');
    await expect.poll(() => agents.getByText('allowed').count()).toBe(0);
    await row('message').getByRole('button', { name: 'Undo' }).press('Enter');
    await expect.poll(calls).toContain('message ask always;message=coder allow;message=release-notes-writer allow;');
    await agents.getByText('coder').waitFor();
    expect(browser.complaints).toEqual([]);
  });
});

describe('a right', () => {
  test('changes at once with an arrow key, says that it was saved, and keeps the focus', async () => {
    await open('access/custom');
    await segment('relay', 'Deny').focus();
    await press('ArrowLeft');
    await expect.poll(calls).toBe('relay ask always;');
    await row('relay').getByText('Saved').waitFor();
    expect(await segment('relay', 'Ask').isChecked()).toBe(true);
    await expect
      .poll(() => segment('relay', 'Ask').evaluate((element) => element.ownerDocument.activeElement === element))
      .toBe(true);
    expect(browser.complaints).toEqual([]);
  });

  test('to send files is allowed up to a size, which a person changes, and which an end keeps', async () => {
    await open('access/custom');
    await segment('send', 'Allow').focus();
    await press(' ');
    await expect.poll(calls).toBe('send allow always up to 1000000000;');
    const limit = row('send').getByRole('combobox', { name: 'Largest transfer without asking' });
    await limit.press('Enter');
    await browser.page.getByRole('option', { name: 'Up to 10 GB' }).press('Enter');
    await expect.poll(calls).toContain('send allow always up to 10000000000;');
    await row('send').getByRole('combobox').first().press('Enter');
    await browser.page.getByRole('option', { name: 'For 1 hour' }).press('Enter');
    await expect.poll(calls).toContain('send allow ends up to 10000000000;');
    await limit.press('Enter');
    await browser.page.getByRole('option', { name: 'Any size' }).press('Enter');
    await expect.poll(calls).toMatch(/send allow ends;$/);
    await segment('send', 'Ask').focus();
    await press(' ');
    await expect.poll(() => limit.count()).toBe(0);
    expect(await browser.axe()).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });

  test('that was changed by mistake is as it was after Undo, which is offered once', async () => {
    await open('access/custom');
    await segment('relay', 'Deny').focus();
    await press('ArrowLeft', 'ArrowLeft');
    await expect.poll(() => segment('relay', 'Allow').isChecked()).toBe(true);
    const undo = row('relay').getByRole('button', { name: 'Undo' });
    await undo.click();
    await expect.poll(() => segment('relay', 'Ask').isChecked()).toBe(true);
    await undo.waitFor({ state: 'detached' });
    expect(await calls()).toBe('relay ask always;relay allow always;relay ask always;');
  });

  test('is confirmed as saved until the next change is, whose Undo alone is offered; so is that of a preset', async () => {
    await open('access/custom');
    await segment('relay', 'Deny').focus();
    await press('ArrowLeft');
    await row('relay').getByRole('button', { name: 'Undo' }).waitFor();
    await browser.page.getByRole('radio', { name: 'My machine' }).focus();
    await press(' ');
    await button('Treat as my machine').press('Enter');
    await expect.poll(() => browser.page.getByRole('radio', { name: 'My machine' }).isChecked()).toBe(true);
    const undo = browser.page.getByRole('button', { name: 'Undo' });
    await expect.poll(() => undo.count()).toBe(1);
    expect(await row('relay').getByRole('button', { name: 'Undo' }).count()).toBe(0);
    await undo.click();
    await browser.page.getByRole('radio', { name: 'Custom', checked: true }).waitFor();
    expect(await segment('relay', 'Ask').isChecked()).toBe(true);
    expect(await browser.page.getByRole('switch', { name: /Take over my terminals/ }).isChecked()).toBe(false);
    expect(await undo.count()).toBe(0);
    expect(browser.complaints).toEqual([]);
  });

  test('that asks is answered in the Inbox, which the foot says only while one asks', async () => {
    await open('access/mine');
    const foot = browser.page.getByText("You're asked in the Inbox.");
    const asking = browser.page.getByRole('radio', { name: 'Ask', exact: true, checked: true });
    await browser.page.getByRole('radio', { name: 'My machine' }).focus();
    await press('ArrowRight');
    await foot.waitFor();
    await press('ArrowLeft');
    await button('Treat as my machine').press('Enter');
    await segment('introduce', 'Ask').focus();
    await press('ArrowRight');
    await expect.poll(() => asking.count()).toBe(0);
    await foot.waitFor({ state: 'detached' });
  });

  test('to terminals is allowed only after a confirmation in its row, which Escape cancels', async () => {
    await open('access/custom');
    await segment('terminal', 'Ask').focus();
    await press('ArrowLeft');
    const confirmation = row('terminal').getByRole('group', { name: /run any command here as you/ });
    await confirmation.waitFor();
    expect(await calls()).toBe('');
    // What is in force stays chosen.
    expect(await segment('terminal', 'Ask').isChecked()).toBe(true);
    await press('ArrowRight');
    await confirmation.waitFor({ state: 'detached' });
    await press('ArrowLeft');
    await confirmation.waitFor();
    await button('Cancel').press('Escape');
    await confirmation.waitFor({ state: 'detached' });
    expect(await segment('terminal', 'Ask').isChecked()).toBe(true);
    await segment('terminal', 'Ask').focus();
    await press('ArrowLeft');
    await button('Allow terminals').press('Enter');
    await expect.poll(calls).toBe('terminal allow always;');
    await confirmation.waitFor({ state: 'detached' });
  });

  test('is taken back after a warning if terminals are open, and at once if none is', async () => {
    await open('access/terminals open');
    await segment('terminal', 'Deny').focus();
    await press(' ');
    await row('terminal').getByText('This closes 2 terminals that office has open here.').waitFor();
    expect(await calls()).toBe('');
    await button('Close and deny').press('Enter');
    await expect.poll(calls).toBe('terminal deny always;');
    await open('access/mine');
    await segment('terminal', 'Deny').focus();
    await press(' ');
    await expect.poll(calls).toContain('terminal deny always;');
  });

  test('is given for an hour, and not until a time that has passed', async () => {
    await open('access/custom');
    const ends = row('view').getByRole('combobox', { name: 'Duration: Shared terminals' });
    await ends.focus();
    await press('Enter');
    await browser.page.getByRole('option', { name: 'For 1 hour' }).waitFor();
    await press('ArrowDown', 'Enter');
    await expect.poll(calls).toBe('view allow ends;');
    await expect.poll(() => ends.textContent()).toMatch(/^Until /);
    // What comes then is said.
    await row('view').getByText('Then it asks each time. It stops seeing what it').waitFor();
    await ends.click();
    await browser.page.getByRole('option', { name: 'Until a date and time…' }).click();
    await browser.page.getByLabel('Date and time').fill('2020-01-01T10:00');
    await row('view').getByText('That time has passed. Choose a later one.').waitFor();
    await press('Enter');
    await browser.page.getByLabel('Date and time').fill('');
    await press('Enter');
    await row('view').getByText('Enter a date and time.').waitFor();
    expect(await calls()).toBe('view allow ends;');
    expect(browser.complaints).toEqual([]);
  });

  test('that was changed elsewhere meanwhile is not overwritten', async () => {
    await open('access/changed elsewhere');
    await segment('terminal', 'Ask').focus();
    await press('ArrowLeft');
    await row('terminal').getByRole('group').first().waitFor();
    await button('Changed elsewhere').click();
    // Another change takes the waiting confirmation back.
    await button('Allow terminals').waitFor({ state: 'detached' });
    expect(await segment('terminal', 'Deny').isChecked()).toBe(true);
    // One that comes while the answer is on its way is refused by the agent.
    await open('access/not saved');
    await row('view').getByText('It was changed elsewhere in the meantime.').waitFor();
  });
});

test('forwards are allowed only after a confirmation, which says that every address is meant', async () => {
  await open('access/custom');
  await segment('forward', 'Ask').focus();
  await press('ArrowLeft');
  await browser.page.getByRole('group', { name: /office can then reach every address through this machine/ }).waitFor();
  expect(await calls()).toBe('');
  await button('Allow forwards').press('Enter');
  await expect.poll(calls).toBe('forward allow always;');
});

test('taking over terminals is off until it was confirmed, and the switch stands beside the middle of its words', async () => {
  await open('access/custom');
  const own = browser.page.getByRole('switch', { name: /Take over my terminals/ });
  await own.focus();
  await press(' ');
  await button('Allow taking over').waitFor();
  expect(await own.isChecked()).toBe(false);
  await button('Allow taking over').press('Enter');
  await expect.poll(() => own.isChecked()).toBe(true);
  await row('own').getByText('Saved').waitFor();
  const middle = async (locator: typeof own): Promise<number> => {
    const box = await locator.boundingBox();
    return (box?.y ?? 0) + (box?.height ?? 0) / 2;
  };
  expect(Math.abs((await middle(own)) - (await middle(row('own'))))).toBeLessThan(2);
});

test('a change moves no row, and its name stays beside its icon', async () => {
  await open('access/custom');
  const places = () =>
    browser.page.evaluate<number[]>(
      `[...document.querySelectorAll('[data-right="relay"], [data-right="relay"] > svg, [data-right="relay"] [id$="-name"], [data-right="prompt"]')].map((element) => Math.round(element.getBoundingClientRect().top))`,
    );
  const before = await places();
  expect(before.length).toBeGreaterThan(3);
  await segment('relay', 'Deny').focus();
  await press('ArrowLeft');
  await row('relay').getByRole('button', { name: 'Undo' }).waitFor();
  expect(await places()).toEqual(before);
  await press('ArrowLeft');
  await expect.poll(calls).toContain('relay allow always;');
  await row('relay').getByRole('combobox').waitFor();
  expect(await places()).toEqual(before);
});

describe('a preset', () => {
  test('allows everything only after a confirmation, and marks the machine', async () => {
    await open('access/custom');
    await browser.page.getByRole('radio', { name: 'My machine' }).focus();
    await press(' ');
    await browser.page.getByRole('group', { name: /gets every permission except/ }).waitFor();
    expect(await calls()).toBe('');
    expect(await browser.page.getByRole('radio', { name: 'Custom' }).isChecked()).toBe(true);
    await browser.page.getByText('Each permission is set on its own.').waitFor();
    await button('Treat as my machine').press('Enter');
    await expect.poll(() => browser.page.getByRole('radio', { name: 'Custom' }).count()).toBe(0);
    expect(await browser.page.getByRole('radio', { name: 'My machine' }).isChecked()).toBe(true);
    expect(await browser.page.getByRole('switch', { name: /Take over my terminals/ }).isChecked()).toBe(true);
    expect(await calls()).toBe(
      'terminal allow always;relay allow always;forward allow always;prompt allow always;message allow always;send allow always;wake allow always;',
    );
  });

  test('that waits for its confirmation is taken back by Escape, and by any other change', async () => {
    await open('access/custom');
    const waits = browser.page.getByRole('group', { name: /gets every permission except/ });
    const mine = browser.page.getByRole('radio', { name: 'My machine' });
    const ask = async (): Promise<void> => {
      await mine.focus();
      await press(' ');
      await waits.waitFor();
    };
    await ask();
    // The focus is still in the choice.
    await press('Escape');
    await waits.waitFor({ state: 'detached' });
    await ask();
    await segment('relay', 'Deny').focus();
    await press('ArrowLeft');
    await waits.waitFor({ state: 'detached' });
    await ask();
    await button('Remove db.internal:5432').press('Enter');
    await waits.waitFor({ state: 'detached' });
    await ask();
    await segment('terminal', 'Ask').focus();
    await press('ArrowLeft');
    await browser.page.getByRole('group', { name: /run any command here as you/ }).waitFor();
    await waits.waitFor({ state: 'detached' });
    expect(await calls()).toBe('relay ask always;');
  });

  test('of a guest makes everything ask, with one arrow key', async () => {
    await open('access/mine');
    await browser.page.getByRole('radio', { name: 'My machine' }).focus();
    await press('ArrowRight');
    await expect
      .poll(() => browser.page.getByRole('radio', { name: 'Ask', exact: true, checked: true }).count())
      .toBe(9);
    expect(await browser.page.getByRole('switch', { name: /Take over my terminals/ }).isChecked()).toBe(false);
  });
});

test('addresses that don’t ask are added and removed in the row', async () => {
  await open('access/changed elsewhere');
  await row('forward').getByText('db.internal:5432').waitFor();
  await button('Add address').press('Enter');
  await button('Cancel').waitFor();
  await browser.page.getByLabel('Host or network').focus();
  await browser.page.keyboard.type('cache.lan:6379');
  await press('Tab');
  await expect.poll(() => browser.page.getByLabel('Port', { exact: true }).inputValue()).toBe('6379');
  await press('Enter');
  await browser.page.getByText('cache.lan:6379', { exact: true }).waitFor();
  await button('Done').waitFor();
  await browser.page.getByLabel('Host or network').focus();
  await browser.page.keyboard.type('cache.lan:6379');
  await press('Enter');
  await browser.page.getByText('This target is already in the list.').waitFor();
  await button('Remove db.internal:5432').press('Enter');
  await browser.page.getByText('db.internal:5432', { exact: true }).waitFor({ state: 'detached' });
  await browser.page.getByText('cache.lan:6379', { exact: true }).waitFor();
});

test('no address can be added where all are allowed', async () => {
  await open('access/mine');
  await row('forward').waitFor();
  expect(await button('Add address').count()).toBe(0);
});

describe('what this machine may do on the other', () => {
  const there = () => browser.page.getByRole('region', { name: 'What you may do on office' });
  const rows = () => there().locator('[data-there]').allInnerTexts();

  test('is a row for each right, as the other machine has just named it', async () => {
    await open('access/there');
    await there().waitFor();
    expect((await rows()).map((row) => row.split(/\s*\n\s*/))).toEqual([
      ['Terminals', expect.stringMatching(/^Allowed until /)],
      ['Shared terminals', 'Asks there'],
      ['Forwards', 'Asks there'],
      ['Pass-through', 'Denied'],
      ['OpenClaw', 'Asks there'],
      ['Messages', 'Allowed'],
    ]);
    expect(browser.complaints).toEqual([]);
  });

  test('is never an old answer, nor that of a machine that is away', async () => {
    await open('access/there, an old answer');
    await there().getByText("office hasn't said. It may run an older version.").waitFor();
    expect(await rows()).toEqual([]);
    await open('access/there, offline');
    await there().getByText('You see it here while office is connected.').waitFor();
    expect(await rows()).toEqual([]);
  });
});

describe('a browser', () => {
  test('has no row to introduce others and nothing to use, and its grant ends with it', async () => {
    await open('access/a browser');
    await row('browser').getByText('This browser ends').waitFor();
    expect(await row('introduce').count()).toBe(0);
    expect(await browser.page.getByRole('heading', { name: /^What you may do on/ }).count()).toBe(0);
    expect(
      await row('terminal')
        .getByText(/^Then it asks/)
        .count(),
    ).toBe(0);
    expect(await browser.axe()).toEqual([]);
  });

  test('and an introduced machine can’t introduce; a machine that was paired can', async () => {
    await open('access/introduced');
    await row('terminal').waitFor();
    expect(await row('introduce').count()).toBe(0);
    await open('access/may introduce');
    await row('introduce').getByText('May hand on').waitFor();
  });
});

test('rows of a narrow window have one width', async () => {
  await open('access/custom', 360);
  const widths = await browser.page
    .locator('[data-right] [role="radiogroup"]')
    .evaluateAll((rows) => rows.map((each) => Math.round(each.getBoundingClientRect().width)));
  expect(widths.length).toBeGreaterThan(4);
  expect(new Set(widths).size).toBe(1);
});
