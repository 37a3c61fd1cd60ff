import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isJson, type Json } from './frames.ts';

/** What the model says to the newest message of the user: its tokens, one after the other. */
export type ModelScript = (prompt: string) => AsyncIterable<string> | Iterable<string>;

/** A language model with the interface of OpenAI's chat completions, on loopback: it says what its script says. */
export class StubModel {
  script: ModelScript = (prompt) => ['You ', 'said: ', prompt];
  /** Bodies of the requests, in the order they came. */
  readonly requests: Json[] = [];
  /** Requests whose connection was closed before the answer was complete. */
  aborted = 0;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void this.#answer(request, response));
  }

  static async start(): Promise<StubModel> {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return new StubModel(server);
  }

  /** Up to and with `/v1`. */
  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/v1`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!(request.url ?? '').endsWith('/chat/completions')) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"object":"list","data":[{"id":"stub-1","object":"model"}]}');
      return;
    }
    const body = await bodyOf(request);
    this.requests.push(body);
    let complete = false;
    response.on('close', () => {
      if (!complete) this.aborted += 1;
    });
    const tokens = this.script(promptOf(body));
    if (body['stream'] !== true) {
      let content = '';
      for await (const token of tokens) content += token;
      complete = true;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ ...envelope(), object: 'chat.completion', choices: [whole(content)], usage: USAGE }),
      );
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] }));
    for await (const token of tokens) {
      if (response.destroyed) return;
      response.write(chunk({ choices: [{ index: 0, delta: { content: token }, finish_reason: null }] }));
    }
    complete = true;
    response.write(chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }));
    response.write(chunk({ choices: [], usage: USAGE }));
    response.end('data: [DONE]\n\n');
  }
}

/** The part of an OpenClaw configuration that makes this the only model. */
export function modelConfiguration(model: StubModel): Json {
  const entry = {
    id: 'stub-1',
    name: 'Stub',
    reasoning: false,
    input: ['text'],
    cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    contextWindow: 128_000,
    maxTokens: 8192,
  };
  return {
    models: {
      mode: 'replace',
      providers: { stub: { baseUrl: model.url, apiKey: 'stub-key', api: 'openai-completions', models: [entry] } },
    },
    agents: { defaults: { model: { primary: 'stub/stub-1' }, skipBootstrap: true } },
  };
}

const USAGE = { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 };

function envelope(): Json {
  return { id: 'stub', created: Math.floor(Date.now() / 1000), model: 'stub-1' };
}

function chunk(more: Json): string {
  return `data: ${JSON.stringify({ ...envelope(), object: 'chat.completion.chunk', ...more })}\n\n`;
}

function whole(content: string): Json {
  return { index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' };
}

async function bodyOf(request: IncomingMessage): Promise<Json> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const body: unknown = JSON.parse(Buffer.concat(parts).toString());
  return isJson(body) ? body : {};
}

/** What the person wrote last, without what OpenClaw puts around it. */
function promptOf(body: Json): string {
  const messages = Array.isArray(body['messages']) ? (body['messages'] as readonly Json[]) : [];
  const texts = messages.filter((message) => message['role'] === 'user').map((message) => textOf(message['content']));
  const prompt = texts.findLast((text) => !text.startsWith('<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT')) ?? '';
  return prompt.replace(/^\[[^\]]*\] /u, '').replace(/\n\nRuntime: [^\n]*$/u, '');
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return (content as readonly Json[]).map((part) => (typeof part['text'] === 'string' ? part['text'] : '')).join('');
}
