import { createSocket, type Socket } from 'node:dgram';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

/** Answers of a router in a test; a method without an answer stays silent. */
export type HostileAnswers = Readonly<{
  /** Answers a datagram to port 5351; undefined for silence. */
  datagram?: (request: Buffer) => Buffer | undefined;
  /** `LOCATION` that answers a search by UPnP, from the port of the HTTP server; undefined for silence. */
  location?: (port: number) => string;
  /** Answers an HTTP request; null leaves it open. */
  http?: (
    path: string,
    action: string | undefined,
    port: number,
  ) => Readonly<{
    status: number;
    headers?: Readonly<Record<string, string>>;
    body: string;
  }> | null;
}>;

/** Router at a loopback address of its own that answers as a test wants. Linux: other addresses of 127.0.0.0/8 need no setup there. */
export class HostileRouter {
  readonly address: string;
  readonly requests: string[] = [];
  datagrams = 0;
  readonly #sockets: readonly Socket[];
  readonly #server: Server;

  private constructor(address: string, sockets: readonly Socket[], server: Server) {
    this.address = address;
    this.#sockets = sockets;
    this.#server = server;
  }

  static async start(address: string, answers: HostileAnswers): Promise<HostileRouter> {
    const [mapping, search] = [createSocket('udp4'), createSocket('udp4')];
    const server = createServer((request, response) => {
      const action = request.headers['soapaction'];
      const path = request.url ?? '';
      router.requests.push(`${request.method ?? ''} ${path}`);
      const answer = answers.http?.(path, Array.isArray(action) ? action[0] : action, port()) ?? null;
      if (answer === null) return;
      response.writeHead(answer.status, { 'Content-Type': 'text/xml', ...answer.headers });
      response.end(answer.body);
    });
    const port = (): number => (server.address() as AddressInfo).port;
    const router = new HostileRouter(address, [mapping, search], server);
    mapping.on('message', (request, { address: to, port: toPort }) => {
      router.datagrams += 1;
      const answer = answers.datagram?.(request);
      if (answer !== undefined) mapping.send(answer, toPort, to);
    });
    search.on('message', (_request, { address: to, port: toPort }) => {
      if (answers.location === undefined) return;
      search.send(`HTTP/1.1 200 OK\r\nST: x\r\nLOCATION: ${answers.location(port())}\r\n\r\n`, toPort, to);
    });
    mapping.bind(5351, address);
    search.bind(1900, address);
    server.listen(0, address);
    await Promise.all([once(mapping, 'listening'), once(search, 'listening'), once(server, 'listening')]);
    return router;
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** Description of a router, with a service at the given URL. */
export function description(control: string, type = 'urn:schemas-upnp-org:service:WANIPConnection:1'): string {
  return `<?xml version="1.0"?><root xmlns="urn:schemas-upnp-org:device-1-0"><device><serviceList><service>
<serviceType>${type}</serviceType><controlURL>${control}</controlURL></service></serviceList></device></root>`;
}
