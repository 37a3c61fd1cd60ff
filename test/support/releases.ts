import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dump } from 'js-yaml';
import { completeMetadata, publicKeyOf, signMetadata, type Publishing } from '../../scripts/updates/metadata.ts';

export type ReleaseKey = Readonly<{ private: KeyObject; public: string }>;

export function createReleaseKey(): ReleaseKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { private: privateKey, public: publicKeyOf(privateKey) };
}

/** What electron-builder writes for a build. */
export function writtenMetadata(version: string, files: Readonly<Record<string, Buffer>>, released: Date): string {
  return dump({
    version,
    files: Object.entries(files).map(([url, content]) => ({
      url,
      sha512: createHash('sha512').update(content).digest('base64'),
      size: content.length,
    })),
    releaseDate: released.toISOString(),
  });
}

/** A server of releases on this machine: what is put there is what is answered, right or wrong. */
export class ReleaseServer {
  readonly files = new Map<string, Buffer | string>();
  /** Paths, in the order in which they were asked for. */
  readonly asked: string[] = [];
  /** Headers of the last request. */
  headers: Readonly<Record<string, unknown>> = {};
  /** Paths whose answer has no length and no end. */
  readonly endless = new Set<string>();
  /** Bytes of them that went out before the other side had enough. */
  sent = 0;
  /** Status for everything, while the server is not well. */
  failing: number | undefined;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<ReleaseServer> {
    const server = createServer((request, response) => {
      const path = (request.url ?? '').split('?')[0]?.slice(1) ?? '';
      releases.asked.push(path);
      releases.headers = request.headers;
      const content = releases.files.get(path);
      if (releases.endless.has(path)) releases.#flood(response);
      else if (releases.failing !== undefined) response.writeHead(releases.failing).end();
      else if (content === undefined) response.writeHead(404).end();
      else response.writeHead(200, { 'content-length': Buffer.byteLength(content) }).end(content);
    });
    const releases = new ReleaseServer(server);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return releases;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Puts metadata with its signatures there, as the release workflow does. */
  publish(
    name: string,
    written: string,
    keys: readonly ReleaseKey[],
    publishing: Partial<Publishing> & Readonly<{ now: Date }>,
  ): void {
    const text = completeMetadata(name, [written], { base: this.url, days: 180, ...publishing });
    this.files.set(name, text);
    this.files.set(
      `${name}.sig`,
      signMetadata(
        Buffer.from(text),
        keys.map((key) => key.private),
      ),
    );
  }

  #flood(response: ServerResponse): void {
    const piece = Buffer.alloc(65_536);
    const more = (): void => {
      while (!response.destroyed && response.write(piece)) this.sent += piece.length;
    };
    response.on('drain', more).on('error', () => undefined);
    response.writeHead(200);
    more();
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }
}
