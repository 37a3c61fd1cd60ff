import { beforeEach, describe, expect, test } from 'vitest';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';

/** What waits for the person, in a real browser: nothing but an answer that was meant answers. */
let browser: StoryBrowser;
shareAmongTests(async (defer) => {
  browser = await StoryBrowser.launch(process.env['CLAWREACH_TEST_STORIES']);
  defer(() => browser.close());
});
beforeEach(async () => {
  await browser.clear();
  await browser.openStory('inbox/arriving');
});

const rows = () => browser.page.locator('li[data-approval]');
const row = (name: string) => rows().filter({ hasText: name });
/** Opens a row, unless it is open. */
const toggle = (name: string) => row(name).locator('[data-row-toggle]');
const answers = (name: string) => row(name).getByRole('group', { name: 'Your answer' });
const ready = (name: string) => row(name).locator('[data-readiness="ready"]').waitFor();
const button = (name: string) => browser.page.getByRole('button', { name });
const dialog = () => browser.page.getByRole('dialog');
const answered = () => browser.page.evaluate<string | undefined>('document.documentElement.dataset.answered');
const focusedIsBody = () => browser.page.evaluate<boolean>('document.activeElement === document.body');

const focused = () => browser.page.evaluate<string>('document.activeElement?.textContent ?? ""');

async function press(...keys: readonly string[]): Promise<void> {
  for (const key of keys) await browser.page.keyboard.press(key);
}

type Attempt = Readonly<{ inert: boolean; focused: boolean; hit: boolean; elapsed: number }>;

/** Lets a request come and goes for its Approve at once, in the page itself, with mouse, focus and script. */
function hurry(come: string, name: string): Promise<Attempt> {
  return browser.page.evaluate<Attempt>(`(async () => {
    const find = (root, label) => [...root.querySelectorAll('button')].find(({ textContent }) => textContent === label);
    const began = performance.now();
    find(document, ${JSON.stringify(come)}).click();
    await new Promise(requestAnimationFrame);
    const row = [...document.querySelectorAll('li[data-approval]')].find(({ textContent }) => textContent.includes(${JSON.stringify(name)}));
    const toggle = row.querySelector('[data-row-toggle]');
    if (toggle.getAttribute('aria-expanded') === 'false') toggle.click();
    await new Promise(requestAnimationFrame);
    row.scrollIntoView();
    const approve = [...row.querySelectorAll('button')].find(({ textContent }) => textContent.startsWith('Approve once'));
    const { x, y, width, height } = approve.getBoundingClientRect();
    const hit = approve.contains(document.elementFromPoint(x + width / 2, y + height / 2));
    approve.focus();
    const focused = document.activeElement === approve;
    approve.click();
    return { inert: approve.closest('[inert]') !== null, focused, hit, elapsed: performance.now() - began };
  })()`);
}

/** Takes an answer from the menu of a request. */
async function takeAnswer(peer: string, name: string): Promise<void> {
  await answers(peer).getByRole('button', { name: 'More answers' }).press('Enter');
  await browser.page.getByRole('menuitem', { name }).press('Enter');
}

test('of a gateway to run something here shows the program that starts, and the account', async () => {
  await browser.openStory('requests/run here');
  const facts = browser.page.getByRole('group', { name: 'Context' });
  await facts.waitFor();
  const shown = await facts
    .locator('dt')
    .evaluateAll((names) =>
      Object.fromEntries(names.map((name) => [name.textContent, name.nextElementSibling?.textContent])),
    );
  expect(shown).toMatchObject({
    Folder: '/home/mira/work',
    Program: '/usr/lib/git-core/git',
    User: 'mira',
    Variables: expect.stringContaining('LANG=de_DE.UTF-8'),
  });
});

describe('a request', () => {
  test('is answered by no key but its letters while nothing has the focus: a request takes none by itself [S-ASK-7]', async () => {
    await ready('office');
    expect(await focusedIsBody()).toBe(true);
    await press('Enter', ' ', 'Enter', 'y');
    expect(await answered()).toBeUndefined();
    // Nor by its letters in a dialog, or before it was there for the period.
    await takeAnswer('office', 'Ignore office…');
    await dialog().waitFor();
    await browser.page.evaluate('document.activeElement.blur()');
    await press('a', 'n');
    await press('Escape');
    await dialog().waitFor({ state: 'detached' });
    expect(await answered()).toBeUndefined();
    const early = await browser.page.evaluate<string>(`(async () => {
      const find = (label) => [...document.querySelectorAll('button')].find(({ textContent }) => textContent === label);
      find('The oldest goes').click();
      await new Promise(requestAnimationFrame);
      find('A request comes').click();
      const began = performance.now();
      await new Promise(requestAnimationFrame);
      document.activeElement.blur();
      for (const key of ['a', 'n'])
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key, code: 'Key' + key.toUpperCase(), bubbles: true, cancelable: true }));
      await new Promise(requestAnimationFrame);
      return performance.now() - began < 600 ? (document.documentElement.dataset.answered ?? 'nothing') : 'too slow';
    })()`);
    expect(early).toBe('nothing');
    await browser.page.getByText('Wait a moment: the request has just come.').waitFor();
    await ready('visitor-');
    expect(await focusedIsBody()).toBe(true);
    await press('a');
    await row('visitor-').waitFor({ state: 'detached' });
    await expect.poll(answered).toMatch(/^\d+ approve false$/u);
  });

  test('is answered by its letter when it comes after the one with the focus was answered', async () => {
    await ready('office');
    await toggle('office').focus();
    await press('n');
    await browser.page.getByRole('heading', { name: 'No requests.' }).waitFor();
    await expect.poll(focused).toBe('Waiting for you');
    // Comes without a press, as from another machine.
    await browser.page.evaluate(
      `[...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'A request comes').click()`,
    );
    await ready('visitor-');
    await expect.poll(focused).toBe('Waiting for you');
    await press('a');
    await row('visitor-').waitFor({ state: 'detached' });
    await expect.poll(answered).toMatch(/^\d+ approve false$/u);
  });

  test('hands its focus to the next row when it ends; no letter answers that one within the period [S-ASK-7]', async () => {
    await button('A request comes').click();
    await ready('office');
    const early = await browser.page.evaluate<string>(`(async () => {
      const find = (label) => [...document.querySelectorAll('button')].find(({ textContent }) => textContent === label);
      document.querySelector('[data-row-toggle]').focus();
      find('The oldest goes').click();
      const began = performance.now();
      await new Promise(requestAnimationFrame);
      const focus = document.activeElement;
      for (const key of ['a', 'n', 'Enter'])
        focus.dispatchEvent(new KeyboardEvent('keydown', { key, code: key, bubbles: true, cancelable: true }));
      await new Promise(requestAnimationFrame);
      if (performance.now() - began >= 600) return 'too slow';
      return (document.documentElement.dataset.answered ?? 'nothing') + ' ' + focus.textContent;
    })()`);
    expect(early).toMatch(/^nothing visitor-/u);
    await ready('visitor-');
    expect(await answered()).toBeUndefined();
    await press('n');
    await row('visitor-').waitFor({ state: 'detached' });
    await expect.poll(answered).toMatch(/^\d+ not-now false$/u);
  });

  test('that has just come cannot be pressed, focused nor clicked by a script; later it can [S-ASK-7]', async () => {
    const attempt = await hurry('A request comes', 'visitor-');
    expect(attempt.elapsed).toBeLessThan(600);
    expect(attempt).toMatchObject({ inert: true, focused: false, hit: false });
    expect(await answered()).toBeUndefined();
    await ready('visitor-');
    await answers('visitor-').getByRole('button', { name: 'Approve once' }).click();
    await row('visitor-').waitFor({ state: 'detached' });
    await expect.poll(answered).toMatch(/^\d+ approve false$/u);
  });

  test('of a browser that is asked about each time is approved once only', async () => {
    await browser.openStory('inbox/a browser that is asked about each time');
    await ready('office');
    const names = await answers('office').getByRole('button').allInnerTexts();
    expect(names.map((name) => name.split('\n')[0])).toEqual(['Approve once', 'Decline', '']);
    await press('h');
    expect(await answered()).toBeUndefined();
  });

  test('of an address, which is approved for an hour, is answered by H and never by A or with others [S-ASK-9]', async () => {
    await browser.openStory('inbox/a port of this machine');
    await toggle('port 3000').click();
    await ready('port 3000');
    expect((await row('port 3000').getByRole('heading').innerText()).trim()).toBe(
      'office wants to reach port 3000 on this machine',
    );
    const names = await answers('port 3000').getByRole('button').allInnerTexts();
    expect(names.map((name) => name.split('\n'))).toEqual([['Allow for up to an hour', 'H'], ['Decline', 'N'], ['']]);
    await toggle('port 3000').focus();
    await press('a');
    await browser.page.getByText("This request doesn't offer that answer.").waitFor();
    // Nor from the bar, with another one that can be approved once.
    await press('x');
    await toggle('open a terminal').focus();
    await press('x');
    await row('open a terminal').locator('[data-readiness="ready"]').waitFor();
    await ready('port 3000');
    const bar = browser.page.getByRole('group', { name: '2 selected' });
    await expect
      .poll(() => bar.getByRole('button', { name: 'Approve once' }).getAttribute('aria-disabled'))
      .toBe('true');
    await bar.getByRole('button', { name: 'Approve once' }).click({ force: true });
    await press('a');
    await bar.getByRole('status').filter({ hasText: "A selected request can't be approved" }).waitFor();
    expect(await bar.locator('kbd').allTextContents()).toEqual(['A', 'N']);
    expect(await rows().count()).toBe(2);
    expect(await answered()).toBeUndefined();
    await bar.getByRole('button', { name: 'Clear selection' }).click();
    await ready('port 3000');
    await toggle('port 3000').focus();
    await press('h');
    await row('port 3000').waitFor({ state: 'detached' });
    await expect.poll(answered).toBe('36 approve false');
  });

  test('that was approved for a while says until when, also of an address', async () => {
    await browser.openStory('inbox/a port of this machine, decided');
    const decided = browser.page.getByRole('region', { name: 'Answered' }).getByRole('listitem');
    await expect
      .poll(() => decided.innerText())
      .toMatch(/office wanted to reach port 3000\s+.* · Allowed until .* at the latest/u);
    await decided.getByRole('button', { name: 'Permissions' }).waitFor();
  });

  test('stays in its place when another comes', async () => {
    await ready('office');
    const approve = answers('office').getByRole('button', { name: 'Approve once' });
    const before = await approve.boundingBox();
    await button('A request comes').click();
    await row('visitor-').waitFor();
    expect(await approve.boundingBox()).toEqual(before);
    expect(await answers('office').getAttribute('data-readiness')).toBe('ready');
  });

  test('that moves up when another goes takes no press meant for that one [S-ASK-7]', async () => {
    await button('A request comes').click();
    await toggle('visitor-').click();
    await ready('visitor-');
    const attempt = await hurry('The oldest goes', 'visitor-');
    expect(attempt.elapsed).toBeLessThan(600);
    expect(attempt.hit).toBe(false);
    expect(await answered()).toBeUndefined();
    await ready('visitor-');
    // Why, for whoever reads it later; what is typed answers nothing.
    await answers('visitor-').getByText('Add a note').click();
    await answers('visitor-').getByRole('textbox', { name: 'Note' }).fill('not at night');
    await press('Enter');
    expect(await answered()).toBeUndefined();
    await answers('visitor-').getByRole('button', { name: 'Decline' }).click();
    await row('visitor-').waitFor({ state: 'detached' });
    await expect.poll(answered).toMatch(/^\d+ not-now false not at night$/u);
  });

  test('is announced when it comes, politely', async () => {
    await button('A request comes').click();
    const region = browser.page
      .getByRole('status')
      .filter({ hasText: /^New request: visitor-\d+ wants to open a terminal/u });
    await region.waitFor({ state: 'attached' });
    expect(await region.getAttribute('aria-live')).not.toBe('assertive');
  });

  test('is answered by keyboard, with the right for good when that was chosen, and the next Enter does nothing', async () => {
    await button('A request comes').click();
    await ready('office');
    await takeAnswer('office', 'Always allow…');
    await answers('office').getByText("won't ask again, whatever it runs and in any folder").waitFor();
    expect(await answered()).toBeUndefined();
    await answers('office').getByRole('button', { name: 'Always allow its terminals' }).press('Enter');
    await row('office').waitFor({ state: 'detached' });
    await expect.poll(answered).toBe('31 approve true');
    await expect.poll(focused).toMatch(/^visitor-/u);
    await ready('visitor-');
    await press('Enter', ' ');
    await expect.poll(() => rows().count()).toBe(1);
    await expect.poll(answered).toBe('31 approve true');
  });

  test('of a terminal is answered for an hour, and says what that means', async () => {
    await button('A request comes').click();
    await ready('office');
    const hour = answers('office').getByRole('button', { name: 'Allow for an hour' });
    await answers('office').getByText('All of them end then.').waitFor();
    await hour.press('Enter');
    await row('office').waitFor({ state: 'detached' });
    await expect.poll(answered).toBe('31 approve false 3600000');
  });

  test('to write a message is answered for good for that agent, or for all', async () => {
    await browser.openStory('inbox/message');
    await ready('office');
    await takeAnswer('office', 'Always allow…');
    await answers('office').getByText("About other agents you're still asked.").waitFor();
    await answers('office').getByRole('button', { name: 'Always allow its messages' }).waitFor();
    expect(await browser.axe()).toEqual([]);
    await answers('office').getByRole('button', { name: 'Always allow messages to coder' }).press('Enter');
    await expect.poll(answered).toBe('40 approve true agent');
  });

  test('to send files is answered for good up to a size that is chosen', async () => {
    await browser.openStory('inbox/files');
    await ready('office');
    await answers('office').getByRole('button', { name: 'Always from this machine…' }).press('Enter');
    // No smaller than what is offered.
    await answers('office').getByText('transfers of up to 10 GB', { exact: false }).waitFor();
    const limit = answers('office').getByRole('combobox', { name: 'Largest transfer without asking' });
    await limit.press('Enter');
    await browser.page.getByRole('option', { name: 'Any size' }).press('Enter');
    await answers('office').getByText('however large', { exact: false }).waitFor();
    await limit.press('Enter');
    await browser.page.getByRole('option', { name: 'Up to 1 GB' }).press('Enter');
    expect(await browser.axe()).toEqual([]);
    await answers('office').getByRole('button', { name: 'Always accept its files' }).press('Enter');
    await expect.poll(answered).toBe('39 approve true up to 1000000000');
  });

  test('has the right for good explained, and Escape closes that and keeps the place', async () => {
    await button('A request comes').click();
    await ready('office');
    const always = answers('office').getByRole('group', { name: 'Always allow its terminals' });
    await takeAnswer('office', 'Always allow…');
    await always.waitFor();
    // A second press of the same key isn't the answer.
    await expect.poll(focused).toBe('Cancel');
    await answers('office').getByRole('button', { name: 'Always allow its terminals' }).focus();
    await press('Escape');
    await always.waitFor({ state: 'detached' });
    await expect
      .poll(() => browser.page.evaluate('document.activeElement?.getAttribute("aria-label")'))
      .toBe('More answers');
    expect(await answered()).toBeUndefined();
  });

  test('that has just come, or whose row has just opened, takes no key either; later the focused row does', async () => {
    // In the page itself, because a key from outside may take longer than the period.
    const early = await browser.page.evaluate<string>(`(async () => {
      const find = (label) => [...document.querySelectorAll('button')].find(({ textContent }) => textContent === label);
      find('A request comes').click();
      await new Promise(requestAnimationFrame);
      const toggle = [...document.querySelectorAll('[data-row-toggle]')].at(-1);
      toggle.focus();
      toggle.click();
      const began = performance.now();
      for (const key of ['a', 'n'])
        toggle.dispatchEvent(new KeyboardEvent('keydown', { key, code: 'Key' + key.toUpperCase(), bubbles: true, cancelable: true }));
      await new Promise(requestAnimationFrame);
      return performance.now() - began < 600 ? (document.documentElement.dataset.answered ?? 'nothing') : 'too slow';
    })()`);
    expect(early).toBe('nothing');
    await ready('visitor-');
    expect(await answered()).toBeUndefined();
    await press('a');
    await row('visitor-').waitFor({ state: 'detached' });
    await expect.poll(answered).toMatch(/^\d+ approve false$/u);
    // The last row goes: the one above has the focus.
    await expect.poll(focused).toMatch(/^office/u);
  });

  test('is reached with the arrow keys, and A opens a closed row before it approves it', async () => {
    await button('A request comes').click();
    await ready('office');
    await toggle('office').focus();
    await press('ArrowDown');
    await expect.poll(focused).toMatch(/^visitor-/u);
    await press('a');
    await ready('visitor-');
    expect(await answered()).toBeUndefined();
    expect(await toggle('office').getAttribute('aria-expanded')).toBe('false');
    await press('ArrowUp', 'n');
    await row('office').waitFor({ state: 'detached' });
    await expect.poll(answered).toBe('31 not-now false');
  });

  test('is answered together with others that were selected and read', async () => {
    await button('A request comes').click();
    await ready('office');
    await toggle('office').focus();
    await press('x', 'ArrowDown', 'x');
    const bar = browser.page.getByRole('group', { name: '2 selected' });
    await bar.waitFor();
    // Everything that is answered is in sight.
    await ready('office');
    await ready('visitor-');
    await bar.getByRole('button', { name: 'Approve once' }).click();
    await browser.page.getByRole('heading', { name: 'No requests.' }).waitFor();
    expect(await rows().count()).toBe(0);
  });

  test('gets the focus with X while nothing has it, so that the arrow keys go on from there', async () => {
    await button('A request comes').click();
    await ready('office');
    await browser.page.evaluate('document.activeElement.blur()');
    await toggle('visitor-').click();
    await browser.page.evaluate('document.activeElement.blur()');
    expect(await focusedIsBody()).toBe(true);
    await press('x');
    await browser.page.getByRole('group', { name: '1 selected' }).waitFor();
    await expect.poll(focused).toMatch(/^visitor-/u);
    await press('ArrowUp', 'x');
    await browser.page.getByRole('group', { name: '2 selected' }).waitFor();
  });

  test('is not answered by a key while another one is selected, whose bar shows that key', async () => {
    await button('A request comes').click();
    await ready('office');
    await toggle('office').focus();
    await press('x', 'ArrowDown');
    await browser.page.getByRole('group', { name: '1 selected' }).waitFor();
    await ready('office');
    await press('n');
    await row('office').waitFor({ state: 'detached' });
    await expect.poll(answered).toBe('31 not-now false');
    expect(await rows().count()).toBe(1);
  });

  test('is ignored for ever only after a second yes, which nothing has the focus on', async () => {
    await ready('office');
    await takeAnswer('office', 'Ignore office…');
    await dialog().getByText('You can undo this under Machines, Access.').waitFor();
    expect(await focused()).not.toBe('Always ignore');
    await press('Enter', 'Escape');
    await dialog().waitFor({ state: 'detached' });
    expect(await answered()).toBeUndefined();
    await takeAnswer('office', 'Ignore office…');
    await dialog().getByRole('button', { name: 'Always ignore' }).click();
    await row('office').waitFor({ state: 'detached' });
    await expect.poll(answered).toBe('31 ignore false');
    await dialog().waitFor({ state: 'detached' });
  });

  test('shows the safety number of who asks', async () => {
    await browser.page.getByRole('button', { name: 'Safety number with office' }).click();
    await dialog().getByRole('heading', { name: 'Safety number with office' }).waitFor();
    await expect.poll(() => dialog().getByRole('listitem').count()).toBe(12);
    await press('Escape');
    await dialog().waitFor({ state: 'detached' });
  });
});

describe('a request of a peer whose words nobody has compared', () => {
  test('offers the comparison and no yes, and the yes once they are confirmed, held for a moment [S-PAIR-8]', async () => {
    await browser.openStory('inbox/words not compared');
    await ready('build-server');
    const names = async () =>
      (await answers('build-server').getByRole('button').allTextContents()).map((label) => label.trim());
    expect(await names()).toEqual(['Compare words', 'DeclineN', '']);
    // Nor by key.
    await toggle('build-server').focus();
    await press('a');
    expect(await answered()).toBeUndefined();
    await row('build-server')
      .getByText(/^You haven't compared the four words of .*build-server/u)
      .waitFor();
    await answers('build-server').getByRole('button', { name: 'Compare words' }).press('Enter');
    await dialog().getByText('crystal').waitFor();
    await dialog().getByRole('button', { name: 'Later' }).press('Enter');
    await dialog().waitFor({ state: 'detached' });
    expect(await names()).toContain('Compare words');
    await answers('build-server').getByRole('button', { name: 'Compare words' }).click();
    await browser.page.evaluate(`(() => {
      const seen = [];
      new MutationObserver(() => {
        const group = document.querySelector('[data-approval] [data-readiness]');
        // Other stories are shown in the same page.
        if (group === null) return;
        const labels = [...group.querySelectorAll('button')].map(({ textContent }) => textContent);
        if (labels.some((label) => label.startsWith('Approve once'))) seen.push(group.dataset.readiness);
        document.documentElement.dataset.seen = seen.join(' ');
      }).observe(document.body, { subtree: true, childList: true, attributes: true });
    })()`);
    await dialog().getByRole('button', { name: 'They match' }).click();
    await dialog().waitFor({ state: 'detached' });
    await ready('build-server');
    expect(await browser.page.evaluate('document.documentElement.dataset.seen.split(" ")[0]')).toBe('moved');
    await answers('build-server').getByRole('button', { name: 'Approve once' }).click();
    await expect.poll(answered).toBe('32 approve false');
  });
});

describe('letters that run from right to left', () => {
  /** Texts as the eye meets them: lines from the top, in each what stands from left to right; a right-to-left word is one piece. */
  const seen = (selector: string): Promise<readonly string[]> =>
    browser.page.evaluate<
      readonly string[]
    >(`[...document.querySelectorAll(${JSON.stringify(selector)})].map((element) => {
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      const pieces = [];
      const add = (text, range) => {
        const [{ left, top }] = range.getClientRects();
        pieces.push({ text, left, top: Math.round(top / 8) });
      };
      while (walker.nextNode()) {
        const node = walker.currentNode;
        const range = document.createRange();
        // The whole word, by its leftmost edge: only what stands inside it is read the other way.
        const isWord = /^[\\u0590-\\u06ff]+$/u.test(node.data);
        for (let at = 0; at < node.data.length; at += 1) {
          range.setStart(node, at);
          range.setEnd(node, isWord ? node.data.length : at + 1);
          if (range.getClientRects().length > 0) add(range.toString(), range);
          if (isWord) break;
        }
      }
      return pieces.sort((a, b) => a.top - b.top || a.left - b.left).map(({ text }) => text).join('');
    })`);

  test('stand in a command, a folder and a name in the order they have, whatever stands between them [S-NAME-4]', async () => {
    await browser.openStory('inbox/right to left');
    await ready('mac');
    expect(await seen('[data-approval] code[dir=ltr]')).toEqual(['rm -rf /\u05d0/1/\u05d1 && ls /\u062c/2/\u0628']);
    expect((await seen('[data-approval] dd'))[0]).toBe(
      '/srv/\u05d2/3/\u05d3/\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd',
    );
    expect((await seen('[data-approval] h3'))[0]).toMatch(/^\u05d0-mac /u);
    await browser.openStory('inbox/right to left, decided');
    for (const more of await browser.page.getByRole('button', { name: 'Details' }).all()) await more.click();
    const decided = await seen('section li > div');
    expect(decided.join('\n')).toContain('rm -rf /\u05d0/1/\u05d1 && ls /\u062c/2/\u0628');
    expect(decided.join('\n')).toContain('/srv/\u05d2/3/\u05d3/');
  });
});

describe('a relay that is offered', () => {
  test('is accepted once only, with its key and the relay that it replaces in sight [S-ASK-8]', async () => {
    await browser.openStory('inbox/a relay in place of another');
    await ready('office');
    for (const fact of [
      /^Fingerprint3f9a c41e (?:[0-9a-f]{4} ){13}[0-9a-f]{4}$/u,
      /^In place ofwss:\/\/old-relay\.example\.net:7474$/u,
    ])
      await row('office').locator('dl > div').filter({ hasText: fact }).waitFor();
    await row('office').getByText('This machine would leave its present relay.').waitFor();
    for (const name of ['More answers', 'Approve once'])
      expect(await answers('office').getByRole('button', { name }).count()).toBe(0);
    // It lasts, so that the keys of answers for once and for an hour don't give it. It has a key of its own.
    await toggle('office').focus();
    await press('a', 'h');
    expect(await answered()).toBeUndefined();
    expect(
      await answers('office').getByRole('button', { name: 'Use this relay' }).getAttribute('aria-keyshortcuts'),
    ).toBe('U');
    await press('u');
    await expect
      .poll(() => browser.page.evaluate<string>('document.documentElement.dataset.answered'))
      .toBe('39 approve false');
  });

  test('shows its keys in a narrow window, and says of another key that it does nothing', async () => {
    await browser.openStory('inbox/a relay in place of another', { width: 400 });
    await ready('office');
    for (const key of ['U', 'N']) await answers('office').locator('kbd', { hasText: key }).waitFor();
    await toggle('office').focus();
    await press('a');
    await browser.page.getByText("This request doesn't offer that answer. Its buttons show their keys.").waitFor();
    expect(await answered()).toBeUndefined();
    await browser.clear({ width: 1200 });
  });

  test.each([
    ['inbox/a relay of one network', "from other networks your machines can't reach this machine through it yet"],
    ['inbox/a relay', "From which networks they can isn't tested here."],
  ])('is said to reach no further than is known: %s', async (story, words) => {
    await browser.openStory(story);
    await ready('office');
    await row('office').getByText(words).waitFor();
    expect(await row('office').getByText('anywhere').count()).toBe(0);
  });

  test('replaces nothing where there is none', async () => {
    await browser.openStory('inbox/a relay');
    await ready('office');
    await row('office')
      .getByText(/^If you approve, this machine uses that relay/u)
      .waitFor();
    expect(await row('office').getByText('In place of').count()).toBe(0);
  });
});

describe('a request with much to read', () => {
  test('can be approved only after all of it was scrolled through, and shows what decides beside it [S-ASK-3]', async () => {
    await browser.openStory('inbox/long detail');
    await ready('office');
    const approve = answers('office').getByRole('button', { name: 'Approve once' });
    expect(await approve.isDisabled()).toBe(true);
    await answers('office').getByRole('button', { name: 'Decline' }).isEnabled();
    for (const fact of [
      /^Folder\/srv\/(?:a-folder-with-a-long-name\/)+b.*U\+0430/u,
      /^Userroot$/u,
      /^Terminal typexterm-256color$/u,
    ])
      await row('office').locator('dl > div').filter({ hasText: fact }).waitFor();
    await browser.page.getByRole('group', { name: 'Details', exact: true }).focus();
    await press('End');
    await browser.page.getByRole('group', { name: 'Context' }).focus();
    await press('End');
    await expect.poll(() => approve.isEnabled()).toBe(true);
  });

  test.each([
    [1100, 760],
    [380, 480],
  ])(
    'keeps a long folder from pushing the command away from the answer, and takes no yes before its end was seen (%i × %i) [S-ASK-3]',
    async (width, height) => {
      await browser.openStory('inbox/long folder', { width, height });
      await ready('office');
      const approve = answers('office').getByRole('button', { name: 'Approve once' });
      const facts = browser.page.getByRole('group', { name: 'Context' });
      expect(await approve.isDisabled()).toBe(true);
      await row('office').getByText('Scroll to the end before you approve').waitFor();
      const [command, answer] = await Promise.all([
        browser.page.getByRole('group', { name: 'Details', exact: true }).boundingBox(),
        approve.boundingBox(),
      ]);
      expect((answer?.y ?? 1e9) - (command?.y ?? 0)).toBeLessThan(700);
      // In a low window the command counts as read only once it was on the screen for a frame, which a hurried focus skips.
      await browser.page.getByRole('group', { name: 'Details', exact: true }).scrollIntoViewIfNeeded();
      await browser.drawn();
      await browser.drawn();
      // Half-way is not the end.
      await facts.focus();
      await press('PageDown');
      await expect.poll(() => facts.evaluate((element: { scrollTop: number }) => element.scrollTop)).toBeGreaterThan(0);
      expect(await approve.isDisabled()).toBe(true);
      // Chromium drops a key that comes while it still scrolls for the one before, so it is pressed until it counts.
      await expect
        .poll(async () => {
          await press('End');
          return await approve.isEnabled();
        })
        .toBe(true);
      await approve.press('Enter');
      await expect.poll(answered).toBe('37 approve false');
    },
  );

  test('that stands outside of the window was not seen [S-ASK-3]', async () => {
    await browser.openStory('inbox/long folder', { width: 1100, height: 260 });
    await ready('office');
    const approve = answers('office').getByRole('button', { name: 'Approve once' });
    // Scrolled to its end while the box itself is below the edge of the window.
    await browser.page.evaluate(`(() => {
      const box = document.querySelector('[data-approval] dl').parentElement;
      box.scrollTop = box.scrollHeight;
      scrollTo(0, 0);
    })()`);
    // What is on the screen is told with each frame.
    await browser.page.evaluate(`new Promise((resolve) => {
      let frames = 0;
      const next = () => ((frames += 1) > 10 ? resolve() : requestAnimationFrame(next));
      next();
    })`);
    expect(await approve.isDisabled()).toBe(true);
    await browser.page.getByRole('group', { name: 'Context' }).scrollIntoViewIfNeeded();
    await browser.page.evaluate(
      `document.querySelector('[data-approval] dl').parentElement.scrollIntoView({ block: 'end' })`,
    );
    await expect.poll(() => approve.isEnabled()).toBe(true);
  });

  test('shows all of it, says how much there is, and scrolls by keyboard', async () => {
    await browser.openStory('inbox/long detail');
    const detail = browser.page.getByRole('group', { name: 'Details', exact: true });
    await expect.poll(() => detail.textContent()).toContain('curl -s https://example.org/install | sh');
    await browser.page.getByText(/characters\. Scroll down to read everything\.$/u).waitFor();
    await detail.focus();
    await press('End');
    await expect.poll(() => browser.page.evaluate<number>('document.activeElement.scrollTop')).toBeGreaterThan(0);
  });

  test('is text and nothing else', async () => {
    await browser.openStory('inbox/hostile words');
    expect(await browser.page.getByRole('heading', { level: 3 }).locator('b').count()).toBe(0);
    expect(await browser.page.getByRole('heading', { level: 3 }).textContent()).toBe(
      '<b>office</b>⟨U+202E⟩ (you asked for this) wants to run a command on this machine',
    );
    expect(browser.complaints).toEqual([]);
  });
});

describe('what was decided', () => {
  test('says how long the same request is declined unseen, and lifts that in its row', async () => {
    await browser.openStory('inbox/declined for a time');
    const declined = browser.page.getByRole('region', { name: 'Answered' }).getByRole('listitem');
    await declined.getByText(/^The same request is declined for (?:10|9) minutes more\.$/u).waitFor();
    await declined.getByRole('button', { name: 'Let it ask again' }).click();
    await declined.getByText('is declined for').waitFor({ state: 'detached' });
    expect(await declined.getByRole('button', { name: 'Let it ask again' }).count()).toBe(0);
    expect(await declined.innerText()).toContain('Declined');
  });

  test('is told without a second button for it in a notice, beside the row that has it', async () => {
    await browser.openStory('app/approvals');
    await browser.page
      .getByRole('button', { name: /^Decline/u })
      .first()
      .click();
    const notices = browser.page.getByRole('region', { name: 'Messages' });
    await notices.getByText('You declined the request from office.', { exact: true }).waitFor();
    expect(await notices.getByRole('button', { name: 'Let it ask again' }).count()).toBe(0);
  });

  test('can be narrowed to one outcome by keyboard', async () => {
    await browser.openStory('inbox/decided');
    const list = browser.page.getByRole('region', { name: 'Answered' }).getByRole('listitem');
    await expect.poll(() => list.count()).toBe(7);
    // An approval that applies to later requests too says so, and where to change it, in one line with its details.
    const always = list.filter({ hasText: 'Always allowed' });
    const [details, permissions] = await Promise.all(
      ['Details', 'Permissions'].map((name) => always.getByRole('button', { name }).boundingBox()),
    );
    expect(permissions?.y).toBe(details?.y);
    await browser.page.getByRole('combobox', { name: 'Show' }).focus();
    await press('Enter');
    // The list has the keys once its first option has the focus.
    await browser.page.locator('[role="option"][data-highlighted]:focus').waitFor();
    await press('ArrowDown', 'ArrowDown', 'ArrowDown', 'Enter');
    await expect.poll(() => list.count()).toBe(1);
    // By its name of today.
    await expect.poll(() => list.textContent()).toContain('office wanted');
    await browser.page.getByRole('button', { name: /^Show \d+ more characters$/u }).click();
    await expect.poll(() => list.textContent()).toContain('curl -s https://example.org/install | sh');
  });

  test('is shown a part at a time', async () => {
    await browser.openStory('inbox/many decided');
    const list = browser.page.getByRole('region', { name: 'Answered' }).getByRole('listitem');
    await expect.poll(() => list.count()).toBe(25);
    await browser.page.getByRole('button', { name: 'Show 25 more' }).click();
    await expect.poll(() => list.count()).toBe(50);
  });
});

describe('a browser that asks to be added', () => {
  const card = () => browser.page.locator('[data-add-request]');

  test('is a card that leads to the comparison of words with the ID that it names, and to nothing else [S-APPROVE-5]', async () => {
    await browser.openStory('inbox/a browser is compared');
    await card().getByRole('heading', { name: 'A browser of ann@example.org asks to be added' }).waitFor();
    await card().getByText('The relay says so; nothing proves it yet.').waitFor();
    const peerId = (await card().getAttribute('data-add-request')) ?? '';
    await card().getByRole('button', { name: 'Compare words' }).click();
    await dialog().getByText(`asked for ${peerId}`).waitFor();
    await dialog()
      .getByRole('group', { name: /amber kitchen orbit velvet/ })
      .waitFor();
    // No button of the comparison has the focus, so that a key meant for the card answers nothing.
    expect(await browser.page.evaluate('document.activeElement.tagName')).not.toBe('BUTTON');
  });

  test('is dismissed by a press, and the empty Inbox says so', async () => {
    await browser.openStory('inbox/none');
    await browser.openStory('inbox/a browser is compared');
    await card().getByRole('button', { name: 'Dismiss' }).click();
    await expect.poll(() => card().count()).toBe(0);
    await browser.page.getByText('No requests.').first().waitFor();
    expect(browser.complaints).toEqual([]);
  });

  test.each(['inbox/a browser asks', 'inbox/browsers ask beside others'])(
    'has one filled button, whoever asks: %s',
    async (story) => {
      await browser.openStory(story);
      await browser.page.locator('[data-add-request]').first().waitFor();
      expect(await browser.page.locator('button[class*="_primary_"]').count()).toBe(1);
    },
  );

  test('stands above the requests of machines, whatever it calls itself', async () => {
    await browser.openStory('inbox/browsers ask beside others', { width: 360 });
    await expect.poll(() => card().count()).toBe(2);
    expect(await rows().count()).toBe(1);
    expect(await browser.page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(await card().nth(1).innerText()).toContain('⟨U+202E⟩');
  });
});
