import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isJson, type Json } from './frames.ts';

/** Call of one of the tools that the request offers, by the end of its name. */
export type ToolUse = Readonly<{ tool: string; input: Json }>;
/**
 * What the model says to the newest message of the user: its tokens, one after the other, and calls of tools.
 * @param results answers of the tools that it has called in this conversation
 */
export type ModelScript = (
  prompt: string,
  results: readonly string[],
) => AsyncIterable<string | ToolUse> | Iterable<string | ToolUse>;

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
    const tokens = this.script(promptOf(body), resultsOf(body));
    if (body['stream'] !== true) {
      let content = '';
      for await (const token of tokens) {
        if (typeof token !== 'string') throw new Error('a tool is called in a stream');
        content += token;
      }
      complete = true;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ ...envelope(), object: 'chat.completion', choices: [whole(content)], usage: USAGE }),
      );
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] }));
    let calls = 0;
    for await (const token of tokens) {
      if (response.destroyed) return;
      const delta = typeof token === 'string' ? { content: token } : { tool_calls: [callOf(token, calls, body)] };
      if (typeof token !== 'string') calls += 1;
      response.write(chunk({ choices: [{ index: 0, delta, finish_reason: null }] }));
    }
    complete = true;
    response.write(chunk({ choices: [{ index: 0, delta: {}, finish_reason: calls > 0 ? 'tool_calls' : 'stop' }] }));
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

/** Returns a call as the interface has it. @throws if the request offers no such tool */
function callOf({ tool, input }: ToolUse, index: number, body: Json): Json {
  const offered = toolsOf(body);
  const name = offered.find((one) => one.endsWith(tool));
  if (name === undefined) throw new Error(`no tool "${tool}" among ${offered.join(', ')}`);
  const call = { name, arguments: JSON.stringify(input) };
  return { index, id: `call_${String(Date.now())}_${String(index)}`, type: 'function', function: call };
}

/** Returns the names of the tools that a request offers. */
function toolsOf(body: Json): readonly string[] {
  const tools = Array.isArray(body['tools']) ? (body['tools'] as readonly Json[]) : [];
  return tools.map(({ function: offered }) => (isJson(offered) ? String(offered['name']) : ''));
}

/** Returns what tools have answered in a conversation. */
function resultsOf(body: Json): readonly string[] {
  const messages = Array.isArray(body['messages']) ? (body['messages'] as readonly Json[]) : [];
  return messages.filter(({ role }) => role === 'tool').map(({ content }) => textOf(content));
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
