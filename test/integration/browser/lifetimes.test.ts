import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withPrograms } from '#test/support/browser/relay-of-pages.ts';
import { findChromium, shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';
import { DashboardRelay } from '#test/support/dashboard/dashboard-relay.ts';
import type { TestDevice } from '#test/support/hostile/device.ts';
import type { Person } from '#test/support/platform/test-platform.ts';

const HOUR = 3_600_000;

describe.skipIf(findChromium() === undefined)('a browser that was paired', () => {
  let relay: DashboardRelay;
  let browser: ChromiumShare;
  let ada: Person;
  let office: TestDevice;

  beforeAll(async () => {
    [relay, browser] = await Promise.all([DashboardRelay.start(), shareChromium()]);
    ada = relay.platform.person('Ada');
    office = await relay.machine(ada, 'office', withPrograms());
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await relay.stop();
  });

  it.each([
    ['tab', 'office lets this browser in until this tab closes, at the latest until ', 12 * HOUR],
    ['12h', 'office lets this browser in for 12 hours, until ', 12 * HOUR],
    ['30d', 'office lets this browser in for 30 days, until ', 30 * 24 * HOUR],
  ] as const)(
    'says for how long it is let in, as the person at the machine has chosen: %s',
    async (life, words, length) => {
      const { page, context, complaints } = await relay.open(browser, `/terminal/${office.peerId}`, { person: ada });
      const { pairing, code } = await office.api.call('pairing.invite', { allow: ['terminal'] });
      const invited = office.api.call('pairing.result', { pairing });
      await page.locator('[data-code-field]').fill(code ?? '');
      await page.keyboard.press('Enter');
      const { peer, words: compared } = await invited;
      await office.api.call('pairing.confirm', { peer: peer.peerId, words: [...compared], life });
      await page.getByRole('button', { name: 'They match' }).click();
      const dialog = page.getByRole('dialog');
      const sentence = dialog.getByText(words);
      await sentence.waitFor();
      // The end that it names is that of the machine, which removes it then.
      const { browser: about } = await office.api.call('peers.get', { peer: peer.peerId });
      expect(about).toMatchObject({ life });
      const endsAt = about?.endsAt ?? 0;
      expect(Math.abs(endsAt - Date.now() - length)).toBeLessThan(60_000);
      const time = await page.evaluate<string>(
        `new Intl.DateTimeFormat('en', { timeStyle: 'short', ...(new Date(${endsAt}).toDateString() === new Date().toDateString() ? {} : { dateStyle: 'medium' }) }).format(${endsAt})`,
      );
      expect(await sentence.innerText()).toContain(`${words}${time}.`);
      expect(complaints).toEqual([]);
      await context.close();
    },
    60_000,
  );
});
