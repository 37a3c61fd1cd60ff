import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorText } from '#shared/locales/index.ts';
import type { Clock } from '#shared/clock.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { parseIp } from '#shared/forward/index.ts';
import type { Meter } from '../rules/index.ts';
import { SlowClients } from '../proxies/index.ts';
import { answerForFile } from './file-answer.ts';
import { negotiateLanguage, listingJson, listingPage, LISTING_POLICY, wantsJson } from './listing.ts';
import { readRequestPath } from './request-path.ts';
import { sendFile } from './send-file.ts';
import type { SharedFile, SharedFolder } from './shared-folder.ts';

/** Limits of a shared folder's HTTP server. */
export const FOLDER_LIMITS = {
  /** Most connections at the same time. */
  connections: 256,
  /** Largest head of a request, bytes; a larger one is answered with status 431. */
  head: 16 * 1024,
  /** Longest time from the first byte of a head to its end, ms. */
  headTime: 10_000,
  /** Longest time between an answer and the next request, ms. */
  idle: 60_000,
  /** Longest time without progress in the middle of an answer, ms. */
  stall: 60_000,
  /** Most unanswered requests of one connection. */
  pipelined: 16,
} as const;

/** Headers of every answer: browsers must not guess the content type, and other sites' pages must not use it. */
const ALWAYS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

/** Options of `FolderServer`. */
export type FolderServerOptions = Readonly<{
  clock: Clock;
  folder: SharedFolder;
  /** Host names by which browsers may address the folder, besides IP addresses and `localhost`. */
  hosts: readonly string[];
  limits?: Partial<Record<keyof typeof FOLDER_LIMITS, number>>;
  /** Called when the shared folder disappears, and with null when it is available again. */
  onProblem: (error: ClawReachError | null) => void;
}>;

type ServedClient = { waiting: number; turn: Promise<void>; readonly meter: Meter };

/**
 * HTTP server for a shared folder (RFC 9110, RFC 9112), on connections that the caller, `FolderRule`, has accepted. Answers GET and HEAD; never
 * writes.
 */
export class FolderServer {
  readonly #options: FolderServerOptions;
  readonly #limits: Readonly<Record<keyof typeof FOLDER_LIMITS, number>>;
  readonly #server: Server;
  readonly #slow: SlowClients<Duplex>;
  readonly #clients = new Map<Duplex, ServedClient>();

  constructor(options: FolderServerOptions) {
    this.#options = options;
    this.#limits = { ...FOLDER_LIMITS, ...options.limits };
    // Node's timeouts for a head work only in a server that listens itself; `SlowClients` replaces them.
    this.#server = createServer({
      maxHeaderSize: this.#limits.head,
      keepAliveTimeout: 0,
      requestTimeout: 0,
      headersTimeout: 0,
    });
    // A client that ends its side still gets its answer; the types do not know this property of Node's server.
    Object.assign(this.#server, { httpAllowHalfOpen: true });
    this.#server.setTimeout(this.#limits.stall);
    this.#server.on('request', (request, response) => void this.#take(request, response));
    for (const event of ['checkContinue', 'checkExpectation'] as const)
      this.#server.on(
        event,
        (request: IncomingMessage, response: ServerResponse) => void this.#take(request, response),
      );
    this.#server.on('connect', (_, socket) => endWith(socket, 405, ['Allow: GET, HEAD']));
    this.#server.on('clientError', (error: Error & { code?: string }, socket) => {
      if (error.code === 'ECONNRESET') socket.destroy();
      else endWith(socket, error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400);
    });
    this.#slow = new SlowClients({
      clock: options.clock,
      limits: { head: this.#limits.headTime, idle: this.#limits.idle },
      late: (socket) => endWith(socket, 408),
    });
  }

  /** True if no further connection may be served. */
  get isFull(): boolean {
    return this.#clients.size >= this.#limits.connections;
  }

  /**
   * Serves a connection and takes ownership of its socket or stream, which may be half open. The caller must have added an error listener.
   * @param bytesRead returns the number of bytes received so far
   */
  serve(socket: Duplex, meter: Meter, bytesRead: () => number): void {
    this.#clients.set(socket, { waiting: 0, turn: Promise.resolve(), meter });
    socket.once('close', () => this.#clients.delete(socket));
    this.#slow.add(socket, bytesRead);
    this.#server.emit('connection', socket);
    socket.resume();
  }

  /** Answers the requests of a connection one after the other, so that at most one of its files is open at a time. */
  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request;
    const client = this.#clients.get(socket);
    if (client === undefined || client.waiting >= this.#limits.pipelined) {
      socket.destroy();
      return;
    }
    client.waiting += 1;
    this.#slow.busy(socket);
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    const before = client.turn;
    client.turn = (async () => {
      await before;
      await this.#answer(request, response, client.meter);
      client.waiting -= 1;
      if (client.waiting === 0) this.#slow.idle(socket);
    })();
    await client.turn;
  }

  async #answer(request: IncomingMessage, response: ServerResponse, meter: Meter): Promise<void> {
    try {
      await this.#tryAnswer(request, response, meter);
    } catch (error) {
      if (response.headersSent || response.destroyed) response.destroy();
      else refuse(response, error instanceof ClawReachError ? 403 : 500, describe(error));
    }
    if (!response.destroyed && !response.writableFinished) await closed(response);
  }

  async #tryAnswer(request: IncomingMessage, response: ServerResponse, meter: Meter): Promise<void> {
    for (const [name, value] of Object.entries(ALWAYS)) response.setHeader(name, value);
    const { method, headers } = request;
    // A request body is not read, so the connection can't be reused.
    if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined)
      response.setHeader('Connection', 'close');
    if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      return refuse(response, 405, 'Files here can only be read: with GET and HEAD.');
    }
    if (!this.#isKnownHost(headers.host)) return refuse(response, 421, FOREIGN_NAME);
    const wanted = readRequestPath(request.url ?? '');
    if (wanted === undefined) return refuse(response, 404, NOT_THERE);
    const found = await this.#options.folder.find(wanted.names);
    if (wanted.names.length === 0) this.#options.onProblem(found === undefined ? GONE : null);
    if (found === undefined) return refuse(response, 404, NOT_THERE);
    if (found.kind === 'file')
      return this.#sendFile(found, { request, response, method, asFolder: wanted.asFolder, meter });
    if (!wanted.asFolder && wanted.names.length > 0) {
      response.setHeader('Location', `/${wanted.names.map((name) => `${encodeURIComponent(name)}/`).join('')}`);
      return refuse(response, 301, 'This is a folder.');
    }
    await this.#sendListing(found.path, wanted.names, request, response);
  }

  async #sendFile(
    file: SharedFile,
    {
      request,
      response,
      method,
      asFolder,
      meter,
    }: Readonly<{
      request: IncomingMessage;
      response: ServerResponse;
      method: 'GET' | 'HEAD';
      asFolder: boolean;
      meter: Meter;
    }>,
  ): Promise<void> {
    try {
      if (asFolder) return refuse(response, 404, NOT_THERE);
      const { status, headers, body } = answerForFile(method, request.headers, file, this.#options.clock.now());
      response.writeHead(status, headers);
      if (body === undefined || method === 'HEAD') response.end();
      else await sendFile(response, file.handle, body, (bytes) => meter.out(bytes));
    } finally {
      await file.handle.close();
    }
  }

  async #sendListing(
    path: string,
    names: readonly string[],
    { headers }: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const listing = await this.#options.folder.list(path);
    const asJson = wantsJson(headers.accept);
    const language = negotiateLanguage(headers['accept-language']);
    const text = Buffer.from(asJson ? listingJson(names, listing) : listingPage(names, listing, language));
    response.writeHead(200, {
      'Content-Type': asJson ? 'application/json' : 'text/html; charset=utf-8',
      'Content-Length': text.length,
      'Cache-Control': 'no-cache',
      'Content-Security-Policy': LISTING_POLICY,
      Vary: 'Accept, Accept-Language',
    });
    response.end(text);
  }

  /**
   * Checks the `Host` header against DNS rebinding: another site's page can make its own name resolve to this machine, but its requests carry that
   * name. Old programs that send no `Host` are served.
   */
  #isKnownHost(header: string | undefined): boolean {
    if (header === undefined) return true;
    const [, name = ''] = /^(.*?)(?::\d*)?$/.exec(header.toLowerCase()) ?? [];
    const host = name.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
    if (parseIp(host) !== undefined || host === 'localhost' || host.endsWith('.localhost')) return true;
    return this.#options.hosts.some((own) => own.toLowerCase().replace(/\.$/, '') === host);
  }
}

const NOT_THERE = 'There is nothing of that name here.';
const FOREIGN_NAME =
  'This folder is not served under that name. Ask by its address, or have the name added to the rule of the folder.';
const GONE = new ClawReachError('folder.missing', 'the shared folder is gone');

function describe(error: unknown): string {
  const { what } = errorText(errorCode(error), 'This cannot be read now.');
  return what;
}

function refuse(response: ServerResponse, status: number, text: string): void {
  const bytes = Buffer.from(`${text}\n`);
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': bytes.length });
  response.end(bytes);
}

function closed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', resolve);
  });
}

/** Ends a connection that Node's server has given up, with a status and an empty body. */
function endWith(socket: Duplex, status: number, headers: readonly string[] = []): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const lines = [`HTTP/1.1 ${status} ${STATUS[status] ?? ''}`, ...headers, 'Content-Length: 0', 'Connection: close'];
  socket.end(`${lines.join('\r\n')}\r\n\r\n`, () => socket.destroy());
}

const STATUS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};
