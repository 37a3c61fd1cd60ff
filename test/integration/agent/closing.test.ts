import { expect, test } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { TestDevice } from '#test/support/hostile/device.ts';
import { runRelay } from '#test/support/relay-clients.ts';

test('a module that fails to close keeps no other one open, and is named in the log', async () => {
  const relay = await runRelay();
  try {
    const dialer = createRelayDialer({ clock: systemClock });
    const broken = () => ({ close: () => Promise.reject(new Error('broken')) });
    const device = await TestDevice.create({ name: 'office', dialer, features: [broken] });
    await device.configure(relay.relay.url);
    device.agent.start();
    await expect.poll(async () => (await device.api.call('status.get', {})).relay.state).toBe('online');
    await expect(device.agent.close('test')).resolves.toBe(0);
    expect(device.log.map(({ message }) => message)).toContain('a module could not be closed');
    // The core closes last: its user interfaces are gone, so the network before it has closed, too.
    await expect.poll(() => device.api.call('status.get', {}).then(String, () => 'gone')).toBe('gone');
  } finally {
    await relay.dispose();
  }
});
