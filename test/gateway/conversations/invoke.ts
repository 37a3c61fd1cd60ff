import { RawDevice, type RawClient, type RawConnect } from '#test/support/gateway/index.ts';
import { ask, connected, owner, paired, type Conversation } from './place.ts';

/** Commands to a node, and everything that can come of them. */
export const invoke: Conversation = async (place, note) => {
  const by = await owner(place);
  const device = new RawDevice();
  const options: RawConnect = {
    role: 'node',
    device,
    auth: { token: place.token },
    caps: ['system'],
    commands: ['system.which', 'system.run'],
  };
  await paired(place, by, options);
  const call = (command: string, more: object = {}): ReturnType<RawClient['request']> =>
    by.request('node.invoke', { nodeId: device.id, command, idempotencyKey: crypto.randomUUID(), ...more });
  note('never seen', await call('system.which', { params: { bins: ['sh'] } }));
  const node = await connected(place, options);
  const surface = await by.event('node.pair.requested', (payload) => payload['nodeId'] === device.id);
  await ask(by, 'node.pair.approve', { requestId: surface['requestId'] });

  const found = call('system.which', { params: { bins: ['sh'] }, timeoutMs: 20_000 });
  const request = await node.event('node.invoke.request');
  note('the request', { ...request, timeoutMs: typeof request['timeoutMs'] });
  const result = { id: request['id'], nodeId: device.id, ok: true, payloadJSON: '{"bins":{"sh":"/bin/sh"}}' };
  note('result taken', await node.request('node.invoke.result', result));
  note('result', await found);
  note('result twice', await node.request('node.invoke.result', result));

  const denied = call('system.run', { params: { command: ['id'] } });
  const run = await node.event('node.invoke.request', (payload) => payload['command'] === 'system.run');
  await node.request('node.invoke.result', {
    id: run['id'],
    nodeId: device.id,
    ok: false,
    error: { code: 'SYSTEM_RUN_DENIED', message: 'denied' },
  });
  note('denied by the node', await denied);
  note('not declared', await call('system.notify', { params: { title: 'x', body: 'y' } }));
  note('own command', await call('tray.hello'));
  note('policy document', await call('system.execApprovals.get'));
  note('no key', await by.request('node.invoke', { nodeId: device.id, command: 'system.which' }));
  note(
    'unknown node',
    await by.request('node.invoke', { nodeId: 'nobody', command: 'system.which', idempotencyKey: 'k' }),
  );

  const sleep = (timeoutMs: number) => call('system.run', { params: { command: ['sleep'] }, timeoutMs });
  const isPassedOn = (): boolean => node.events.some(({ payload }) => JSON.stringify(payload).includes('sleep'));
  let timedOut = await sleep(1_000);
  // A gateway that is busy has not passed it on when so short a time is over: then there is nothing to call off, and it gets a longer one.
  for (let time = 4_000; time <= 64_000 && !isPassedOn(); time *= 4) timedOut = await sleep(time);
  note('timed out', timedOut);
  note('cancelled', await node.event('node.invoke.cancel'));
  note(
    'an event',
    await node.request('node.event', {
      event: 'node.host.stats',
      payloadJSON: JSON.stringify({ cpuCount: 2, memoryTotalBytes: 1000, memoryFreeBytes: 500 }),
    }),
  );
  note('statistics', await by.event('node.hostStats', (payload) => payload['nodeId'] === device.id));
  note('pending pull', await node.request('node.pending.pull', {}));

  const lost = call('system.run', { params: { command: ['lost'] } });
  await node.event('node.invoke.request', (payload) => String(payload['paramsJSON']).includes('lost'));
  await node.close();
  note('disconnected', await lost);
  note('offline', await call('system.which', { params: { bins: ['sh'] } }));
  await by.close();
};
