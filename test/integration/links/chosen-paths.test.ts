import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { DirectTransport, IncomingPath } from '#agent/direct/index.ts';
import type { PathMode } from '#shared/app-api/index.ts';
import type { ByteChannel } from '#shared/link/index.ts';
import { codeOf, pairDevices } from '#test/support/hostile/device.ts';
import { kill, startMachine, type Machine } from '#test/support/hostile/machine.ts';
import { until } from '#test/support/e2e/until.ts';
import { runRelay } from '#test/support/relay-clients.ts';

const cleanUps: (() => unknown)[] = [];
/** Bytes that each machine has sent over direct connections, by its name. */
const direct = new Map<string, number>();
let relayPort = 0;
let laptop: Machine;
let hop: Machine;
let target: Machine;

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

beforeEach(async () => {
  direct.clear();
  const { relay, dispose } = await runRelay();
  cleanUps.push(dispose);
  relayPort = relay.port;
  const make = async (name: string): Promise<Machine> => {
    const machine = await startMachine(name);
    cleanUps.push(() => kill(machine));
    countDirect(name, machine.transport);
    await machine.device.start();
    await machine.device.configure(relay.url);
    return machine;
  };
  [laptop, hop, target] = [await make('laptop'), await make('hop'), await make('target')];
  await pairDevices(hop.device, laptop.device, { allow: ['relay'] });
  await pairDevices(hop.device, target.device, { allow: ['relay'] });
  await pairDevices(target.device, laptop.device, { allow: ['forward'] });
});

/** Counts what leaves by that transport, handshakes included. */
function countDirect(name: string, transport: DirectTransport): void {
  const count = (length: number): void => void direct.set(name, (direct.get(name) ?? 0) + length);
  const counted = (channel: ByteChannel): ByteChannel => {
    const write = channel.write.bind(channel);
    channel.write = (pieces) => {
      count(pieces.reduce((sum, { length }) => sum + length, 0));
      return write(pieces);
    };
    return channel;
  };
  const dial = transport.dial.bind(transport);
  transport.dial = async (address, message1, signal) => {
    // The hop is not the peer that the choice is about.
    const isEnd = [laptop, target].some((end) => address.endsWith(`:${end?.transport.port}`));
    if (isEnd) count(message1.length);
    const { message2, channel } = await dial(address, message1, signal);
    return { message2, channel: isEnd ? counted(channel) : channel };
  };
  const listener = transport.onIncoming;
  transport.onIncoming = (incoming: IncomingPath) =>
    listener?.({
      ...incoming,
      accept: (message2) => {
        count(message2.length);
        return counted(incoming.accept(message2));
      },
      drop: () => incoming.drop(),
    });
}

/** All bytes that the relay has carried between devices. */
async function relayed(): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${relayPort}/metrics`)).text();
  const values = [...text.matchAll(/^clawreach_relay_(?:link|early)_bytes_total (\d+)$/gmu)].map(([, value]) => value);
  expect(values).toHaveLength(2);
  return values.reduce((sum, value) => sum + Number(value), 0);
}

async function choose(at: Machine, peer: string, mode: PathMode, ...via: readonly string[]): Promise<void> {
  await at.device.api.call('peers.setPathMode', { peer, mode, ...(via.length === 0 ? {} : { via: [...via] }) });
}

const pingCode = (at: Machine, peer: string): Promise<string> => codeOf(at.device.api.call('peers.ping', { peer }));

/** A connection through a rule of the laptop to a server behind the target, which says something all the time. */
async function openTicks(): Promise<() => number> {
  const server = createServer((socket) => {
    const timer = setInterval(() => socket.write('tick'), 20);
    socket.on('error', () => undefined);
    socket.on('close', () => clearInterval(timer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(() => server.close());
  const { address } = await laptop.device.api.call('forwards.add', {
    rule: {
      kind: 'tcp-bridge',
      name: 'ticks',
      enabled: true,
      peer: target.device.peerId,
      direction: 'local',
      listen: { host: '127.0.0.1', port: 0 },
      to: { host: 'localhost', port: (server.address() as AddressInfo).port },
    },
  });
  const socket = connect(Number(/:(\d+)$/u.exec(address ?? '')?.[1]), '127.0.0.1');
  cleanUps.push(() => socket.destroy());
  let bytes = 0;
  socket.on('data', ({ length }) => (bytes += length));
  return () => bytes;
}

it('a chain whose hop is killed carries nothing over the relay or directly, however often the other side dials, and goes on when the hop is back [S-LINK-16]', async () => {
  await choose(laptop, 'target', 'auto', 'hop');
  const received = await openTicks();
  await expect.poll(received, { timeout: 20_000 }).toBeGreaterThan(100);
  await kill(hop);
  await expect.poll(async () => (await laptop.device.peer(hop.device))?.linked).toBe(false);
  const before = [await relayed(), direct.get('laptop')];
  const refused = laptop.device.refusals.length;
  // The target has lost its path, and tries every way that it has.
  await until('the target to be refused', async () => {
    expect([await relayed(), direct.get('laptop')]).toEqual(before);
    return laptop.device.refusals.length - refused > 3 ? true : undefined;
  });
  expect(new Set(laptop.device.refusals.slice(refused))).toEqual(new Set(['link.mode']));
  expect([await relayed(), direct.get('laptop')]).toEqual(before);
  const rule = async (): Promise<unknown> => (await laptop.device.api.call('forwards.list', {}))[0];
  await expect
    .poll(rule, { timeout: 20_000 })
    .toMatchObject({ state: 'waiting', problem: { details: { reason: 'via.hop-lost', hop: 'hop', peer: 'target' } } });
  expect([await relayed(), direct.get('laptop')]).toEqual(before);

  const had = received();
  const again = await startMachine('hop', hop.device.disk);
  cleanUps.push(() => kill(again));
  again.device.agent.start();
  await expect.poll(received, { timeout: 40_000 }).toBeGreaterThan(had + 100);
  expect(await laptop.device.peer(target.device)).toMatchObject({ path: 'via', link: { via: 'hop' } });
  await expect.poll(rule).toMatchObject({ state: 'ready', problem: null });
}, 120_000);

it('direct only and relay only between the same two: neither sends a byte by the other’s kind of path, both say why, and one change is enough [S-LINK-16]', async () => {
  expect(await pingCode(laptop, 'target')).toBe('no error');
  await choose(laptop, 'target', 'direct-only');
  await choose(target, 'laptop', 'relay-only');
  const before = [await relayed(), direct.get('target')];
  await until('both to say why', async () => {
    const codes = [await pingCode(laptop, 'target'), await pingCode(target, 'laptop')];
    expect([await relayed(), direct.get('target')]).toEqual(before);
    return codes.join(' ') === 'link.peer-by-relay link.peer-directly' ? true : undefined;
  });

  await choose(target, 'laptop', 'auto');
  await expect.poll(() => pingCode(laptop, 'target'), { timeout: 40_000 }).toBe('no error');
  expect(await laptop.device.peer(target.device)).toMatchObject({ path: 'direct' });
  expect(await relayed()).toBe(before[0]);
}, 120_000);
