import { describe, expect, test } from 'vitest';
import { findChromium } from '#test/support/chromium/launch.ts';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';

const hasChromium = findChromium() !== undefined;
if (!hasChromium) process.stderr.write('No Chromium here: the design of the window is left out.\n');

describe.skipIf(!hasChromium)('the design of the window', () => {
  let browser: StoryBrowser;
  shareAmongTests(async (defer) => {
    browser = await StoryBrowser.launch();
    defer(() => browser.close());
  });

  /** Area of the first element that matches, CSS pixels. */
  const areaOf = (selector: string) =>
    browser.page
      .locator(selector)
      .first()
      .evaluate((element) => {
        const { left, right, top } = element.getBoundingClientRect();
        return { left: Math.round(left), right: Math.round(right), top: Math.round(top) };
      });
  const styleOf = (selector: string, property: string): Promise<string> =>
    browser.page
      .locator(selector)
      .first()
      .evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);
  /** Colours of points of the window as it is drawn. */
  const coloursAt = async (...points: readonly (readonly [number, number])[]): Promise<readonly string[]> => {
    const picture = (await browser.page.screenshot()).toString('base64');
    return browser.page.evaluate<readonly string[]>(`(async () => {
      const image = new Image();
      image.src = 'data:image/png;base64,${picture}';
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext('2d');
      context.drawImage(image, 0, 0);
      return ${JSON.stringify(points)}.map(([x, y]) => [...context.getImageData(x, y, 1, 1).data].join(' '));
    })()`);
  };

  test('has one icon for machines of all systems, and another for a browser', async () => {
    await browser.openStory('discovery/a peer and two strangers');
    const icons = browser.page.locator('[data-found="stranger"] svg.lucide');
    expect(await icons.count()).toBeGreaterThan(1);
    for (const icon of await icons.all()) expect(await icon.getAttribute('class')).toContain('lucide-monitor');
    // This machine and the other one run Linux, and either may be a laptop.
    await browser.openStory('app/machine');
    expect(await browser.page.locator('main svg:is(.lucide-server, .lucide-laptop)').count()).toBe(0);
  });

  test('has one column: the first run, Machines, Forwards, Inbox and History begin and end at the same edges', async () => {
    const edges = async (selector: string) => {
      const { left, right } = await areaOf(selector);
      return { left, right };
    };
    for (const width of [1280, 2560]) {
      await browser.clear({ width });
      await browser.openStory('app/first run', { width });
      const column = await edges('main header');
      expect(column.right - column.left).toBe(960);
      await browser.openStory('app/peers', { width });
      for (const [key, selector] of [
        ['7', 'main h1 >> xpath=ancestor::header/..'],
        ['3', 'main header'],
        ['4', 'main header'],
        ['8', 'main header'],
      ] as const) {
        await browser.page.keyboard.press(`Control+${key}`);
        await browser.page.locator(selector).first().waitFor();
        expect((await edges(selector)).left, `page ${key} at ${width}`).toBe(column.left);
      }
    }
  });

  test('keeps the upper edge of a dialog when an error makes it higher', async () => {
    await browser.clear({ width: 1280, height: 760 });
    await browser.openStory('pairing/choose', { width: 1280, height: 760 });
    const { top } = await areaOf('[role="dialog"]');
    await browser.openStory('pairing/join error pairing.wrong-code', { width: 1280, height: 760 });
    expect((await areaOf('[role="dialog"]')).top).toBe(top);
    await browser.openStory('pairing/words', { width: 1280, height: 760 });
    expect((await areaOf('[role="dialog"]')).top).toBe(top);
  });

  test('opens a dialog at its top in a low window, with the focus on its first field', async () => {
    await browser.clear({ width: 400, height: 400 });
    await browser.openStory('pairing/choose', { width: 400, height: 400 });
    const scrolled = await browser.page.locator('[data-code-field]').evaluate((field) => {
      let [top, parent]: [number, Element | null] = [0, field];
      for (; parent !== null; parent = parent.parentElement) top += parent.scrollTop;
      return { top, isFocused: document.activeElement === field };
    });
    expect(scrolled).toEqual({ top: 0, isFocused: true });
    await browser.clear({ width: 1280, height: 760 });
  });

  test('draws a terminal without a program on the ground of its page, and names in a dialog on that of the dialog', async () => {
    await browser.openStory('terminals/declined', { theme: 'dark' });
    await browser.page.getByText('office declined this terminal.').waitFor();
    await browser.drawn();
    const [terminal, page] = await coloursAt([600, 500], [1100, 120]);
    expect(terminal).toBe(page);
    await browser.openStory('pairing/choose', { theme: 'dark' });
    expect(await styleOf('[role="dialog"] bdi', 'background-color')).toBe(
      await styleOf('[role="dialog"]', 'background-color'),
    );
    await browser.clear({ theme: 'light' });
  });

  test('shows the colour of the error on a wrong field that has the focus', async () => {
    await browser.openStory('relay/form empty');
    await browser.page.getByRole('button', { name: 'Use this relay' }).click();
    const field = '[aria-invalid="true"]:focus';
    await browser.page.locator(field).waitFor();
    await browser.page.locator(field).press('End');
    const border = await styleOf(field, 'border-top-color');
    expect(border).toBe(
      await browser.page.evaluate<string>(`(() => {
        const probe = document.body.appendChild(document.createElement('i'));
        probe.style.color = 'var(--color-bad)';
        const { color } = getComputedStyle(probe);
        probe.remove();
        return color;
      })()`),
    );
    // The ring lies around the edge, and doesn't cover it.
    expect(Number.parseInt(await styleOf(field, 'outline-offset'), 10)).toBeGreaterThan(0);
  });

  test('leads from About to the documents and to where problems are reported', async () => {
    await browser.openStory('settings/section about');
    await browser.page.getByRole('heading', { name: 'Diagnostics' }).waitFor();
    for (const [button, address] of [
      ['Open documentation', 'https://github.com/clawreach/clawreach/tree/main/docs'],
      ['Report a problem…', 'https://github.com/clawreach/clawreach/issues/new'],
    ] as const) {
      await browser.page.getByRole('button', { name: button }).click();
      await expect.poll(() => browser.page.evaluate('document.documentElement.dataset.opened')).toBe(address);
    }
  });

  test('leads from a terminal that is scrolled up to its end', async () => {
    await browser.clear({ height: 260 });
    await browser.openStory('terminals/running', { height: 260 });
    const button = browser.page.getByRole('button', { name: 'Scroll to the bottom' });
    await browser.drawn();
    expect(await button.count()).toBe(0);
    await browser.page.locator('.xterm-screen').first().hover();
    await browser.page.mouse.wheel(0, -300);
    await button.click();
    await button.waitFor({ state: 'detached' });
    await browser.clear({ height: 760 });
  });

  test('puts the button of the relay below its words on a phone, and the icon beside them', async () => {
    await browser.clear({ width: 400 });
    await browser.openStory('app/first run', { width: 400 });
    const relay = 'section:has(> .lucide-globe)';
    const [icon, words] = [await areaOf(`${relay} > svg`), await areaOf(`${relay} p`)];
    expect(icon.top - words.top).toBeLessThan(8);
    expect(icon.right).toBeLessThan(words.left);
    // The words of the button begin where those above it do.
    expect(Math.abs((await areaOf(`${relay} > button > *`)).left - words.left)).toBeLessThan(2);
    await browser.clear({ width: 1280 });
  });

  /** Number of rows that the words stand in, and the most words in one of them. */
  const wordRows = (): Promise<readonly [number, number]> =>
    browser.page.locator('ol:has(> li)').evaluate((list) => {
      const tops = [...list.children].map((word) => Math.round(word.getBoundingClientRect().top));
      const rows = [...new Set(tops)];
      return [rows.length, Math.max(...rows.map((top) => tops.filter((other) => other === top).length))] as const;
    });

  test('shows four words in one row or in two of two, and never three and one', async () => {
    for (const [story, width, rows] of [
      ['guest/waiting', 1280, [2, 2]],
      ['guest/waiting', 360, [2, 2]],
      ['pairing/words', 1280, [1, 4]],
    ] as const) {
      await browser.openStory(story, { width });
      expect(await wordRows(), `${story} at ${width}`).toEqual(rows);
    }
  });

  test('begins the facts of a machine beside each other on a phone, and keeps their names off their values', async () => {
    await browser.setLanguage('de');
    await browser.openStory('paths/direct', { width: 360 });
    const tops = await browser.page
      .locator('dl:has(button[aria-expanded="true"]) > div > dd')
      .evaluateAll((values) => values.map((value) => Math.round(value.getBoundingClientRect().top)));
    expect(tops).toHaveLength(4);
    expect([tops[1], tops[3]]).toEqual([tops[0], tops[2]]);
    const tooWide = await browser.page
      .locator('dt')
      .evaluateAll((names) =>
        names.filter((name) => name.scrollWidth > name.clientWidth).map((name) => name.textContent),
      );
    expect(tooWide).toEqual([]);
    await browser.setLanguage('en');
  });

  test('names the plain relay of a shared terminal in the language of the window, and says a release above its notes', async () => {
    await browser.openStory('history/some', { width: 1280 });
    const row = browser.page.getByText('lena-tablet can watch a terminal of relay.example', { exact: true });
    await row.waitFor();
    await browser.openStory('settings/updates available', { width: 1280 });
    const [sentence, notes] = await browser.page
      .locator('[data-setting] p')
      .evaluateAll((texts) => texts.map((text) => text.getBoundingClientRect()));
    expect(notes?.top).toBeGreaterThanOrEqual(sentence?.bottom ?? Infinity);
  });
});
