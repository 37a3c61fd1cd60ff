import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { basename } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { listenTcp, type TcpListener } from '#node/forwarding/index.ts';
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
