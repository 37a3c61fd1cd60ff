import type { Socket } from 'node:net';
import { lendReads } from '#node/sockets/index.ts';
import { BufferPool } from '#shared/bytes/index.ts';
import { RESET_CONNECTION } from '#shared/forward/index.ts';
import type { LinkStream } from '#shared/link/index.ts';
import type { ForwardEnd, Meter } from './upstream.ts';

/** Size of one read and of one write, bytes; matches what a link stream delivers and takes at once. */
const BUFFER = 256 * 1024;
/** Bytes after which a connection counts as a bulk transfer and takes a write buffer from the pool. */
const BULK = 128 * 1024;
/** Buffer that all sockets read into, one after the other: each lends it to the link, which copies before the next one reads. */
const reads = new Uint8Array(BUFFER);
/** Pool of write buffers; keeps at most 16 free ones. */
const writes = new BufferPool(BUFFER, 16);

/**
 * Copies bytes both ways between a TCP socket and a link stream, with backpressure. Each direction ends by itself; a reset on one side resets the
 * other. The socket must be paused, with `allowHalfOpen` and nothing unread. Used for forwards and for connections that peers make through this
 * device.
 * @param options.head bytes already read from the socket, sent first
 * @returns how the connection ended, once both sides are closed; never rejects
 */
export async function pipeSocket(
  local: Socket,
  stream: LinkStream,
  { head, meter }: Readonly<{ head?: Uint8Array; meter: Meter }>,
): Promise<ForwardEnd> {
  let isCut = false;
  const cut = (): void => {
    if (isCut) return;
    isCut = true;
    stream.reset(RESET_CONNECTION);
    // A connection that is gone already has nothing to be reset.
    if (!socket.destroyed) socket.resetAndDestroy();
  };
  const takeOn = (room: Promise<void>): void => {
    room.then(() => socket.resume(), cut);
  };
  // Its end was read with the bytes before it: nothing more comes.
  const isEnded = local.readableEnded;
  const take = (chunk: Uint8Array): boolean => {
    meter.out(chunk.length);
    const room = stream.write(chunk);
    if (stream.hasRoom) {
      room.catch(cut);
      return true;
    }
    takeOn(room);
    return false;
  };
  const socket = isEnded ? local : lendReads(local, reads, take);
  const closed = new Promise<void>((resolve) => {
    if (socket.destroyed) resolve();
    else socket.once('close', () => resolve());
  });
  socket.on('error', cut);
  socket.on('end', () => void stream.end().catch(cut));
  if (socket.destroyed) cut();
  void stream.closed.then((end) => {
    if (end !== 'finished') cut();
  });
  if (head !== undefined && head.length > 0) {
    meter.out(head.length);
    takeOn(stream.write(head));
  } else socket.resume();
  if (isEnded) stream.end().catch(cut);
  await toSocket(stream, socket, meter).catch(cut);
  const [end] = await Promise.all([stream.closed, closed]);
  return end === 'finished' && !isCut ? 'finished' : 'reset';
}

async function toSocket(stream: LinkStream, socket: Socket, meter: Meter): Promise<void> {
  for (let carried = 0; carried < BULK;) {
    const bytes = await stream.read();
    if (bytes === null) {
      socket.end();
      return;
    }
    carried += bytes.length;
    meter.in(bytes.length);
    // If the socket has room, no promise is needed: it owns the bytes, and its error listener handles errors.
    if (!socket.write(bytes)) await written(socket);
  }
  const buffer = writes.take();
  // Not given back when a write fails: the system may still read from it.
  for (;;) {
    const length = await stream.readInto(buffer);
    if (length === null) break;
    meter.in(length);
    await write(socket, buffer.subarray(0, length));
  }
  writes.give(buffer);
  socket.end();
}

/** Resolves when the socket has drained; rejects if it closes before. */
function written(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const over = (): void => {
      socket.off('drain', over).off('close', over);
      if (socket.destroyed) reject(new Error('the connection is gone'));
      else resolve();
    };
    socket.on('drain', over).on('close', over);
    if (socket.destroyed) over();
  });
}

function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
