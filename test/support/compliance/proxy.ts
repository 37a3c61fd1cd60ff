import { connect, createServer, type Socket } from 'node:net';

/** Something between two devices on this machine. */
export type CuttingProxy = Readonly<{
  port: number;
  /** What resets both sides of the newest connection. */
  latest(): () => void;
  close(): void;
}>;

/** Passes TCP connections on to a port of this machine as they are, until told to break one. */
export async function cuttingProxy(target: number): Promise<CuttingProxy> {
  const pairs: (readonly [Socket, Socket])[] = [];
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ host: '127.0.0.1', port: target, allowHalfOpen: true, noDelay: true });
    pairs.push([near, far]);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.pipe(to);
      from.on('error', () => to.resetAndDestroy());
    }
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    latest() {
      const pair = pairs.at(-1);
      return () => {
        for (const socket of pair ?? []) socket.resetAndDestroy();
      };
    },
    close() {
      server.close();
      for (const socket of pairs.flat()) socket.destroy();
    },
  };
}
