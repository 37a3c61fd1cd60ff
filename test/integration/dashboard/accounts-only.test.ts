import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';
import { DashboardRelay, type DashboardPage } from '#test/support/dashboard/dashboard-relay.ts';
import { heading } from '#test/support/dashboard/steps.ts';
import { codeOf, TestDevice } from '#test/support/hostile/device.ts';

let relay: DashboardRelay;
let browser: ChromiumShare;
let ada: DashboardPage;
let office: TestDevice;
beforeAll(async () => {
  [relay, browser] = await Promise.all([DashboardRelay.start({ admission: 'accounts' }), shareChromium()]);
  ada = await relay.open(browser, '/dashboard', { person: relay.platform.person('Ada') });
  office = await TestDevice.create({ name: 'office', dialer: createRelayDialer({ clock: systemClock }) });
  office.agent.start();
}, 60_000);
afterAll(async () => {
  await office.close();
  await browser.close();
  await relay.stop();
});

it('a machine joins by the code of the page, which asks for no token and shows the machine', async () => {
  const { page } = ada;
  await heading(page, 'Machines');
  await page.getByRole('button', { name: 'Link a machine' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Link a machine' });
  await dialog.getByText('The relay admits the machine in the next step.').waitFor();
  const shown = await dialog.innerText();
  expect(shown).not.toContain('token');
  const [, code = ''] = /^clawreach account link ([0-9A-Z-]{11})$/m.exec(shown) ?? [];
  await office.api.call('relay.configure', { url: relay.platform.relay.url });
  expect(await codeOf(office.api.call('relay.ready', { timeout: 10_000 }))).toBe('relay.enrolment-needed');
  const { account, relay: seen } = await office.api.call('account.lookUp', { code });
  expect(shown).toContain(seen.keyId);
  await office.api.call('account.link', { code, account, keyId: seen.keyId, label: 'office' });
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('listitem').filter({ hasText: 'office' }).getByText('Online').waitFor();
  expect(ada.complaints).toEqual([]);
}, 60_000);
