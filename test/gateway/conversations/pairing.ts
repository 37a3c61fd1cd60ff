import { RawDevice, type RawConnect } from '#test/support/gateway/index.ts';
import { ask, attempt, connected, owner, type Conversation } from './place.ts';

/** Both stages of a node, an operator that wants more, and what a person may answer. */
export const pairing: Conversation = async (place, note) => {
  const by = await owner(place);
  const device = new RawDevice();
  const options: RawConnect = {
    role: 'node',
    device,
    auth: { token: place.token },
    client: { displayName: 'Shed' },
    caps: ['system'],
    commands: ['system.which', 'tray.hello'],
  };
  note('not paired', await attempt(place, options));
  const requested = await by.event('device.pair.requested', (payload) => payload['deviceId'] === device.id);
  note('the request', requested);
  const again = await attempt(place, options);
  note(
    'the same request again',
    (again['error'] as { details?: { requestId?: string } }).details?.requestId === requested['requestId'],
  );
  note('with version 2 of the signature', await attempt(place, { ...options, payloadVersion: 2 }));
  note('an unknown request', await by.request('device.pair.approve', { requestId: 'nope' }));
  const approved = await ask(by, 'device.pair.approve', { requestId: requested['requestId'] });
  note('approved', approved);
  note('resolved', await by.event('device.pair.resolved', (payload) => payload['deviceId'] === device.id));
  note('approved twice', await by.request('device.pair.approve', { requestId: requested['requestId'] }));

  const node = await connected(place, options);
  const surface = await by.event('node.pair.requested', (payload) => payload['nodeId'] === device.id);
  note('the surface', surface);
  note('a pending node', await ask(by, 'node.describe', { nodeId: device.id }));
  note(
    'too early',
    await by.request('node.invoke', {
      nodeId: device.id,
      command: 'system.which',
      params: { bins: [] },
      idempotencyKey: 'early',
    }),
  );
  const stats = JSON.stringify({ cpuCount: 2, memoryTotalBytes: 1000, memoryFreeBytes: 500 });
  note('an event too early', await node.request('node.event', { event: 'node.host.stats', payloadJSON: stats }));
  note('inventory too early', await node.request('node.runnerInventory.update', { protocolFeatures: [] }));
  note('surface approved', await by.request('node.pair.approve', { requestId: surface['requestId'] }));
  note('surface resolved', await by.event('node.pair.resolved', (payload) => payload['nodeId'] === device.id));
  note('told to the node', await node.event('node.pair.resolved'));
  note('inventory', await node.request('node.runnerInventory.update', { protocolFeatures: [] }));
  note('a node', await ask(by, 'node.describe', { nodeId: device.id }));
  note("an operator's method", await node.request('device.pair.list'));
  const list = (await ask(by, 'device.pair.list'))['paired'] as readonly Record<string, unknown>[];
  const nodes = (await ask(by, 'node.pair.list'))['paired'] as readonly Record<string, unknown>[];
  note(
    'a paired node',
    nodes.find((one) => one['nodeId'] === device.id),
  );
  note(
    'a device',
    list.find((one) => one['deviceId'] === device.id),
  );
  note('renamed', await by.request('device.pair.rename', { deviceId: device.id, label: 'Garden' }));
  note('node renamed', await by.request('node.rename', { nodeId: device.id, displayName: 'Barn' }));
  await node.close();

  note(
    'other metadata',
    await attempt(place, { ...options, client: { ...options.client, platform: 'windows', deviceFamily: 'Windows' } }),
  );
  note(
    'another role',
    await attempt(place, { role: 'operator', device, auth: { token: place.token }, scopes: ['operator.read'] }),
  );

  const operator = new RawDevice();
  const reader: RawConnect = {
    role: 'operator',
    device: operator,
    auth: { token: place.token },
    scopes: ['operator.read'],
  };
  await attempt(place, reader);
  const wish = await by.event('device.pair.requested', (payload) => payload['deviceId'] === operator.id);
  note('rejected', await by.request('device.pair.reject', { requestId: wish['requestId'] }));
  note('rejection told', await by.event('device.pair.resolved', (payload) => payload['deviceId'] === operator.id));
  await attempt(place, reader);
  const second = await by.event(
    'device.pair.requested',
    (payload) => payload['deviceId'] === operator.id && payload['requestId'] !== wish['requestId'],
  );
  await ask(by, 'device.pair.approve', { requestId: second['requestId'] });
  const live = await connected(place, reader);
  note('without the scope', await live.request('device.pair.list'));
  note('its presence', (await ask(live, 'system-presence')) !== undefined);
  await live.close();
  note('more scopes', await attempt(place, { ...reader, scopes: ['operator.read', 'operator.admin'] }));
  await by.close();
};
