import { existsSync, readFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { join } from 'node:path';
import { vi } from 'vitest';
import { AgentTokenFiles, DiskJournalFile, JsonDocumentFile, WebhookSecretFiles } from '#node/files/index.ts';
import { tokenFile, type ApiMessage, type TokenFile } from '#shared/message-api/index.ts';
import type { AgentOptions } from '#agent/index.ts';
import { temporaryDirectory } from '../directories.ts';
import { DeviceDisk, TestDevice, type TestDeviceOptions } from '../hostile/device.ts';

/** Answer of the local API. */
export type ApiReply = Readonly<{ status: number; headers: IncomingHttpHeaders; text: string; json: unknown }>;

export type ApiRequest = Readonly<{
  body?: unknown;
  /** Sent as it is, in place of `body`. */
  text?: string;
  headers?: Readonly<Record<string, string>>;
  token?: string | null;
  place?: 'socket' | 'port';
  signal?: AbortSignal;
}>;

/** Program of an agent: knows nothing but its token file, as `curl` in a script would. */
export class AgentProgram {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  get file(): TokenFile {
    return tokenFile.parse(JSON.parse(readFileSync(this.#path, 'utf8')));
  }

  call(method: string, path: string, options: ApiRequest = {}): Promise<ApiReply> {
    const { body, headers = {}, place = 'socket', signal } = options;
    const text = options.text ?? (body === undefined ? undefined : JSON.stringify(body));
    const token = options.token === undefined ? this.file.token : options.token;
    const { promise, resolve, reject } = Promise.withResolvers<ApiReply>();
    const sent = request({
      method,
      path,
      signal,
      agent: false,
      headers: {
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...(text === undefined
          ? {}
          : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
        ...headers,
      },
      ...this.#addressOf(place),
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      let answer = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (answer += chunk));
      response.on('error', reject);
      response.on('end', () => {
        const isJson = /^application\/(?:a2a\+)?json/.test(response.headers['content-type'] ?? '');
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: answer,
          json: isJson ? JSON.parse(answer) : undefined,
        });
      });
    });
    sent.end(text);
    return promise;
  }

  /** Code of the error that a request gets; the status if it gets none. */
  async codeOf(method: string, path: string, options: ApiRequest = {}): Promise<string> {
    const { status, json } = await this.call(method, path, options);
    const { error } = (json ?? {}) as { error?: { code: string } };
    return error === undefined ? String(status) : `${status} ${error.code}`;
  }

  async send(to: string, body: string, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const { status, json, text } = await this.call('POST', '/v1/messages', { body: { to, body, ...more } });
    if (status !== 202 && status !== 200) throw new Error(`${status} ${text}`);
    return (json as { id: string }).id;
  }

  async inbox(query = ''): Promise<readonly ApiMessage[]> {
    const { status, json, text } = await this.call('GET', `/v1/inbox${query}`);
    if (status !== 200) throw new Error(`${status} ${text}`);
    return (json as { messages: ApiMessage[] }).messages;
  }

  async ack(...ids: readonly string[]): Promise<void> {
    const { status, text } = await this.call('POST', '/v1/inbox/ack', { body: { ids } });
    if (status !== 200) throw new Error(`${status} ${text}`);
  }

  /** Opens the stream of events. */
  events(
    headers: Readonly<Record<string, string>> = {},
    place: NonNullable<ApiRequest['place']> = 'socket',
    query = '',
  ): Promise<EventReader> {
    const { promise, resolve, reject } = Promise.withResolvers<EventReader>();
    const all = { Authorization: `Bearer ${this.file.token}`, ...headers };
    const sent = request({ path: `/v1/events${query}`, agent: false, headers: all, ...this.#addressOf(place) });
    sent.on('error', reject);
    sent.on('response', (response) => {
      if (response.statusCode === 200) resolve(new EventReader(response, () => sent.destroy()));
      else reject(new Error(`status ${response.statusCode}`));
    });
    sent.end();
    return promise;
  }

  #addressOf(place: NonNullable<ApiRequest['place']>): RequestOptions {
    const { socket, http } = this.file;
    return place === 'socket' ? { socketPath: socket } : { host: '127.0.0.1', port: Number(new URL(http ?? '').port) };
  }
}

type Event = Readonly<{ event: string; id: string; data: Readonly<Record<string, unknown>> }>;

/** Reader of a stream of events. */
export class EventReader {
  readonly events: Event[] = [];
  readonly #end: () => void;
  /** True once the other side has ended it. */
  isOver = false;
  /** Last cursor, also one without an event; as `EventSource` keeps it. */
  cursor = '';
  #text = '';

  constructor(response: NodeJS.ReadableStream, end: () => void) {
    this.#end = end;
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => this.#read(chunk));
    response.on('error', () => (this.isOver = true));
    response.on('close', () => (this.isOver = true));
  }

  close(): void {
    this.#end();
  }

  named(event: string): readonly Event[] {
    return this.events.filter((one) => one.event === event);
  }

  #read(chunk: string): void {
    this.#text += chunk;
    const blocks = this.#text.split('\n\n');
    this.#text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(
        block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      this.cursor = fields.get('id') ?? this.cursor;
      const data = fields.get('data');
      if (data !== undefined)
        this.events.push({ event: fields.get('event') ?? '', id: fields.get('id') ?? '', data: JSON.parse(data) });
    }
  }
}

/** Machine with the files of its messages on the disk, and the local API. Its agent can be started again on them. */
export class ApiMachine {
  readonly directory: string;
  readonly #options: Omit<TestDeviceOptions, 'messages' | 'disk'>;
  readonly #disk = new DeviceDisk();
  #device: TestDevice | undefined;

  /** @param directory of its files; default: one that the test removes at its end */
  constructor(options: Omit<TestDeviceOptions, 'messages' | 'disk'>, directory = temporaryDirectory()) {
    this.#options = options;
    this.directory = directory;
  }

  get device(): TestDevice {
    if (this.#device === undefined) throw new Error('the machine is off');
    return this.#device;
  }

  get messages(): NonNullable<AgentOptions['messages']> {
    const path = (name: string): string => join(this.directory, name);
    return {
      agents: new JsonDocumentFile(path('agents.json')),
      instances: new JsonDocumentFile(path('instances.json')),
      outbox: new DiskJournalFile(path('outbox.journal')),
      inbox: new DiskJournalFile(path('inbox.journal')),
      webhooks: new WebhookSecretFiles(path('agents')),
      api: { tokens: new AgentTokenFiles(path('agents')), socketPath: path('messages.sock') },
    };
  }

  /** @param listens false: its API doesn't open */
  async start({ listens = true }: Readonly<{ listens?: boolean }> = {}): Promise<void> {
    this.#device = await TestDevice.create({ ...this.#options, disk: this.#disk, messages: this.messages });
    this.#device.agent.start();
    const agents = await this.#device.api.call('agents.list', {});
    // It listens a moment after the start.
    if (listens && agents.length > 1)
      await vi.waitUntil(() => existsSync(join(this.directory, 'messages.sock')), { timeout: 10_000 });
  }

  async stop(): Promise<void> {
    await this.#device?.close();
    this.#device = undefined;
  }

  /** Adds an agent, and returns its program. */
  async add(name: string, change: Readonly<{ http?: boolean; description?: string }> = {}): Promise<AgentProgram> {
    const { tokenFile: path } = await this.device.api.call('agents.set', { name, ...change });
    if (path === null) throw new Error('no token file');
    return new AgentProgram(path);
  }
}

/** Dialer of a machine without a relay. */
export const NO_RELAY: TestDeviceOptions['dialer'] = {
  control: () => Promise.reject(new Error('no relay')),
  link: () => Promise.reject(new Error('no relay')),
};
