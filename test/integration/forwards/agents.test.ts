import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import type { RunningRelay } from '#relay/index.ts';
import { startRelay } from '#relay/index.ts';
import type { ForwardView } from '#shared/app-api/index.ts';
import { pairDevices, TestDevice, type DeviceDisk } from '#test/support/hostile/device.ts';
import { bridgeRule, httpRule, portOf, Servers, socksRule } from '#test/support/forwards/rule-side.ts';

const run = promisify(execFile);

let directory: string;
let relay: RunningRelay;
let office: TestDevice;
let laptop: TestDevice;
let servers: Servers;
const web: Server[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'clawreach-forwards-'));
  servers = new Servers();
  relay = await start(0);
  office = await device('office');
  laptop = await device('laptop');
  office.agent.start();
  laptop.agent.start();
  await office.configure(relay.url);
  await laptop.configure(relay.url);
  await pairDevices(office, laptop, { allow: ['forward'] });
});

afterEach(async () => {
  await laptop.close();
  await office.close();
  await relay.close({ drain: 0 });
  await servers.close();
  for (const server of web.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  await rm(directory, { recursive: true, force: true });
});

function start(port: number): Promise<RunningRelay> {
  return startRelay({
    dataDirectory: join(directory, 'relay'),
    listen: { host: '127.0.0.1', port },
    tls: { mode: 'off' },
    admission: 'open',
    drainTimeout: 0,
  });
}

function device(name: string, disk?: DeviceDisk): Promise<TestDevice> {
  const dialer = createRelayDialer({ clock: systemClock });
  return TestDevice.create({ name, dialer, ...(disk === undefined ? {} : { disk }) });
}

async function serveHttp(body: (name: string) => Buffer): Promise<number> {
  const server = createServer((request, response) => response.end(body(request.url ?? '')));
  web.push(server);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function curl(...args: readonly string[]): Promise<string> {
  const { stdout } = await run('curl', ['--silent', '--show-error', '--max-time', '50', ...args]);
  return stdout;
}

async function only(): Promise<ForwardView> {
  const [view] = await laptop.api.call('forwards.list', {});
  if (view === undefined) throw new Error('there is no rule');
  return view;
}

test('curl goes through real agents and a real relay by SOCKS 5, by CONNECT and by absolute form', async () => {
  const port = await serveHttp((name) => Buffer.from(`hello ${name}`));
  const socks = await laptop.api.call('forwards.add', { rule: socksRule({ name: 'a', peer: office.peerId }) });
  const http = await laptop.api.call('forwards.add', { rule: httpRule({ name: 'b', peer: office.peerId }) });
  const url = `http://localhost:${port}`;
  expect(await curl('--proxy', socks.url ?? '', `${url}/socks`)).toBe('hello /socks');
  expect(await curl('--proxy', http.url ?? '', `${url}/absolute`)).toBe('hello /absolute');
  expect(await curl('--proxy', http.url ?? '', '--proxytunnel', `${url}/connect`)).toBe('hello /connect');
  expect((await office.audit('forward.opened')).length).toBeGreaterThan(0);
});

test('a device learns the ports and programs of a peer that lets it forward, and of no other [S-FWD-11]', async () => {
  const port = await serveHttp(() => Buffer.alloc(0));
  const { ports } = await laptop.api.call('forwards.ports', { peer: 'office' });
  const own = { port, program: 'ClawReach' };
  expect(process.platform === 'linux' ? ports : [own]).toContainEqual(own);
  expect(await office.api.call('forwards.ports', { peer: 'laptop' })).toEqual({ ports: null });
  const change = { peer: 'laptop', right: 'forward', expiresAt: null } as const;
  for (const decision of ['ask', 'deny'] as const) {
    await office.api.call('rights.set', { ...change, decision });
    expect(await laptop.api.call('forwards.ports', { peer: 'office' })).toEqual({ ports: null });
  }
  expect(await office.api.call('approvals.list', {})).toEqual([]);
});

test('a port is checked before a forward uses it: one that a program holds is named, with a free one', async () => {
  const port = await serveHttp(() => Buffer.alloc(0));
  const check = (wanted: number, protocol: 'tcp' | 'udp') =>
    laptop.api.call('forwards.checkPort', { host: '127.0.0.1', port: wanted, protocol });
  const { problem } = await check(port, 'tcp');
  expect(problem).toMatchObject({ code: 'forward.port-in-use', details: { port } });
  const free = Number(problem?.details['free']);
  expect(free).toBeGreaterThan(0);
  expect(await check(free, 'tcp')).toEqual({ problem: null });
  // Another protocol has ports of its own, and the check holds none.
  expect(await check(port, 'udp')).toEqual({ problem: null });
  const added = await laptop.api.call('forwards.add', {
    rule: socksRule({ peer: office.peerId, listen: { host: '127.0.0.1', port: free } }),
  });
  expect(added.state).toBe('ready');
  expect(await laptop.api.call('forwards.checkPort', { host: '192.0.2.1', port: free, protocol: 'tcp' })).toMatchObject(
    {
      problem: { code: 'forward.address' },
    },
  );
});

test('a folder that the agent has checked is served on a port of the peer, by one forward', async () => {
  const check = async (path: string) => (await laptop.api.call('forwards.checkFolder', { path })).problem;
  expect(await check(join(directory, 'nowhere'))).toMatchObject({ code: 'folder.missing' });
  const folder = join(directory, 'photos');
  await mkdir(folder);
  await writeFile(join(folder, 'a.txt'), 'hello');
  expect(await check(folder)).toBeNull();
  const listen = { host: '127.0.0.1', port: 0 };
  const rule = {
    kind: 'folder',
    name: 'photos for office',
    enabled: true,
    peer: office.peerId,
    listen,
    path: folder,
  } as const;
  const { id, state, problem } = await laptop.api.call('forwards.add', { rule });
  // Nothing is said to fail while the port is being opened.
  expect([state, problem]).toEqual(['waiting', null]);
  await vi.waitUntil(async () => (await only()).state === 'ready', { timeout: 20_000, interval: 20 });
  const url = `http://127.0.0.1:${portOf(await only())}/a.txt`;
  expect(await curl(url)).toBe('hello');
  expect(await laptop.api.call('forwards.list', {})).toHaveLength(1);
  await laptop.api.call('forwards.remove', { id });
  await expect(curl(url)).rejects.toThrow('curl');
});

test('a download goes on where it was when the relay is killed and started again', async () => {
  const body = Buffer.alloc(48 * 1024 * 1024);
  for (let at = 0; at < body.length; at += 4) body.writeUInt32LE((at * 2_654_435_761) >>> 0, at);
  const port = await serveHttp(() => body);
  const { url } = await laptop.api.call('forwards.add', { rule: socksRule({ peer: office.peerId }) });
  const file = join(directory, 'download');
  const download = curl('--proxy', url ?? '', '--limit-rate', '16M', '--output', file, `http://127.0.0.1:${port}/`);
  await vi.waitUntil(async () => (await only()).bytesIn > 8 * 1024 * 1024, { timeout: 20_000, interval: 20 });
  const { port: relayPort } = relay;
  await relay.close({ drain: 0 });
  relay = await start(relayPort);
  await download;
  const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
  expect(digest(await readFile(file))).toBe(digest(body));
  expect(await only()).toMatchObject({ state: 'ready', problem: null, total: 1 });
});

test('rules and their ports are there again after the agent was restarted', async () => {
  const port = await servers.listen((socket) => socket.pipe(socket));
  const probe = await laptop.api.call('forwards.add', {
    rule: socksRule({ name: 'probe', peer: office.peerId }),
  });
  const listen = { host: '127.0.0.1', port: portOf(probe) };
  await laptop.api.call('forwards.remove', { id: probe.id });
  const rule = bridgeRule(port, { listen, peer: office.peerId });
  const { id } = await laptop.api.call('forwards.add', { rule });
  await laptop.close();
  laptop = await device('laptop', laptop.disk);
  await laptop.start();
  await vi.waitUntil(async () => (await only()).state === 'ready', { timeout: 30_000, interval: 20 });
  expect(await only()).toMatchObject({ id, address: `127.0.0.1:${listen.port}`, rule });
  const client = connect(listen.port, '127.0.0.1');
  client.write('echo');
  const [piece] = (await new Promise<Buffer[]>((resolve) => {
    client.once('data', (bytes) => resolve([bytes]));
  })) as [Buffer];
  expect(piece.toString()).toBe('echo');
  client.destroy();
});

test('a port at the peer is open again after the peer was restarted', async () => {
  const port = await servers.listen((socket) => socket.pipe(socket));
  const rule = bridgeRule(port, { direction: 'remote', peer: office.peerId });
  await laptop.api.call('forwards.add', { rule });
  await vi.waitUntil(async () => (await only()).state === 'ready', { timeout: 30_000, interval: 20 });
  await office.close();
  await vi.waitUntil(async () => (await only()).state === 'waiting', { timeout: 30_000, interval: 20 });
  expect((await only()).address).toBeNull();
  office = await device('office', office.disk);
  await office.start();
  await vi.waitUntil(async () => (await only()).state === 'ready', { timeout: 30_000, interval: 50 });
  const client = connect(portOf(await only()), '127.0.0.1');
  client.write('echo');
  const echoed = await new Promise<Buffer>((resolve) => {
    client.once('data', resolve);
  });
  expect(echoed.toString()).toBe('echo');
  client.destroy();
});

test('what a peer does not allow is said on the rule in words, with the next step', async () => {
  await office.api.call('rights.set', { peer: laptop.peerId, right: 'forward', decision: 'deny', expiresAt: null });
  const { url } = await laptop.api.call('forwards.add', { rule: socksRule({ peer: office.peerId }) });
  await expect(curl('--proxy', url ?? '', 'http://127.0.0.1:9/')).rejects.toMatchObject({ code: 97 });
  expect(await only()).toMatchObject({ problem: { code: 'forward.denied', details: { peer: 'office' } } });
});

test('a client whose peer is away waits for it, and goes on when it comes', async () => {
  const port = await serveHttp(() => Buffer.from('there'));
  const { url } = await laptop.api.call('forwards.add', { rule: socksRule({ peer: office.peerId }) });
  await office.close();
  const answer = curl('--proxy', url ?? '', `http://127.0.0.1:${port}/`);
  answer.catch(() => undefined);
  await vi.waitUntil(async () => (await laptop.peer(office))?.online === false, { timeout: 30_000, interval: 20 });
  office = await device('office', office.disk);
  await office.start();
  expect(await answer).toBe('there');
});

test('ten thousand short connections leave no descriptor, no stream and no connection behind [S-FWD-9]', async () => {
  const port = await servers.listen((socket) => {
    socket.resume();
    socket.end('short');
  });
  const view = await laptop.api.call('forwards.add', { rule: bridgeRule(port, { peer: office.peerId }) });
  const local = portOf(view);
  const short = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const client = connect(local, '127.0.0.1');
      let text = '';
      client.on('data', (bytes) => {
        text += bytes.toString();
      });
      client.once('error', reject);
      client.once('close', () => resolve(text));
    });
  const descriptors = async (): Promise<number> => (await readdir('/proc/self/fd')).length;
  expect(await short()).toBe('short');
  const before = await descriptors();
  const texts = new Set<string>();
  for (let round = 0; round < 200; round += 1)
    for (const text of await Promise.all(Array.from({ length: 50 }, short))) texts.add(text);
  expect(texts).toEqual(new Set(['short']));
  await vi.waitUntil(async () => (await only()).connections === 0, { timeout: 30_000, interval: 20 });
  await vi.waitUntil(async () => (await descriptors()) <= before + 2, { timeout: 30_000, interval: 50 });
  expect(await only()).toMatchObject({ total: 10_001, problem: null, state: 'ready' });
  expect(await laptop.api.call('forwards.connections', {})).toEqual([]);
  expect(await office.api.call('forwards.connections', {})).toEqual([]);
}, 180_000);
