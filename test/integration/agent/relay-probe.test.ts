import { createServer, type AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import { pairDevices, TestDevice } from '#test/support/hostile/device.ts';
import { runRelay } from '#test/support/relay-clients.ts';

const cleanUps: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function device(name: string, url: string): Promise<TestDevice> {
  const created = await TestDevice.create({ name, dialer: createRelayDialer({ clock: systemClock }) });
  cleanUps.push(() => created.close());
  await created.configure(url);
  return created;
}

test('a relay is looked for from a peer, with its right: this one, another one, nobody, or not allowed', async () => {
  const meeting = await runRelay();
  cleanUps.push(() => meeting.dispose());
  const looked = await runRelay({ tls: { mode: 'own' } });
  cleanUps.push(() => looked.dispose());
  const [office, laptop] = [await device('office', meeting.relay.url), await device('laptop', meeting.relay.url)];
  await pairDevices(office, laptop);
  const pin = toHex(looked.relay.tlsPin ?? new Uint8Array());
  const url = `wss://127.0.0.1:${looked.relay.port}`;
  const probe = (other: Partial<{ url: string; pin: string }> = {}) =>
    laptop.api.call('relay.probe', { peer: 'office', url, pin, ...other });
  const right = { peer: 'laptop', right: 'forward', expiresAt: null } as const;

  await office.api.call('rights.set', { ...right, decision: 'deny' });
  expect(await probe()).toEqual({ found: 'unreachable', problem: 'forward.denied' });
  await office.api.call('rights.set', { ...right, decision: 'allow' });
  expect(await probe()).toEqual({ found: 'same', problem: null });
  expect(await probe({ pin: 'ab'.repeat(32) })).toEqual({ found: 'other', problem: null });

  const silent = createServer((socket) => socket.on('error', () => undefined).end('no TLS here'));
  await new Promise<void>((resolve) => {
    silent.listen(0, '127.0.0.1', resolve);
  });
  cleanUps.push(() => void silent.close());
  const { port } = silent.address() as AddressInfo;
  expect(await probe({ url: `wss://127.0.0.1:${port}` })).toEqual({ found: 'other', problem: null });
  silent.close();
  expect((await probe({ url: `wss://127.0.0.1:${port}` })).found).toBe('unreachable');
});
