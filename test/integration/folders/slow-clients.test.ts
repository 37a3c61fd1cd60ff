import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FolderServer, SharedFolder } from '#agent/forwards/folders/index.ts';
import { systemClock } from '#node/clock/index.ts';

let folder: string;
let listener: Server;
let server: FolderServer;
const clients: Socket[] = [];
/** The same connections, at the server. */
const accepted: Socket[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'clawreach-slow-'));
  writeFileSync(join(folder, 'big.bin'), Buffer.alloc(64 * 1024 * 1024));
  server = new FolderServer({
    clock: systemClock,
    folder: await SharedFolder.open(folder, []),
    hosts: [],
    limits: { headTime: 1000, idle: 2000, stall: 1500, connections: 3 },
    onProblem: () => undefined,
  });
  listener = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    accepted.push(socket);
    socket.on('error', () => undefined);
    server.serve(socket, { in: () => undefined, out: () => undefined }, () => socket.bytesRead);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
});

afterEach(() => {
  accepted.splice(0);
  for (const client of clients.splice(0)) client.destroy();
  listener.close();
  rmSync(folder, { recursive: true, force: true });
});

function dial(): Readonly<{ socket: Socket; text: () => string; over: Promise<unknown> }> {
  const socket = connect((listener.address() as AddressInfo).port, '127.0.0.1');
  clients.push(socket);
  socket.on('error', () => undefined);
  let text = '';
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
  });
  return { socket, text: () => text, over: once(socket, 'close') };
}

it('a client that sends its head a byte at a time is told so and ended [S-FOLDER-3]', async () => {
  const { socket, text, over } = dial();
  const bytes = [
    ...'GET / HTTP/1.1\r\nHost: localhost\r\nX: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  ];
  const sending = setInterval(() => socket.write(bytes.shift() ?? 'a'), 50);
  await over;
  clearInterval(sending);
  expect(text()).toMatch(/^HTTP\/1\.1 408 /);
});

it('a client that says nothing is ended, also between two requests [S-FOLDER-3]', async () => {
  const [silent, once] = [dial(), dial()];
  once.socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await Promise.all([silent.over, once.over]);
  expect(silent.text()).not.toContain('200');
  expect(once.text()).toMatch(/^HTTP\/1\.1 200 /);
});

it('a client that does not take what it asked for is ended [S-FOLDER-3]', async () => {
  const { socket, over } = dial();
  socket.write('GET /big.bin HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(socket, 'data');
  const ended = once(accepted[0] ?? socket, 'close');
  socket.pause();
  // Nothing is read here, so the client cannot see it before it reads on.
  await ended;
  let rest = 0;
  socket.on('data', (bytes: Buffer) => {
    rest += bytes.length;
  });
  socket.resume();
  await over;
  expect(rest).toBeLessThan(60 * 1024 * 1024);
});

it('is full when as many are there as it takes [S-FOLDER-3]', async () => {
  const three = [dial(), dial(), dial()];
  for (const { socket } of three) socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await Promise.all(three.map(({ socket }) => once(socket, 'data')));
  expect(server.isFull).toBe(true);
  three[0]?.socket.destroy();
  await three[0]?.over;
  while (server.isFull) await new Promise((resolve) => setImmediate(resolve));
  expect(server.isFull).toBe(false);
});
