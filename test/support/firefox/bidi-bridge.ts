import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Script } from 'node:vm';
import { WebSocket, WebSocketServer } from 'ws';

/** Commands that Playwright sends and Firefox 140 doesn't know: bodies of answers, downloads, and what `SETTINGS` of the launch set for every page. */
const DISPENSABLE: ReadonlySet<string> = new Set([
  'network.addDataCollector',
  'browser.setDownloadBehavior',
  'emulation.setLocaleOverride',
  'emulation.setMediaFeaturesOverride',
  'emulation.setScreenOrientationOverride',
  'emulation.setScreenSettingsOverride',
]);

/**
 * Texts that Playwright has a page evaluate besides a call's own, by the name of the argument that carries them: as they come to `eval`.
 */
const EVALUATED: Readonly<Record<string, (text: string) => string>> = {
  functionText: (text) => `(${text})`,
  callbackText: (text) => text,
  source: (text) =>
    `\n    (() => {\n      const module = {};\n      ${text}\n      return module.exports.default();\n    })()`,
};

/** Call by which Playwright evaluates a text. */
const EVALUATE = '(utilityScript, ...args) => utilityScript.evaluate(...args)';

type Value = Readonly<{ type?: string; value?: unknown }>;
type Params = Readonly<{ functionDeclaration?: string; arguments?: readonly Value[] }>;
type Message = Readonly<{ id?: number; method?: string; params?: Params; type?: string; error?: string }>;

/**
 * Stands between Playwright and a Firefox, and passes on each message of WebDriver BiDi. Says yes to the dispensable commands that the browser doesn't know,
 * and has code run where Playwright has a text evaluated, which the policy of a page forbids to the tests, too.
 * Listens at `/PORT/session` for the browser that listens at `PORT`.
 */
export class BidiBridge {
  readonly #server: WebSocketServer;

  static async open(): Promise<BidiBridge> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    return new BidiBridge(server);
  }

  private constructor(server: WebSocketServer) {
    this.#server = server;
    server.on('connection', (socket, { url = '' }) => carry(socket, url));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
  }
}

function carry(tools: WebSocket, url: string): void {
  const browser = new WebSocket(`ws://127.0.0.1:${url.slice(1)}`);
  /** Names of the commands without an answer yet. */
  const asked = new Map<number, string>();
  let before: Promise<unknown> = once(browser, 'open');
  tools.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Message;
    if (message.id !== undefined && message.method !== undefined) asked.set(message.id, message.method);
    const text = JSON.stringify(withCode(message));
    before = before.then(() => browser.send(text));
    before.catch(() => tools.terminate());
  });
  browser.on('message', (data: Buffer) => {
    const text = data.toString();
    const { id, type, error } = JSON.parse(text) as Message;
    const method = asked.get(id ?? -1) ?? '';
    asked.delete(id ?? -1);
    const isDispensable = type === 'error' && error === 'unknown command' && DISPENSABLE.has(method);
    tools.send(isDispensable ? JSON.stringify({ type: 'success', id, result: {} }) : text);
  });
  browser.on('close', () => tools.close());
  browser.on('error', () => tools.terminate());
  tools.on('close', () => browser.close());
}

/** Puts the texts that a call evaluates into its function, as code. */
function withCode(message: Message): Message {
  const { params } = message;
  if (params?.functionDeclaration !== EVALUATE) return message;
  const [, , , expression, ...rest] = params.arguments ?? [];
  const texts = [String(expression?.value), ...rest.flatMap(textsIn)].filter(isCode);
  const code = texts.map((text) => `[${JSON.stringify(text)}, () => (${text}\n)]`).join(', ');
  const functionDeclaration = `(utilityScript, ...args) => {
    const codes = new Map([${code}]);
    const own = globalThis.eval;
    globalThis.eval = (text) => (codes.get(text) ?? (() => own(text)))();
    try {
      return utilityScript.evaluate(...args);
    } finally {
      globalThis.eval = own;
    }
  }`;
  return { ...message, params: { ...params, functionDeclaration } };
}

/** Reports whether a text can be evaluated: selectors have properties of the same names. */
function isCode(text: string): boolean {
  try {
    return new Script(`(${text}\n)`) instanceof Script;
  } catch {
    return false;
  }
}

/** Texts in an argument, as they come to `eval`. Playwright writes a property as an object of key (`k`) and value (`v`). */
function textsIn({ type, value }: Value): readonly string[] {
  if (type === 'array') return (value as readonly Value[]).flatMap(textsIn);
  if (type !== 'object') return [];
  const entries = value as readonly (readonly [Value, Value])[];
  const fields = new Map(entries.map(([key, field]) => [key.value, field.value]));
  const [key, text] = [fields.get('k'), fields.get('v')];
  const asEvaluated = typeof key === 'string' && Object.hasOwn(EVALUATED, key) ? EVALUATED[key] : undefined;
  if (asEvaluated !== undefined && typeof text === 'string') return [asEvaluated(text)];
  return entries.flatMap(([, field]) => textsIn(field));
}
