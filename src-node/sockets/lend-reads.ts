import { Socket, type SocketConstructorOpts } from 'node:net';

/** The fields of a socket that Node's own modules use to hand a connection on; not documented, so they are looked at before use. */
type Handed = { _handle: { useUserBuffer?: unknown } | null };

/**
 * Makes reads of an accepted connection reuse one buffer. `net` offers that (`onread`) only for connections it opens
 * itself; the 64 KiB it otherwise allocates outside V8's heap for each read keep the garbage collector busier than all
 * other work of a bulk transfer (docs/PERFORMANCE.md). So the connection moves to a new socket; the given one is closed
 * as an empty shell and must not be used any more. Where the connection cannot move (TLS, another runtime) the given
 * socket is returned, with the same behaviour.
 * @param memory the buffer, or the size of a new one, bytes; sockets may share it, since each is done with it when
 *   `take` returns
 * @param take receives each chunk, valid until it returns; false pauses the socket until `resume`
 * @returns the socket to use from now on, paused; `resume` starts it
 */
export function lendReads(socket: Socket, memory: number | Uint8Array, take: (chunk: Uint8Array) => boolean): Socket {
  const { _handle: handle } = socket as unknown as Handed;
  const movable = socket.constructor === Socket && !socket.connecting && typeof handle?.useUserBuffer === 'function';
  if (!movable || socket.readableLength > 0 || socket.writableLength > 0) {
    socket.pause();
    socket.on('data', (chunk: Buffer) => {
      if (!take(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length))) socket.pause();
    });
    return socket;
  }
  const options = {
    handle,
    allowHalfOpen: socket.allowHalfOpen,
    pauseOnCreate: true,
    onread: {
      // No Buffer: its `slice` is a view, and a receiver that keeps a lent chunk with it would keep the memory of the next one.
      buffer: typeof memory === 'number' ? new Uint8Array(memory) : memory,
      callback: (length: number, buffer: Uint8Array): boolean => take(buffer.subarray(0, length)),
    },
  };
  (socket as unknown as Handed)._handle = null;
  socket.destroy();
  return new Socket(options as unknown as SocketConstructorOpts);
}
