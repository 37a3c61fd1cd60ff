import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Received = Readonly<{ headers: IncomingMessage['headers']; body: string; path: string }>;

/** Program behind an agent that takes messages by HTTP: knows nothing of ClawReach but what the documentation says. */
export class WebhookProgram {
  readonly received: Received[] = [];
  answer: (received: Received, response: ServerResponse) => void = (_received, response) => response.end();
  readonly #server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (piece: string) => (body += piece));
    request.on('end', () => {
      const received = { headers: request.headers, body, path: request.url ?? '' };
      this.received.push(received);
      this.answer(received, response);
    });
  });

  static async start(): Promise<WebhookProgram> {
    const program = new WebhookProgram();
    await new Promise<void>((resolve) => program.#server.listen(0, '127.0.0.1', resolve));
    return program;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/messages?of=tests`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Signature that a request should have, as docs/MESSAGES.md says. */
export function signatureOf(secret: string, { headers, body }: Received): string {
  const timestamp = String(headers['clawreach-timestamp']);
  return `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}
