/** TCP connections in streams of kind `tcp`: forwards are not part of the product yet, so the few lines that carry them stand here. */
import { connect, createServer, type OnReadOpts, type Socket } from 'node:net';
import type { IncomingStream, LinkStream, Session } from '#shared/link/index.ts';
import { lendReads } from '#node/sockets/index.ts';

const BUFFER = 256 * 1024;

/** Ports of loopback whose connections become streams of a session. */
export type ForwardPorts = Readonly<{
  /** At the priority of bulk, and at that of a terminal. */
  normal: number;
  interactive: number;
  /** Each connection makes a session of its own, which ends with it. */
  fresh: number;
}>;

export async function serveForwards(
  session: () => Promise<Session>,
  fresh: Readonly<{ make(): Promise<Session>; end(session: Session): Promise<void> }>,
): Promise<ForwardPorts> {
  const forward = async (socket: Socket, priority: 'normal' | 'interactive'): Promise<void> => {
    carry((take) => lendReads(socket, BUFFER, take), (await session()).open('tcp', { priority }, { priority }));
  };
  const forwardAlone = async (socket: Socket): Promise<void> => {
    const made = await fresh.make();
    const stream = made.open('tcp', {});
    carry((take) => lendReads(socket, BUFFER, take), stream);
    await stream.closed;
    await fresh.end(made);
  };
  return {
    normal: await listen((socket) => void forward(socket, 'normal')),
    interactive: await listen((socket) => void forward(socket, 'interactive')),
    fresh: await listen((socket) => void forwardAlone(socket)),
  };
}

function listen(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, onConnection);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('no port');
      resolve(address.port);
    });
  });
}

/** The other end: connects each stream to `port` of loopback. */
export function takeForward(offer: IncomingStream, port: number): void {
  const onread = (take: Take): OnReadOpts => ({
    buffer: new Uint8Array(BUFFER),
    callback: (length, buffer) => take(buffer.subarray(0, length)),
  });
  const target = { port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true };
  const stream = offer.accept({});
  const { priority } = offer.params as { priority?: 'normal' | 'interactive' };
  stream.priority = priority ?? 'normal';
  carry((take) => connect({ ...target, onread: onread(take) }), stream);
}

type Take = (chunk: Uint8Array) => boolean;

function carry(open: (take: Take) => Socket, stream: LinkStream): void {
  const socket = open((chunk) => {
    const room = stream.write(chunk);
    if (stream.hasRoom) return true;
    void room.then(
      () => socket.resume(),
      () => socket.destroy(),
    );
    return false;
  });
  socket.on('error', () => stream.reset(1));
  socket.on('end', () => void stream.end().catch(() => undefined));
  socket.resume();
  void toSocket(socket, stream).catch(() => socket.destroy());
}

async function toSocket(socket: Socket, stream: LinkStream): Promise<void> {
  const buffer = new Uint8Array(BUFFER);
  for (;;) {
    const length = await stream.readInto(buffer);
    if (length === null) break;
    await new Promise((resolve) => {
      socket.write(buffer.subarray(0, length), resolve);
    });
  }
  socket.end();
}
