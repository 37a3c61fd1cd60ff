import { describe, expect, test } from 'vitest';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';

/** Reports whether the words about the guests have the colour of warnings. */
const HAS_WARNING_COLOUR = `(() => {
  const probe = document.createElement('i');
  probe.style.color = 'var(--color-warning-text)';
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return getComputedStyle(document.querySelector('[title="Grace, Linus"] button')).color === color;
})()`;

describe('recordings and shared terminals by keyboard alone', () => {
  let browser: StoryBrowser;
  shareAmongTests(async (defer) => {
    browser = await StoryBrowser.launch(process.env['CLAWREACH_TEST_STORIES']);
    defer(() => browser.close());
  });

  const shown = (): Promise<string> => browser.page.locator('.xterm-rows').innerText();

  test('a recording plays, is paused, and goes to where the person wants it', async () => {
    await browser.openStory('history/player');
    const { page } = browser;
    await page.getByRole('button', { name: 'Pause' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Play' }).waitFor();
    const position = page.getByRole('slider', { name: 'Position' });
    await position.focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(shown).toContain('exit');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(shown).not.toContain('exit');
    await expect.poll(() => position.getAttribute('aria-valuetext')).toBe('0:00');
    expect(browser.complaints).toEqual([]);
  });

  test('who is offered a terminal looks on, and is told why that is refused', async () => {
    await browser.openStory('sharing/offers');
    const { page } = browser;
    await page.getByRole('button', { name: 'Watch' }).first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: /^Terminal of/ }).waitFor();
    await page.getByText('View only').waitFor();
    await page.getByRole('button', { name: 'Watch again' }).waitFor();
    await expect.poll(() => browser.axe()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('who has nobody to share with gets a link for guests, is told what another machine needs, and led to the pairing', async () => {
    await browser.openStory('sharing/share without another device');
    const { page } = browser;
    const dialog = page.getByRole('dialog', { name: 'Share this terminal' });
    await dialog
      .getByRole('region', { name: 'Link for guests' })
      .getByRole('button', { name: 'Create link' })
      .waitFor();
    const machine = dialog.getByRole('region', { name: 'Another machine' });
    await machine.getByText(/has to be paired with this one and with .*office/).waitFor();
    await machine.getByRole('button', { name: 'Pair another machine' }).press('Enter');
    await page.getByRole('dialog', { name: 'Pair' }).waitFor();
    await dialog.waitFor({ state: 'detached' });
    expect(browser.complaints).toEqual([]);
  });

  test('the strip of a terminal names the guest who types, and counts those who watch', async () => {
    await browser.openStory('sharing/guest who types');
    const { page } = browser;
    await page.getByText(/^Typing: \W?Ben/).waitFor();
    const watching = page.getByRole('status').filter({ hasText: /can type/ });
    expect(await watching.textContent()).toMatch(/Ben\W? can type/);
    expect(await watching.getAttribute('title')).toMatch(/^Ben, a-very-long-name/);
    expect(await page.getByText(/Dora|Ada/).count()).toBe(0);
    await expect.poll(() => browser.axe()).toEqual([]);
    await watching.getByRole('button').press('Enter');
    const list = page.getByRole('dialog', { name: 'Viewers' });
    await list.getByRole('button', { name: /^Send away \W?Ben/ }).waitFor();
    await list.getByText('Can type').waitFor();
    await list.getByText('Away', { exact: true }).waitFor();
    expect(await list.getByRole('button', { name: /^Send away/ }).count()).toBe(2);
    await expect.poll(() => browser.axe()).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });

  test('the terminal of a guest fills a wide screen, within its frame', async () => {
    const { page } = browser;
    const size = page.viewportSize() ?? { width: 1280, height: 800 };
    await page.setViewportSize({ width: 1280, height: 800 });
    await browser.openStory('guest/typing');
    const share = (): Promise<number> =>
      page.evaluate<number>(`(() => {
        const screen = document.querySelector('.xterm-screen');
        const frame = screen?.closest('.xterm').parentElement;
        if (!frame || screen.clientWidth === 0) return 0;
        return Math.max(screen.clientWidth / frame.clientWidth, screen.clientHeight / frame.clientHeight);
      })()`);
    await expect.poll(share).toBeGreaterThan(0.85);
    expect(await share()).toBeLessThanOrEqual(1);
    await page.setViewportSize(size);
  });

  test('two guests who can type are no watchers, in the colour of a warning, on a phone as well', async () => {
    await browser.openStory('sharing/two guests who can type');
    const { page } = browser;
    const button = page.getByRole('button', { name: '2 guests, 2 can type' });
    await button.waitFor();
    expect(await page.evaluate(HAS_WARNING_COLOUR)).toBe(true);
    await page.getByRole('tab').getByText('A link for guests is open').waitFor({ state: 'attached' });
    const size = page.viewportSize() ?? { width: 1280, height: 800 };
    await page.setViewportSize({ width: 360, height: 740 });
    await page.getByText('2 can type', { exact: true }).waitFor();
    expect(await page.evaluate(HAS_WARNING_COLOUR)).toBe(true);
    await button.press('Enter');
    const list = page.getByRole('dialog', { name: 'Viewers' });
    await expect.poll(() => list.getByText('Can type').count()).toBe(2);
    await page.setViewportSize(size);
  });

  test('the guest writes its name at once, and types at once where it was let in', async () => {
    const { page } = browser;
    await browser.openStory('guest/name');
    await expect.poll(() => page.evaluate('document.activeElement.autocomplete')).toBe('nickname');
    // In the language that it chooses.
    await page.getByLabel('Language').waitFor();
    await browser.openStory('guest/typing');
    await expect.poll(() => page.evaluate("document.activeElement.matches('.xterm textarea')")).toBe(true);
    await expect.poll(() => page.locator('.xterm-cursor').count()).toBe(1);
    // The keys of someone who watches go nowhere.
    await browser.openStory('guest/watching');
    await page.locator('.xterm textarea').waitFor({ state: 'attached' });
    expect(await page.evaluate("document.activeElement.matches('.xterm textarea')")).toBe(false);
  });

  test('without a relay, the dialog leads to its settings before anything is chosen in vain', async () => {
    await browser.openStory('sharing/share without a relay');
    const { page } = browser;
    const section = page.getByRole('region', { name: 'Link for guests' });
    await section.getByText(/through a relay with a domain name and a certificate that browsers trust/).waitFor();
    await section.getByRole('link', { name: 'Hosting a relay' }).waitFor();
    expect(await section.getByRole('button', { name: 'Create link' }).count()).toBe(0);
    await expect.poll(() => browser.axe()).toEqual([]);
    await section.getByRole('button', { name: 'Enter its address' }).press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(browser.complaints).toEqual([]);
  });

  test('at a relay whose certificate browsers reject, the dialog says so before anything is chosen in vain', async () => {
    await browser.openStory('sharing/share at a relay that browsers do not trust');
    const { page } = browser;
    const section = page.getByRole('region', { name: 'Link for guests' });
    await section.getByText(/Your relay at \S+ has a certificate of its own, which they don't trust/).waitFor();
    await section.getByRole('link', { name: 'Hosting a relay' }).waitFor();
    expect(await section.getByRole('button', { name: 'Create link' }).count()).toBe(0);
    expect(await section.getByRole('switch').count()).toBe(0);
    await section.getByRole('button', { name: 'Enter its address' }).press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(browser.complaints).toEqual([]);
  });

  test('a guest that has just come, or whose card has moved, is let in by no press [S-SHARE-7]', async () => {
    await browser.openStory('sharing/arriving guests');
    const { page } = browser;
    const answered = (): Promise<string | undefined> =>
      page.evaluate<string | undefined>('document.documentElement.dataset.answered');
    const cards = page.getByRole('complementary', { name: 'Guests' });
    await expect.poll(() => cards.locator('[data-readiness="ready"]').count()).toBe(1);
    // A second card moves the first one away from the pointer.
    const attempts = await page.evaluate<readonly Readonly<{ readiness: string; elapsed: number }>[]>(`(async () => {
      const began = performance.now();
      [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'A guest comes').click();
      await new Promise(requestAnimationFrame);
      return [...document.querySelectorAll('[data-readiness]')].map((answers) => {
        answers.querySelector('button').click();
        return { readiness: answers.dataset.readiness, elapsed: performance.now() - began };
      });
    })()`);
    expect(attempts.map(({ readiness }) => readiness)).toEqual(['moved', 'fresh']);
    for (const { elapsed } of attempts) expect(elapsed).toBeLessThan(600);
    expect(await answered()).toBeUndefined();
    await expect.poll(() => cards.locator('[data-readiness="ready"]').count()).toBe(2);
    await cards.getByRole('button', { name: 'Let in' }).last().click();
    await expect.poll(answered).toBe('00000011 true');
    expect(browser.complaints).toEqual([]);
  });

  test('a link and a guest that don’t go say why, and a copied link is said for a while', async () => {
    await browser.openStory('sharing/link that stays');
    const { page } = browser;
    const section = page.getByRole('region', { name: 'Link for guests' });
    // A link that exists is copied by its own button; the form for another one is asked for.
    await section.getByText(/^Link 1: View and type, until/).waitFor();
    await section.getByRole('button', { name: 'Copy link 1', exact: true }).waitFor();
    expect(await section.getByRole('switch').count()).toBe(0);
    await page.context().grantPermissions(['clipboard-write']);
    await section.getByRole('button', { name: 'Create another link' }).press('Enter');
    expect(await page.evaluate('document.activeElement.textContent')).toContain('View only');
    await section.getByRole('button', { name: 'Create link', exact: true }).click();
    await section.getByText('Link copied.').waitFor();
    expect(await page.evaluate('document.activeElement.ariaLabel')).toBe('Copy link 1');
    expect(await section.getByRole('switch').count()).toBe(0);
    await section.getByText('Link copied.').waitFor({ state: 'detached' });
    await section.getByRole('button', { name: 'End link' }).click();
    await expect.poll(() => section.locator('[data-code="control.lost"]').count()).toBe(1);
    await section.getByRole('button', { name: 'Send away Ben' }).click();
    await expect.poll(() => section.locator('[data-code="control.lost"]').count()).toBe(2);
    await expect.poll(() => browser.axe()).toEqual([]);
  });

  test.each([
    ['share.no-page', /serves no page, which guests need.*switch its page on/s],
    ['share.own-certificate', /certificate of its own, which browsers don't trust.*certificate of an authority/s],
    ['share.insecure', /has no TLS.*Use a relay with TLS/s],
  ])('who gets no link for guests is told why and what to do: %s', async (code, words) => {
    await browser.openStory(`sharing/link refused, ${code}`);
    const { page } = browser;
    const section = page.getByRole('region', { name: 'Link for guests' });
    const copy = section.getByRole('button', { name: 'Create link' });
    await copy.focus();
    await page.keyboard.press('Enter');
    await section.getByRole('alert').waitFor();
    expect(await section.getByRole('alert').innerText()).toMatch(words);
    expect(await section.getByText('Link copied.').count()).toBe(0);
    await expect.poll(() => browser.axe()).toEqual([]);
    expect(await copy.isEnabled()).toBe(true);
  });

  test('a notice that was pressed opens what it told of, once', async () => {
    await browser.openStory('sharing/requested by a notification');
    const { page } = browser;
    await page.getByRole('dialog', { name: /^Terminal of/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await browser.drawn();
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  test('a recording with what was typed says so, shows it while it plays, and warns before it is exported [S-TERM-15]', async () => {
    await browser.openStory('history/recordings');
    const { page } = browser;
    await page.getByText('With keystrokes').waitFor();
    await page.getByRole('button', { name: /^Export .*npm run deploy/ }).click();
    await page.getByRole('dialog', { name: 'Export keystrokes too?' }).getByText('including passwords').waitFor();
    await expect.poll(() => browser.axe()).toEqual([]);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /^Play .*npm run deploy/ }).click();
    const position = page.getByRole('slider', { name: 'Position' });
    await position.focus();
    await page.keyboard.press('End');
    await expect.poll(() => page.getByRole('dialog').innerText()).toMatch(/Typed:\s*exit␍/);
    expect(browser.complaints).toEqual([]);
  });

  test('only the events are said to contain nothing that was typed or shown: recordings do', async () => {
    await browser.openStory('history/some');
    const { page } = browser;
    const words = page.getByText(/never contain what was typed or shown/);
    await words.waitFor();
    await page.getByRole('tab', { name: 'Recordings' }).click();
    await page.getByText('Recorded terminal screens, stored only on this machine.', { exact: false }).waitFor();
    expect(await words.count()).toBe(0);
    expect(await page.getByText(/never what was typed/).count()).toBe(0);
  });

  test('the history is searched and narrowed', async () => {
    await browser.openStory('history/some');
    const { page } = browser;
    await page.getByText('office used a terminal here').first().waitFor();
    await page.getByRole('searchbox', { name: 'Search' }).fill('deploy');
    await page.getByText('13 entries').waitFor();
    await page.getByRole('tab', { name: 'Recordings' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Always record').waitFor();
    await expect.poll(() => browser.axe()).toEqual([]);
  });
});
