import { Socket, type SocketConstructorOpts } from 'node:net';

/** Undocumented field by which Node's own modules hand a connection on; checked before use. */
type Handed = { _handle: { useUserBuffer?: unknown } | null };

/**
 * Makes reads of an accepted connection reuse one buffer. Used for the relay's data connections, direct paths and local pipes. Node's `net` offers
 * this (`onread`) only for connections that it opens itself. Otherwise Node allocates 64 KiB outside V8's heap for each read, which keeps the garbage
 * collector busier than all other work of a bulk transfer (docs/PERFORMANCE.md). So the connection moves to a new socket; the given socket is closed
 * without its connection and must not be used any more. If the connection can't move (TLS, another runtime), the given socket is returned, with the
 * same behaviour.
 * @param memory buffer, or the size of a new one in bytes; several sockets may share a buffer, since each is done with it when `take` returns
 * @param take receives each chunk, valid until it returns; returning false pauses the socket until `resume`
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
      // Not a Buffer: its `slice` is a view, and a receiver that keeps one would see the next chunk's bytes.
      buffer: typeof memory === 'number' ? new Uint8Array(memory) : memory,
      callback: (length: number, buffer: Uint8Array): boolean => take(buffer.subarray(0, length)),
    },
  };
  (socket as unknown as Handed)._handle = null;
  socket.destroy();
  return new Socket(options as unknown as SocketConstructorOpts);
}
