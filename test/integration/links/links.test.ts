import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningRelay } from '#relay/index.ts';
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
});
