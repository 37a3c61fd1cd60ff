import { createServer, type Server } from 'node:http';
import { connect as connectTcp, type AddressInfo, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';

export type TestProxyOptions = Readonly<{
  /** Where every tunnel really leads, on loopback: names that are asked for exist nowhere else. */
  port: number;
  /** Opens what is encrypted with this certificate, as proxies that inspect do. */
  inspects?: Readonly<{ cert: string; key: string; tls: boolean }>;
}>;

/** An HTTP proxy on a free port of loopback. */
export class TestProxy {
  /** What was asked for, in order. */
  readonly asked: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  static async start(options: TestProxyOptions): Promise<TestProxy> {
    const proxy = new TestProxy(options);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  private constructor({ port, inspects }: TestProxyOptions) {
    this.#server = createServer();
    this.#server.on('connect', (request, client: Socket, head: Buffer) => {
      this.asked.push(request.url ?? '');
      const place = { host: '127.0.0.1', port };
      this.#keep(client);
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      if (head.length > 0) client.unshift(head);
      const [near, far] =
        inspects === undefined
          ? [client, connectTcp(place)]
          : [
              new TLSSocket(client, { isServer: true, cert: inspects.cert, key: inspects.key }),
              inspects.tls ? connectTls({ ...place, rejectUnauthorized: false }) : connectTcp(place),
            ];
      for (const socket of [near, far]) this.#keep(socket);
      near.pipe(far);
      far.pipe(near);
      near.on('close', () => far.destroy());
      far.on('close', () => near.destroy());
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }
}
