import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answer of the relay on its way, to be changed. Status 0 closes the connection without an answer. */
export type Passing = {
  path: string;
  /** Compressions that were asked for. */
  accepts: string;
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer;
};

/** A server in front of a relay that may change what it answers, as a relay that was changed, a proxy or a cache. */
export async function startChangingProxy(
  port: number,
): Promise<Readonly<{ port: number; change: (edit: (passing: Passing) => void) => void; stop(): Promise<void> }>> {
  let edit: (passing: Passing) => void = () => undefined;
  const server = createServer((incoming, outgoing) => {
    const forwarded = request(
      { host: '127.0.0.1', port, path: incoming.url, method: incoming.method, headers: incoming.headers },
      (answer: IncomingMessage) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const headers = Object.fromEntries(
            Object.entries(answer.headers).filter(
              (entry): entry is [string, string | string[]] => entry[1] !== undefined,
            ),
          );
          const passing = {
            path: incoming.url ?? '',
            accepts: incoming.headers['accept-encoding'] ?? '',
            status: answer.statusCode ?? 0,
            headers,
            body: Buffer.concat(chunks),
          };
          edit(passing);
          if (passing.status === 0) {
            outgoing.destroy();
            return;
          }
          outgoing.writeHead(passing.status, { ...passing.headers, 'content-length': passing.body.length });
          outgoing.end(passing.body);
        });
      },
    );
    forwarded.on('error', () => outgoing.destroy());
    forwarded.end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    change: (next) => {
      edit = next;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
