import type { Socket } from 'node:net';
import { lendReads } from '#node/sockets/index.ts';
import { RESET_CONNECTION } from '#shared/forward/index.ts';
import type { LinkStream } from '#shared/link/index.ts';
import type { CarryEnd, Meter } from './types.ts';

const READ_SIZE = 64 * 1024;

/**
 * Carries an accepted connection over a stream: bytes, the end of each direction by itself, a reset as a reset. A slow side makes the other
 * wait. The socket must allow to be half open, be paused and have nothing unread.
 * @returns when both are done; never rejects
 */
export async function carrySocket(
  near: Socket,
  stream: LinkStream,
  { head, meter }: Readonly<{ head?: Uint8Array; meter: Meter }>,
): Promise<CarryEnd> {
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
  const isEnded = near.readableEnded;
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
  const socket = isEnded ? near : lendReads(near, READ_SIZE, take);
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
  for (;;) {
    const bytes = await stream.read();
    if (bytes === null) break;
    meter.in(bytes.length);
    await new Promise<void>((resolve, reject) => {
      socket.write(bytes, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }
  socket.end();
}
