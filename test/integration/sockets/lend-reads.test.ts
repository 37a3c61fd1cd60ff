import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { lendReads } from '#node/sockets/index.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A connection whose server side has just been accepted. */
async function accepted(): Promise<{ client: Socket; given: Socket; server: Server }> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true });
  const [given] = (await once(server, 'connection')) as [Socket];
  return { client, given, server };
}

test('an accepted connection reads into one buffer, in order, and stops when it is told to', async () => {
  const { client, given } = await accepted();
  const sent = randomBytes(8 * 1024 * 1024);
  const received: Buffer[] = [];
  const memory = new Set<ArrayBufferLike>();
  let afterStop = 0;
  let stopped = false;
  const socket = lendReads(given, 64 * 1024, (chunk) => {
    if (stopped) afterStop += 1;
    memory.add(chunk.buffer);
    received.push(Buffer.from(chunk));
    if (received.length % 10 !== 0) return true;
    stopped = true;
    setTimeout(() => {
      stopped = false;
      socket.resume();
    }, 1);
    return false;
  });
  socket.resume();
  client.end(sent);
  await once(socket, 'end');
  expect(Buffer.concat(received).equals(sent)).toBe(true);
  expect(memory.size).toBe(1);
  expect(afterStop).toBe(0);
  // The other direction is still open.
  const closed = once(socket, 'close');
  const answer = once(client, 'data');
  socket.end('done');
  expect(String((await answer)[0])).toBe('done');
  await closed;
  client.destroy();
});

test('nothing is read before resume, and the shell that is left lets go of the server', async () => {
  const { client, given, server } = await accepted();
  let chunks = 0;
  const socket = lendReads(given, 1024, () => {
    chunks += 1;
    return true;
  });
  client.write('early');
  await new Promise((resolve) => {
    setTimeout(resolve, 50);
  });
  expect(chunks).toBe(0);
  socket.resume();
  await new Promise((resolve) => {
    setTimeout(resolve, 50);
  });
  expect(chunks).toBe(1);
  expect(given.destroyed).toBe(true);
  expect(socket.remoteAddress).toBe('127.0.0.1');
  server.close();
  const closed = once(socket, 'close');
  socket.end();
  client.end();
  await closed;
});

test('a broken connection is an error of the new socket', async () => {
  const { client, given } = await accepted();
  const socket = lendReads(given, 1024, () => true);
  const broken = once(socket, 'error');
  // `once` would reject for it.
  broken.catch(() => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined);
  socket.resume();
  client.resetAndDestroy();
  expect(await closed).toBe(true);
});

test('a socket that has bytes in hand stays as it is and behaves the same', async () => {
  const { client, given } = await accepted();
  const received: Buffer[] = [];
  given.unshift(Buffer.from('head '));
  const socket = lendReads(given, 1024, (chunk) => {
    received.push(Buffer.from(chunk));
    return received.length !== 1;
  });
  expect(socket).toBe(given);
  client.end('tail');
  socket.resume();
  await new Promise((resolve) => {
    setTimeout(resolve, 50);
  });
  expect(Buffer.concat(received).toString()).toBe('head ');
  socket.resume();
  await once(socket, 'end');
  expect(Buffer.concat(received).toString()).toBe('head tail');
  socket.end();
  client.destroy();
});
