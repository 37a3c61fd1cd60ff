import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { ECHO } from './measure.ts';

/** Connections that are being made at a time, as a browser does. */
const AT_A_TIME = 8;

/** A connection to `target` of loopback through a SOCKS 5 proxy, or straight. */
export type Route = Readonly<{ proxy?: number; target: number }>;

/** Opens a connection, has one byte echoed and ends it, again and again. @returns connections per second */
export async function measureShortConnections(route: Route, count: number): Promise<number> {
  let left = count;
  const started = performance.now();
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await connectOnce(route);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return (count * 1000) / (performance.now() - started);
}

async function connectOnce({ proxy, target }: Route): Promise<void> {
  const socket = connect({ port: proxy ?? target, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  if (proxy !== undefined) {
    socket.write(Buffer.of(5, 1, 0));
    await read(socket, 2);
    socket.write(Buffer.of(5, 1, 0, 1, 127, 0, 0, 1, target >> 8, target & 255));
    const [, reply] = await read(socket, 10);
    if (reply !== 0) throw new Error(`SOCKS reply ${reply}`);
  }
  socket.write(Buffer.of(ECHO, 0x78));
  await read(socket, 1);
  socket.end();
  socket.resume();
  await once(socket, 'close');
}

async function read(socket: Socket, length: number): Promise<Buffer> {
  for (;;) {
    const bytes = socket.read(length) as Buffer | null;
    if (bytes !== null) return bytes;
    if (socket.readableEnded || socket.destroyed) throw new Error('connection ended early');
    await Promise.race([once(socket, 'readable'), once(socket, 'close')]);
  }
}
