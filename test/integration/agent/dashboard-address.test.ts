import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { DashboardRelay } from '#test/support/dashboard/dashboard-relay.ts';
import { codeOf, TestDevice } from '#test/support/hostile/device.ts';
import { startTestRelay } from '#test/support/relay-project.ts';

let relay: DashboardRelay;
let office: TestDevice;
beforeAll(async () => {
  relay = await DashboardRelay.start();
  office = await TestDevice.create({ name: 'office', dialer: createRelayDialer({ clock: systemClock }) });
  office.agent.start();
});
afterAll(async () => {
  await office.close();
  await relay.stop();
});

const address = async (): Promise<string | null> => (await office.api.call('account.dashboard', {})).url;

it('a machine without a relay names no dashboard', async () => {
  expect(await address()).toBeNull();
});

it('a machine names the dashboard of its relay, and that of its project once an account has it, without a secret', async () => {
  const { platform } = relay;
  await office.configure(platform.relay.url, platform.relay.admissionToken);
  await office.api.call('relay.ready', { timeout: 10_000 });
  expect(await address()).toBe(`${platform.origin}/dashboard`);
  const ada = platform.person('Ada');
  const { code } = await ada.client.call('account.createLinkCode');
  const { account, relay: seen } = await office.api.call('account.lookUp', { code });
  await office.api.call('account.link', { code, account, keyId: seen.keyId });
  const [project] = (await ada.client.call('projects.list')).projects;
  expect(await address()).toBe(`${platform.origin}/project/${project?.id}`);
});

it('a machine names none at a relay without accounts', async () => {
  const bare = await startTestRelay();
  const other = await TestDevice.create({ name: 'attic', dialer: createRelayDialer({ clock: systemClock }) });
  other.agent.start();
  await other.configure(bare.relay.url, bare.relay.admissionToken);
  await other.api.call('relay.ready', { timeout: 10_000 });
  expect(await other.api.call('account.dashboard', {})).toEqual({ url: null });
  await bare.stop();
  await expect.poll(async () => await codeOf(other.api.call('account.dashboard', {}))).toMatch(/^relay\./);
  await other.close();
});
