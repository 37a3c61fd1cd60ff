import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { basename } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { listenTcp, type TcpListener } from '#node/forwarding/index.ts';
import {
  listenersIn,
  listeningPorts,
  portsInLsof,
  portsInNetstat,
} from '../../../src-node/forwarding/listening-ports.ts';
import { inodesIn, portOwner, programIn } from '../../../src-node/forwarding/port-owner.ts';
import { codeOf } from '#test/support/hostile/device.ts';

const listeners: TcpListener[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const listener of listeners.splice(0)) await listener.close();
});

async function listen(host: string, port = 0, formerPort = 0): Promise<TcpListener> {
  const listener = await listenTcp({ host, port, formerPort, onConnection: (socket) => void sockets.push(socket) });
  listeners.push(listener);
  return listener;
}

test('a port is opened at the address that was named, and nowhere else', async () => {
  const v4 = await listen('localhost');
  expect(v4.address).toBe(`127.0.0.1:${v4.port}`);
  const v6 = await listen('::1');
  expect(v6.address).toBe(`[::1]:${v6.port}`);
  const other = connect(v4.port, '127.0.0.2');
  expect(await once(other, 'error')).toMatchObject([{ code: 'ECONNREFUSED' }]);
});

test('a connection comes paused and may be half open', async () => {
  const { port } = await listen('127.0.0.1');
  const client = connect(port, '127.0.0.1');
  sockets.push(client);
  await once(client, 'connect');
  client.end('all');
  await expect.poll(() => sockets.length).toBe(2);
  const [, accepted] = sockets;
  expect(accepted?.isPaused()).toBe(true);
  expect(accepted?.allowHalfOpen).toBe(true);
});

test('of a port in use, one is named that would work', async () => {
  const { port } = await listen('127.0.0.1');
  const error: unknown = await listen('127.0.0.1', port).catch((cause: unknown) => cause);
  expect(error).toMatchObject({ code: 'forward.port-in-use', details: { port } });
  const { free } = (error as { details: { free: number } }).details;
  expect((await listen('127.0.0.1', free)).port).toBe(free);
});

test('the program that holds a port is named to its person, and to no peer', async () => {
  const script =
    "require('net').createServer().listen(0, '127.0.0.1', function () { console.log(this.address().port) })";
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [printed] = (await once(child.stdout, 'data')) as [Buffer];
    const port = Number(printed.toString().trim());
    const taken = async (namesOwner: boolean): Promise<unknown> =>
      await listenTcp({ host: '127.0.0.1', port, namesOwner, onConnection: () => undefined }).catch(
        (cause: unknown) => (cause as { details: unknown }).details,
      );
    const isLinux = process.platform === 'linux';
    expect(await taken(true)).toMatchObject({ port, ...(isLinux ? { owner: basename(process.execPath) } : {}) });
    expect(await taken(false)).not.toHaveProperty('owner');
    const own = await listen('127.0.0.1');
    expect(await portOwner('tcp', own.port)).toBe(isLinux ? 'ClawReach' : undefined);
    expect(await portOwner('tcp', own.port, 'win32')).toBeUndefined();
    const open = await listeningPorts();
    const held = [
      { port, program: basename(process.execPath) },
      { port: own.port, program: 'ClawReach' },
    ];
    expect(isLinux ? open : held).toEqual(expect.arrayContaining(held));
    expect(open.map((one) => one.port)).toEqual(open.map((one) => one.port).toSorted((a, b) => a - b));
  } finally {
    child.kill();
  }
});

test('the tables and programs of a system are read as what they are', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:170C 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1',
    '   1: 0100007F:170C 0100007F:A0B0 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1',
    '   2: 0100007F:170D 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 0 1',
    ' junk 170C',
  ].join('\n');
  expect(inodesIn(table, 'tcp', 5900)).toEqual(['4711']);
  expect(inodesIn(table, 'udp', 5900)).toEqual(['4711', '4712']);
  expect(inodesIn(table, 'tcp', 5901)).toEqual([]);
  expect(programIn('p812\ncvncserver\nf4\n')).toBe('vncserver');
  expect(programIn(`p812\nc\u001b[31m\u202e${'x'.repeat(99)}`)).toBe(`31m${'x'.repeat(61)}`);
  expect(programIn('')).toBeUndefined();
});

test('the ports on which programs listen are read from what each system prints', () => {
  const table = [
    '   0: 0100007F:170C 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1',
    '   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4712 1',
    '   2: 0100007F:170D 0100007F:A0B0 01 00000000:00000000 00:00000000 00000000  1000        0 4713 1',
    '   3: 0E14A8C0:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4714 1',
    '   4: 3500007F:0035 00000000:0000 0A 00000000:00000000 00:00000000 00000000   101        0 4715 1',
    '   5: 00000000000000000000000001000000:0277 0:0000 0A 0:0 00:0 0     0        0 4716 1',
    '   6: 0000000000000000FFFF00000100007F:1F90 0:0000 0A 0:0 00:0 0     0        0 4717 1',
  ].join('\n');
  expect(listenersIn(table).map(({ port, holder }) => [port, holder])).toEqual([
    [5900, '4711'],
    [22, '4712'],
    [631, '4716'],
    [8080, '4717'],
  ]);
  const lsof = 'p812\ncvncserver\nf4\nn127.0.0.1:5900\nf5\nn[::1]:5900\nn192.168.20.14:80\np9\ncnode\nf3\nn*:3000\n';
  expect(portsInLsof(lsof)).toEqual([
    { port: 3000, program: 'node' },
    { port: 5900, program: 'vncserver' },
  ]);
  const netstat = [
    'Aktive Verbindungen',
    '  TCP    0.0.0.0:3389           0.0.0.0:0              ABHÖREN         1044',
    '  TCP    127.0.0.1:8080         127.0.0.1:50110        HERGESTELLT     77',
    '  TCP    [::]:5432              [::]:0                 ABHÖREN         4711',
    '  TCP    192.168.20.14:139      0.0.0.0:0              ABHÖREN         4',
  ].join('\r\n');
  expect(portsInNetstat(netstat, '"postgres.exe","4711","Services","0","18.204 K"\r\n')).toEqual([
    { port: 3389 },
    { port: 5432, program: 'postgres' },
  ]);
});

test('a free port is the former one again, unless that is taken', async () => {
  const first = await listen('127.0.0.1');
  await first.close();
  const again = await listen('127.0.0.1', 0, first.port);
  expect(again.port).toBe(first.port);
  expect((await listen('127.0.0.1', 0, first.port)).port).not.toBe(first.port);
});

test('what is no address of this machine is said to be none', async () => {
  for (const host of ['192.0.2.77', 'example.test', '256.1.1.1', '2001:db8::77'])
    expect(await codeOf(listen(host))).toBe('forward.address');
});

test('a port that is closed is free at once, while its connections go on', async () => {
  const listener = await listen('127.0.0.1');
  const client = connect(listener.port, '127.0.0.1');
  sockets.push(client);
  await once(client, 'connect');
  await expect.poll(() => sockets.length).toBe(2);
  await listener.close();
  await listen('127.0.0.1', listener.port);
  sockets[1]?.end('still there');
  const [text] = (await once(client, 'data')) as [Buffer];
  expect(text.toString()).toBe('still there');
});
