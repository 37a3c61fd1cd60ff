import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * An origin whose relay can be another one from one request to the next, be away, or have its answers changed: what a browser sees of updates, of
 * journeys without a network, and of a relay or proxy that lies.
 */
export class PageFront {
  readonly #server = createServer((incoming, outgoing) => this.#pass(incoming, outgoing));
  /** Port of the relay behind; undefined: nobody answers. */
  relay: number | undefined;
  /** Contents to send instead, by path. */
  readonly changed = new Map<string, string>();
  /** Paths that were asked for. */
  readonly asked: string[] = [];

  async start(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { url = '/', method, headers } = incoming;
    this.asked.push(url);
    if (this.relay === undefined) {
      incoming.destroy();
      return;
    }
    const passed = request({ host: '127.0.0.1', port: this.relay, path: url, method, headers }, (answer) => {
      const body = this.changed.get(url);
      if (body === undefined) {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
        return;
      }
      answer.resume();
      const kept = { ...answer.headers, 'content-length': String(Buffer.byteLength(body)) };
      delete kept['content-encoding'];
      outgoing.writeHead(200, kept);
      outgoing.end(body);
    });
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  }
}
