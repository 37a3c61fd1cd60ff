import { execFile } from 'node:child_process';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Web servers of a test. */
export class WebServers {
  readonly #servers: Server[] = [];

  /** @returns the port @param prepare sees the server before it listens */
  async listen(
    answer: RequestListener,
    host = '127.0.0.1',
    prepare: (server: Server) => void = () => undefined,
  ): Promise<number> {
    const server = createServer(answer);
    prepare(server);
    this.#servers.push(server);
    await new Promise<void>((resolve) => void server.listen(0, host, resolve));
    return (server.address() as AddressInfo).port;
  }

  close(): void {
    for (const server of this.#servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  }
}

/** @returns what it printed @throws with `stdout` and `code` where it failed */
export async function curl(...words: readonly string[]): Promise<string> {
  const { stdout } = await run('curl', ['--silent', '--show-error', '--max-time', '50', ...words]);
  return stdout;
}
