import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export type BlockingProxy = Readonly<{
  url: string;
  /** Requests for the raw form of a data connection that were turned away. */
  readonly blocked: number;
  /** WebSocket connections that went through, by path. */
  readonly passed: readonly string[];
  close(): Promise<void>;
}>;

/** A proxy as companies have it: WebSocket goes through, any other upgrade is a bad request. */
export async function startBlockingProxy(port: number): Promise<BlockingProxy> {
  const sockets = new Set<Socket>();
  const passed: string[] = [];
  let blocked = 0;
  const server = createServer((client) => {
    keep(client);
    let head = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      if (!head.includes('\r\n\r\n')) return;
      client.off('data', onData);
      const request = head.toString('latin1');
      if (/^upgrade: *websocket\r$/im.test(request)) {
        passed.push(/^GET (\S+)/.exec(request)?.[1] ?? '');
        const relay = keep(connect(port, '127.0.0.1'));
        relay.write(head);
        client.pipe(relay).pipe(client);
      } else {
        blocked += 1;
        client.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      }
    };
    client.on('data', onData);
  });
  function keep(socket: Socket): Socket {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    return socket;
  }
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get blocked() {
      return blocked;
    },
    passed,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
