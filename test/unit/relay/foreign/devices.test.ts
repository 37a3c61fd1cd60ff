import { beforeEach, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import { parseToDevice } from '#shared/foreign/index.ts';
import { peerIdFromBytes } from '#shared/identity/index.ts';
import { InstanceConnection, InstanceConnections } from '#relay/foreign/connections.ts';
import type { ForeignContext } from '#relay/foreign/context.ts';
import { DeviceMessages } from '#relay/foreign/devices.ts';
import type { Flights } from '#relay/foreign/flights.ts';
import { createKey } from '#relay/foreign/instance-keys.ts';
import { Sealer } from '#relay/keys/index.ts';
import { FakeClock } from '#test/support/fake-clock.ts';

const DEVICE = peerIdFromBytes(new Uint8Array(32).fill(7));

let clock: FakeClock;
let connections: InstanceConnections;
let devices: DeviceMessages;
let sealer: Sealer;
let isBusy: boolean;
let told: string[];
beforeEach(() => {
  clock = new FakeClock();
  connections = new InstanceConnections();
  sealer = new Sealer(nativeBackend, new Uint8Array(32));
  [isBusy, told] = [false, []];
  const hub: ForeignContext['hub'] = {
    hasDevice: () => true,
    onlineIn: () => [DEVICE],
    sendFromInstance: (instance, _project, _to, body) => {
      if (isBusy) return 'busy';
      const message = parseToDevice(body);
      told.push(`${instance} ${message.type === 'presence' && message.online ? 'came' : 'left'}`);
      return 'sent';
    },
  };
  const context = { hub, clock, crypto: nativeBackend, sealer } as unknown as ForeignContext;
  devices = new DeviceMessages(context, connections, undefined as unknown as Flights);
});

const connect = (id: string, project: string): InstanceConnection => {
  const { sealed } = createKey(nativeBackend, sealer, id);
  const row = { id, project, name: id, sealed, public_key: null, last_heard: null, created_at: clock.now() };
  const facts = { row, session: '', agents: undefined, reportedName: undefined, publicKey: null };
  const connection = new InstanceConnection({ sendJson: () => true, close: () => undefined } as never, facts);
  connections.add(connection);
  return connection;
};

it('tells a device of all its projects, whatever came in the meantime', async () => {
  connect('one', 'first');
  connect('two', 'second');
  devices.devicesChanged(['first'], DEVICE);
  devices.devicesChanged(['second'], DEVICE);
  await clock.advance(60_000);
  expect(told).toEqual(['one came', 'two came']);
  expect(clock.pending).toBe(0);
});

it('tells a device that read too slowly of what came and of what left', async () => {
  const one = connect('one', 'first');
  const two = connect('two', 'second');
  isBusy = true;
  devices.announce(one, true);
  connections.remove(two);
  devices.announce(two, false);
  await clock.advance(2000);
  expect(told).toEqual([]);
  isBusy = false;
  await clock.advance(2000);
  expect(told.toSorted()).toEqual(['one came', 'two left']);
});

it('does not say that an instance has left that is connected again', async () => {
  const one = connect('one', 'first');
  isBusy = true;
  connections.remove(one);
  devices.announce(one, false);
  const again = connect('one', 'first');
  isBusy = false;
  devices.announce(again, true);
  await clock.advance(60_000);
  expect(told).toEqual(['one came']);
});
