import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningRelay } from '#relay/index.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import { echo } from '#test/support/compliance/session.ts';
import { deviceAt, enrol, online, pair, runRelay, type TestDevice } from '#test/support/relay-clients.ts';

describe('two paired devices at a real relay', () => {
  let relay: RunningRelay;
  let dispose: () => Promise<void>;
  const devices: TestDevice[] = [];

  beforeEach(async () => {
    ({ relay, dispose } = await runRelay());
  });

  afterEach(async () => {
    for (const device of devices.splice(0)) {
      await device.links.close();
      await device.client.stop();
    }
    await dispose();
  });

  async function pairOfDevices(): Promise<[TestDevice, TestDevice]> {
    const make = (): TestDevice => deviceAt({ url: relay.url }, { onStream: echo });
    const [left, right] = [make(), make()];
    devices.push(left, right);
    pair(left, right);
    for (const device of [left, right]) {
      device.client.start();
      await online(device.client);
    }
    await enrol(left, right);
    return [left, right];
  }

  it('link with one dial and carry a stream both ways', async () => {
    const [left, right] = await pairOfDevices();
    const [first, second] = await Promise.all([
      left.links.session(right.identity.peerId),
      left.links.session(right.identity.peerId),
    ]);
    expect(first).toBe(second);
    const stream = first.open('rpc', null);
    await stream.write(new Uint8Array(100_000).fill(5));
    await stream.end();
    let length = 0;
    for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) length += bytes.length;
    expect(length).toBe(100_000);
    expect(right.links.current(left.identity.peerId)?.id).toBe(first.id);
    expect(left.links.view(right.identity.peerId)).toMatchObject({ path: 'relay', address: `127.0.0.1:${relay.port}` });
  });

  it('keep one link when both dial at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [left, right] = await pairOfDevices();
      await Promise.all([left.links.session(right.identity.peerId), right.links.session(left.identity.peerId)]);
      const lower = left.identity.peerId < right.identity.peerId ? left : right;
      const higher = lower === left ? right : left;
      const agreed = (): boolean => {
        const [one, other] = [lower.links.current(higher.identity.peerId), higher.links.current(lower.identity.peerId)];
        return one !== undefined && one.id === other?.id && one.role === 'initiator';
      };
      await expect.poll(agreed).toBe(true);
    }
  });

  it('keep the link without a path when the relay dies, and tell so', async () => {
    const [left, right] = await pairOfDevices();
    const session = await left.links.session(right.identity.peerId);
    session.open('rpc', null);
    expect(await session.ping()).toBeGreaterThan(0);
    await relay.close({ drain: 0 });
    await expect.poll(() => left.client.status.state).toBe('waiting');
    await expect
      .poll(() => left.links.view(right.identity.peerId))
      .toMatchObject({ state: 'reconnecting', retryAt: null });
    expect(left.links.current(right.identity.peerId)).toBe(session);
  });

  it('take the place of an older process with the same keys, which then stays away', async () => {
    const [left] = await pairOfDevices();
    const again = deviceAt({ url: relay.url }, { identity: left.identity });
    devices.push(again);
    again.client.start();
    await online(again.client);
    await expect.poll(() => left.client.status).toMatchObject({ state: 'failed', problem: 'relay.replaced' });
  });

  it('move bulk through both ciphers and the relay', async () => {
    const total = 64 * 1024 * 1024;
    let received = 0;
    const done = new Promise<void>((resolve) => {
      const make = (onStream: (stream: IncomingStream) => void): TestDevice =>
        deviceAt({ url: relay.url }, { onStream });
      devices.push(
        make(() => undefined),
        make((offer) => {
          const stream = offer.accept();
          void (async (): Promise<void> => {
            for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) received += bytes.length;
            resolve();
          })();
        }),
      );
    });
    const [left, right] = devices;
    if (left === undefined || right === undefined) throw new Error('two devices');
    pair(left, right);
    for (const device of [left, right]) {
      device.client.start();
      await online(device.client);
    }
    await enrol(left, right);
    const session = await left.links.session(right.identity.peerId);
    const stream = session.open('file', null);
    const started = performance.now();
    for (let sent = 0; sent < total; sent += 256 * 1024) await stream.write(new Uint8Array(256 * 1024));
    await stream.end();
    await done;
    const seconds = (performance.now() - started) / 1000;
    console.info(`end to end, all in one process: ${Math.round(total / 1024 / 1024 / seconds)} MiB/s`);
    expect(received).toBe(total);
  });
});
