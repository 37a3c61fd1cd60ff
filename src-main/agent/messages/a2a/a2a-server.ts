import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type * as z from 'zod';
import {
  A2A_ERRORS,
  A2A_VERSION,
  A2aError,
  asA2aError,
  errorDetails,
  getTaskRequest,
  isTerminal,
  jsonRpcRequest,
  listTasksRequest,
  sendMessageRequest,
  taskRequest,
  type A2aArtifact,
  type A2aEvent,
  type A2aTask,
} from '#shared/a2a/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { MESSAGE_API_LIMITS, MessageApiError } from '#shared/message-api/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { beginEvents, drained, eventText, replyJson } from '../api/api-reply.ts';
import type { PeerDirectory } from '../api/peer-directory.ts';
import type { Holder } from '../api/hand-out-queue.ts';
import { agentCard } from './agent-card.ts';
import type { A2aCall, A2aTasks } from './a2a-tasks.ts';

/** Path of the card of an agent below its own. */
const CARD = '/.well-known/agent-card.json';
const RPC_TYPE = 'application/json; charset=utf-8';
const REST_TYPE = 'application/a2a+json; charset=utf-8';

/** Answers of HTTP+JSON. The specification names no form for a stream that fails: this is that of its SDKs. */
const REST: Binding = {
  type: REST_TYPE,
  wrap: (value) => value,
  failureEvent: 'error',
  failure: (error) => {
    const { status, name } = A2A_ERRORS[error.reason];
    return { error: { code: status, status: name, message: error.message, details: errorDetails(error) } };
  },
};

/** Request of a program whose token is good. */
export type A2aRequest = Readonly<{
  /** Agent of this machine whose token it is. */
  agent: string;
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  /** Beginning of the addresses in the card, such as `http://127.0.0.1:43117`. */
  origin: string;
  holder: Holder;
  signal: AbortSignal;
  /** Counts this request among those that wait. @throws {MessageApiError} `api.rate` */
  wait(): void;
  /** Reads the body. @throws {MessageApiError} `api.too-large`, `api.input`, `api.timeout` */
  readBody(): Promise<unknown>;
}>;

type ServerOptions = Readonly<{
  tasks: A2aTasks;
  directory: PeerDirectory;
  clock: Clock;
  ownId: PeerId;
  version: string;
}>;

/** Form of a binding's answers. */
type Binding = Readonly<{
  /** Content type of an answer that is no stream. */
  type: string;
  wrap(value: unknown): unknown;
  /** Name of the event with which a stream fails. */
  failureEvent?: string;
  failure(error: A2aError): unknown;
}>;

/** Outcome of an operation: one object, or a stream of events. */
type Outcome = Readonly<{ value: unknown; tasks: readonly A2aTask[] }> | Readonly<{ events: AsyncGenerator<A2aEvent> }>;
type Operation = (params: unknown, call: A2aCall, wait: () => void) => Promise<Outcome>;

/**
 * Server of A2A 1.0 before the agents of this machine and of its peers: JSON-RPC at `/a2a/MACHINE/AGENT`, HTTP+JSON below it, and the card. A message
 * to one of them goes the way of all messages.
 */
export class A2aServer {
  readonly #options: ServerOptions;
  readonly #operations: Readonly<Record<string, Operation>>;

  constructor(options: ServerOptions) {
    this.#options = options;
    const { tasks } = options;
    const one = (task: A2aTask, value: unknown = task): Outcome => ({ value, tasks: [task] });
    this.#operations = {
      SendMessage: async (params, call, wait) => {
        const request = parse(sendMessageRequest, params);
        if (request.configuration?.returnImmediately !== true) wait();
        const task = await tasks.send(call, request);
        return one(task, { task });
      },
      SendStreamingMessage: async (params, call, wait) => {
        const request = parse(sendMessageRequest, params);
        wait();
        return { events: tasks.events(await tasks.begin(call, request), call) };
      },
      GetTask: async (params, call) => {
        const { id, historyLength } = parse(getTaskRequest, params);
        return one(await tasks.get(call, id, historyLength));
      },
      ListTasks: async (params, call) => ({
        value: await tasks.list(call, parse(listTasksRequest, params ?? {})),
        tasks: [],
      }),
      CancelTask: async (params, call) => one(await tasks.cancel(call, parse(taskRequest, params).id)),
      SubscribeToTask: async (params, call, wait) => {
        const { id } = parse(taskRequest, params);
        const task = await tasks.get(call, id, 0);
        if (isTerminal(task.status.state)) throw new A2aError('UNSUPPORTED_OPERATION', 'the task has ended');
        wait();
        return { events: tasks.events(tasks.find(call, id), call) };
      },
      ...Object.fromEntries(
        ['Create', 'Get', 'Delete'].map((verb) => [`${verb}TaskPushNotificationConfig`, noPushNotifications]),
      ),
      ListTaskPushNotificationConfigs: noPushNotifications,
      GetExtendedAgentCard: async () => {
        throw new A2aError('UNSUPPORTED_OPERATION', 'there is no extended card');
      },
    };
  }

  /** Answers a request. @throws {MessageApiError} `api.route`, and those of `wait` and `readBody` */
  async answer(given: A2aRequest): Promise<void> {
    const { url, request } = given;
    const [, machine = '', agent = '', rest = ''] = /^\/a2a\/([^/]+)\/([^/]+)(\/.*)?$/.exec(url.pathname) ?? [];
    const address = `${decode(machine)}/${decode(agent)}`;
    if (machine === '' || agent === '') throw new MessageApiError('api.route', 'no such route');
    const isRpc = rest === '' || rest === '/';
    if (rest === CARD && request.method === 'GET') await this.#card(given, `/a2a/${machine}/${agent}`, address);
    else if (isRpc && request.method === 'POST') await this.#rpc(given, address);
    else await this.#rest(given, address, rest);
  }

  async #card({ response, origin }: A2aRequest, path: string, address: string): Promise<void> {
    const to = await this.#options.directory.resolveDevice(address);
    const machine = (await this.#options.directory.list()).find(({ peer_id: peerId }) => peerId === to.device);
    const named = machine?.agents.find(({ name }) => name === to.agent);
    // A machine that names its agents would name this one.
    if (machine?.may_write === 'allow' && named === undefined)
      throw new MessageApiError('message.unknown-agent', 'no such agent', { details: { agent: to.agent } });
    const card = agentCard({
      url: `${origin}${path}`,
      name: to.agent,
      machine: machine?.address ?? to.device,
      description: named?.description ?? '',
      // Messages between agents of one machine have none.
      takesFiles: to.device !== this.#options.ownId,
      version: this.#options.version,
    });
    replyJson(response, 200, card);
  }

  /** Answers a JSON-RPC request (section 9). */
  async #rpc(given: A2aRequest, address: string): Promise<void> {
    let id: string | number | null = null;
    const binding: Binding = {
      type: RPC_TYPE,
      wrap: (result) => ({ jsonrpc: '2.0', id, result }),
      failure: (error) => ({
        jsonrpc: '2.0',
        id,
        error: { code: A2A_ERRORS[error.reason].number, message: error.message, data: errorDetails(error) },
      }),
    };
    try {
      const envelope = safeParse(jsonRpcRequest, await readBody(given));
      if (envelope.data === undefined) throw new A2aError('INVALID_REQUEST', 'not a request of JSON-RPC 2.0');
      const { method, params } = envelope.data;
      ({ id } = envelope.data);
      const operation = Object.hasOwn(this.#operations, method) ? this.#operations[method] : undefined;
      if (operation === undefined) throw new A2aError('METHOD_NOT_FOUND', 'no such method');
      await this.#run(given, address, operation, params, binding);
    } catch (error) {
      passOn(error);
      replyJson(given.response, 200, binding.failure(asA2aError(error)));
    }
  }

  /** Answers a request of HTTP+JSON (section 11). */
  async #rest(given: A2aRequest, address: string, rest: string): Promise<void> {
    const { request, response, url } = given;
    try {
      const found = restOperation(request.method ?? '', rest, url);
      if (found === undefined) throw new MessageApiError('api.route', 'no such route');
      const operation = this.#operations[found.method];
      if (operation === undefined) throw new MessageApiError('api.route', 'no such route');
      const params = found.hasBody ? await readBody(given) : found.params;
      await this.#run(given, address, operation, params, REST);
    } catch (error) {
      passOn(error);
      const known = asA2aError(error);
      replyJson(response, A2A_ERRORS[known.reason].status, REST.failure(known), { 'Content-Type': REST.type });
    }
  }

  async #run(
    given: A2aRequest,
    address: string,
    operation: Operation,
    params: unknown,
    binding: Binding,
  ): Promise<void> {
    const { agent, response, holder, signal, wait } = given;
    requireVersion(given);
    const to = await this.#options.directory.resolveDevice(address);
    const outcome = await operation(params, { agent, to, holder, signal }, wait);
    if ('events' in outcome) {
      await this.#stream(given, outcome.events, binding);
      return;
    }
    const headers: OutgoingHttpHeaders = { 'Content-Type': binding.type };
    const answers = outcome.tasks.flatMap(({ artifacts = [] }) => artifacts);
    // The program has an answer when the system has sent it; only then is its sender told that it was read.
    response.once('finish', () => void this.#delivered(answers));
    replyJson(response, 200, binding.wrap(outcome.value), headers);
  }

  async #stream(
    { response, signal }: A2aRequest,
    events: AsyncGenerator<A2aEvent>,
    { wrap, failure, failureEvent }: Binding,
  ): Promise<void> {
    let timer: Timer | undefined;
    const ping = (): void => {
      response.write(': ping\n\n');
      timer = this.#options.clock.setTimer(MESSAGE_API_LIMITS.ping, ping);
    };
    const first = await events.next();
    beginEvents(response);
    ping();
    const answers: A2aArtifact[] = [];
    try {
      for (let next: IteratorResult<A2aEvent> = first; next.done !== true; next = await events.next()) {
        const event = next.value;
        if ('task' in event) answers.push(...(event.task.artifacts ?? []));
        if ('artifactUpdate' in event) answers.push(event.artifactUpdate.artifact);
        response.write(eventText(undefined, undefined, wrap(event)));
        await drained(response, signal);
      }
      response.once('finish', () => void this.#delivered(answers));
      response.end();
    } catch (error) {
      // The headers are sent: the last event has the error.
      response.end(eventText(failureEvent, undefined, failure(asA2aError(error))));
    } finally {
      timer?.cancel();
    }
  }

  async #delivered(answers: readonly A2aArtifact[]): Promise<void> {
    // What the disk refuses comes again in the inbox.
    for (const answer of answers) await this.#options.tasks.delivered(answer).catch(() => undefined);
  }
}

/** Refuses other versions than 1.0. No version means 0.3 (section 3.6.2). */
function requireVersion({ request, url }: A2aRequest): void {
  const header = request.headers['a2a-version'];
  const version = (Array.isArray(header) ? header[0] : header) ?? url.searchParams.get('A2A-Version') ?? '';
  if (version.trim() !== A2A_VERSION)
    throw new A2aError('VERSION_NOT_SUPPORTED', `this agent speaks version ${A2A_VERSION}`);
}

/** Finds the operation for a path of HTTP+JSON (section 11.3). */
function restOperation(
  method: string,
  rest: string,
  url: URL,
): Readonly<{ method: string; hasBody: boolean; params: Readonly<Record<string, unknown>> }> | undefined {
  const query = Object.fromEntries([...url.searchParams].filter(([name]) => name !== 'A2A-Version'));
  const [, id = '', verb = ''] = /^\/tasks\/([^/:]+)(?::([a-z]+))?$/.exec(rest) ?? [];
  const task = { ...query, id: decode(id) };
  switch (`${method} ${id === '' ? rest : '/tasks/ID'}${verb === '' ? '' : `:${verb}`}`) {
    case 'POST /message:send':
      return { method: 'SendMessage', hasBody: true, params: {} };
    case 'POST /message:stream':
      return { method: 'SendStreamingMessage', hasBody: true, params: {} };
    case 'GET /tasks':
      return { method: 'ListTasks', hasBody: false, params: query };
    case 'GET /tasks/ID':
      return { method: 'GetTask', hasBody: false, params: task };
    case 'POST /tasks/ID:cancel':
      return { method: 'CancelTask', hasBody: false, params: task };
    // The table of the specification has POST, its protocol buffers have GET.
    case 'GET /tasks/ID:subscribe':
    case 'POST /tasks/ID:subscribe':
      return { method: 'SubscribeToTask', hasBody: false, params: task };
    case 'GET /extendedAgentCard':
      return { method: 'GetExtendedAgentCard', hasBody: false, params: {} };
    default:
      return /^\/tasks\/[^/]+\/pushNotificationConfigs(?:\/[^/]+)?$/.test(rest)
        ? { method: 'ListTaskPushNotificationConfigs', hasBody: false, params: {} }
        : undefined;
  }
}

async function noPushNotifications(): Promise<Outcome> {
  throw new A2aError('PUSH_NOTIFICATION_NOT_SUPPORTED', 'there are no push notifications');
}

async function readBody(given: A2aRequest): Promise<unknown> {
  try {
    return await given.readBody();
  } catch (error) {
    if (error instanceof MessageApiError && error.code === 'api.input')
      throw new A2aError('PARSE', error.message, error);
    throw error;
  }
}

/** Throws errors that belong to HTTP, and not to A2A. */
function passOn(error: unknown): void {
  const code = error instanceof MessageApiError ? error.code : '';
  if (['api.route', 'api.rate', 'api.token', 'api.too-large', 'api.timeout'].includes(code)) throw error;
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const { data, error } = safeParse(schema, value);
  if (error === undefined) return data;
  const [issue] = error.issues;
  throw new A2aError('INVALID_PARAMS', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
}

/** Decodes a part of a path. @throws {MessageApiError} `api.route` */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    throw new MessageApiError('api.route', 'no such route', { cause: error });
  }
}
