import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { codeOf, pairDevices, TestDevice } from '#test/support/hostile/device.ts';
import { runRelay } from '#test/support/relay-clients.ts';

let relay: Awaited<ReturnType<typeof runRelay>>;
let plain: TestDevice;
let full: TestDevice;

beforeAll(async () => {
  const dialer = createRelayDialer({ clock: systemClock });
  relay = await runRelay();
  plain = await TestDevice.create({ name: 'plain', dialer, features: [] });
  full = await TestDevice.create({ name: 'full', dialer });
  for (const device of [plain, full]) {
    await device.configure(relay.relay.url);
    device.agent.start();
  }
  await pairDevices(plain, full, { allow: ['terminal', 'prompt'], joinerAllows: ['terminal'] });
});
afterAll(async () => {
  await full.close();
  await plain.close();
  await relay.dispose();
});

test('an agent without OpenClaw pairs, opens and serves terminals', async () => {
  for (const [here, there] of [
    [plain, 'full'],
    [full, 'plain'],
  ] as const) {
    const opened = await here.api.call('terminal.open', { peer: there, cols: 80, rows: 24, term: 'xterm' });
    expect(opened.terminal).toMatch(/^[0-9a-f]{32}$/);
    await here.api.call('terminal.close', { channel: opened.channel, detach: false });
  }
});

test('an agent without OpenClaw refuses the calls that belong to it, and prompts of peers', async () => {
  expect(await codeOf(plain.api.call('gateways.list', {}))).toBe('agent.unavailable');
  expect(await codeOf(plain.api.call('workflows.list', {}))).toBe('agent.unavailable');
  expect(await full.api.call('workflows.list', {})).toEqual([]);
  const prompt = { target: { peer: 'plain' }, prompt: 'hello' };
  expect(await codeOf(full.api.call('remote.prompt', prompt))).toBe('remote.unavailable');
});

test('an agent without OpenClaw writes a report, and shows its status', async () => {
  const { text } = await plain.api.call('diagnostics.get', {});
  expect(text).toContain('"gateways": []');
  expect((await plain.api.call('status.get', {})).approvalsPending).toBe(0);
});
