import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withPrograms } from '#test/support/browser/relay-of-pages.ts';
import { findChromium, shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';
import { DashboardRelay } from '#test/support/dashboard/dashboard-relay.ts';
import { pairByCode } from '#test/support/dashboard/pair-by-code.ts';
import type { TestDevice } from '#test/support/hostile/device.ts';
import type { Person } from '#test/support/platform/test-platform.ts';

type Paired = Readonly<{ page: Page; peerId: string }>;

describe.skipIf(findChromium() === undefined)('the browsers of one person', () => {
  let relay: DashboardRelay;
  let browser: ChromiumShare;
  let ada: Person;
  let office: TestDevice;

  beforeAll(async () => {
    relay = await DashboardRelay.start();
    browser = await shareChromium();
    ada = relay.platform.person('Ada');
    office = await relay.machine(ada, 'office', withPrograms());
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await relay.stop();
  });

  /** Another browser of hers, which is paired with the machine. */
  async function paired(): Promise<Paired> {
    const { page } = await relay.open(browser, `/terminal/${office.peerId}`, { person: ada });
    return { page, peerId: await pairByCode(page, office) };
  }

  const rows = ({ page }: Paired) => page.locator('.xterm-rows:visible').first();
  const shows = ({ page }: Paired, words: string) => page.getByText(words).first().waitFor();
  async function runs(of: Paired, command: string, printed: string): Promise<void> {
    await of.page.locator('.xterm:visible textarea').first().focus();
    await of.page.keyboard.type(`${command}\n`);
    await expect.poll(() => rows(of).innerText()).toContain(printed);
  }

  /** Turns the wheel over a terminal until a line that has left its screen is shown. */
  async function scrollsBackTo(of: Paired, words: string): Promise<void> {
    expect(await rows(of).innerText()).not.toContain(words);
    await of.page.locator('.xterm-screen:visible').first().hover();
    await expect
      .poll(async () => {
        await of.page.mouse.wheel(0, -1500);
        return await rows(of).innerText();
      })
      .toContain(words);
  }

  it('open the same terminal by its address, with what it has printed and its scrollback, once both are marked as hers; another one gets nothing [S-TERM-9]', async () => {
    const first = await paired();
    const [second, stranger] = [await paired(), await paired()];
    await first.page.getByRole('button', { name: 'Open terminal' }).click();
    await rows(first).waitFor();
    // The first terminal of the machine starts the process that holds all of them, which a busy machine gives up at first.
    const again = first.page.getByRole('button', { name: 'Try again' });
    const opened = async (): Promise<string> => {
      if (await again.isVisible()) await again.click();
      return first.page.url();
    };
    await expect.poll(opened, { timeout: 60_000, interval: 500 }).toMatch(/\/terminal\/[0-9A-Z]{56}\/\w+$/);
    const address = first.page.url();
    await runs(first, 'echo bottom-$((6*7)) $$', 'bottom-42');
    const [, pid] = /bottom-42 (\d+)/.exec(await rows(first).innerText()) ?? [];

    await runs(first, 'seq -f line-%g 200; echo lines-$((6*7))', 'lines-42');

    for (const { peerId } of [first, second]) await office.api.call('peers.setOwn', { peer: peerId, own: true });
    await stranger.page.goto(address);
    await shows(stranger, 'This terminal is no longer running.');
    for (const printed of ['bottom-42', 'lines-42']) expect(await stranger.page.getByText(printed).count()).toBe(0);
    await runs(first, 'echo undisturbed-$((6*7))', 'undisturbed-42');

    await second.page.goto(address);
    await expect.poll(() => rows(second).innerText()).toContain('undisturbed-42');
    await shows(first, 'This terminal is open in another window, or on another of your machines.');
    await scrollsBackTo(second, `bottom-42 ${pid}`);
    await runs(second, 'echo same-$((6*7)) $$', `same-42 ${pid}`);
    for (const { page } of [first, second, stranger]) await page.context().close();
  }, 120_000);
});
