import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

/** What the bench server does with a connection, by its first byte. */
export const SINK = 0x53;
export const ECHO = 0x45;

const CHUNK = Buffer.alloc(256 * 1024, 0x61);

/** Echoes that are not counted: what bulk has left in caches, and code that V8 has to compile again for small messages. */
const WARM_UP = 1000;

/**
 * Sends `bytes` over each of `streams` connections at once and waits until the server has counted all of them.
 * @returns MiB per second over all streams together
 */
export async function measureBulk(port: number, streams: number, bytes: number, host?: string): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: streams }, () => open(port, SINK, host)));
  const started = performance.now();
  await Promise.all(sockets.map((socket) => sink(socket, bytes)));
  const seconds = (performance.now() - started) / 1000;
  for (const socket of sockets) socket.destroy();
  return (streams * bytes) / 1024 / 1024 / seconds;
}

/** Round trips of 32 bytes, one after the other, `warmUp` before those that count. @returns microseconds each, sorted */
export async function measureEcho(port: number, count: number, warmUp = WARM_UP): Promise<readonly number[]> {
  const socket = await open(port, ECHO);
  const message = Buffer.alloc(32, 0x62);
  const samples: number[] = [];
  for (let round = 0; round < count + warmUp; round += 1) {
    const started = performance.now();
    socket.write(message);
    await readExactly(socket, message.length);
    if (round >= warmUp) samples.push((performance.now() - started) * 1000);
  }
  socket.destroy();
  return samples.sort((a, b) => a - b);
}

/** From connect() to the first echoed byte. @returns microseconds each, sorted */
export async function measureConnect(port: number, count: number): Promise<readonly number[]> {
  const samples: number[] = [];
  for (let round = 0; round < count; round += 1) {
    const started = performance.now();
    const socket = await open(port, ECHO);
    socket.write('x');
    await readExactly(socket, 1);
    samples.push((performance.now() - started) * 1000);
    socket.destroy();
  }
  return samples.sort((a, b) => a - b);
}

/** The value below which `share` (0–1) of the sorted samples lie. */
export function percentile(sorted: readonly number[], share: number): number {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new Error('no samples');
  return value;
}

export function median(values: readonly number[]): number {
  return percentile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

/** Sends without end until `stop`, which gives what the server counted, in Mbit/s of all the time. */
export async function pour(port: number, host?: string): Promise<{ stop(): Promise<number> }> {
  const socket = await open(port, SINK, host);
  const started = performance.now();
  const pouring = new AbortController();
  const done = (async (): Promise<number> => {
    while (!pouring.signal.aborted) if (!socket.write(CHUNK.subarray(0, 16 * 1024))) await once(socket, 'drain');
    socket.end();
    const counted = Number((await readExactly(socket, 8)).readBigUInt64BE());
    socket.destroy();
    return (counted * 8) / 1000 / (performance.now() - started);
  })();
  return {
    stop() {
      pouring.abort();
      return done;
    },
  };
}

/** A connection whose server echoes. */
export function openEcho(port: number, host?: string): Promise<Socket> {
  return open(port, ECHO, host);
}

/** Milliseconds until a byte came back. */
export async function echoOnce(socket: Socket): Promise<number> {
  const started = performance.now();
  socket.write('x');
  await readExactly(socket, 1);
  return performance.now() - started;
}

async function open(port: number, mode: number, host = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host, noDelay: true, allowHalfOpen: true });
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  socket.write(Buffer.of(mode));
  return socket;
}

async function sink(socket: Socket, bytes: number): Promise<void> {
  let left = bytes;
  while (left > 0) {
    const piece = left >= CHUNK.length ? CHUNK : CHUNK.subarray(0, left);
    left -= piece.length;
    if (!socket.write(piece)) await once(socket, 'drain');
  }
  socket.end();
  const answer = await readExactly(socket, 8);
  const counted = Number(answer.readBigUInt64BE());
  if (counted !== bytes) throw new Error(`the server counted ${counted} of ${bytes} bytes`);
}

async function readExactly(socket: Socket, length: number): Promise<Buffer> {
  for (;;) {
    const bytes = socket.read(length) as Buffer | null;
    if (bytes !== null) return bytes;
    if (socket.destroyed || socket.readableEnded) throw new Error('connection ended early');
    await new Promise<void>((resolve) => {
      const done = (): void => {
        socket.off('readable', done);
        socket.off('end', done);
        socket.off('close', done);
        resolve();
      };
      socket.on('readable', done);
      socket.on('end', done);
      socket.on('close', done);
    });
  }
}
