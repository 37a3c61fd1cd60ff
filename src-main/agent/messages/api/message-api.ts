import type { IncomingMessage, ServerResponse } from 'node:http';
import { LocalHttpServer, readRequestBody, type LocalPlace } from '#node/local-http/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { Logger } from '#shared/logger.ts';
import { findRoute, MESSAGE_API_LIMITS, MessageApiError, type MessageApiRoute } from '#shared/message-api/index.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { SenderBudget } from '#shared/sender-budget.ts';
import { isWellFormed } from '#shared/well-formed.ts';
import { PERSON, type LocalAgent } from '../agents/agent-book.ts';
import type { MessageAddresses } from '../addresses.ts';
import type { AgentFiles } from '../agents/agent-files.ts';
import { MessageError } from '../errors.ts';
import { A2aServer } from '../a2a/a2a-server.ts';
import { A2aTasks } from '../a2a/a2a-tasks.ts';
import { AgentMessages, type AgentBoxes } from './agent-messages.ts';
import { AgentTokens, type TokenFiles } from './agent-tokens.ts';
import { replyError, replyJson } from './api-reply.ts';
import { ApiViews } from './api-views.ts';
import { ConnectionTakes, type Taken } from './connection-takes.ts';
import type { Holder } from './hand-out-queue.ts';
import { PeerDirectory, type PeerDirectoryOptions } from './peer-directory.ts';
import { inputProblem } from './input-problem.ts';
import { checkedAnswer, createApiHandlers, mayWait, type ApiAnswer, type ApiCall } from './request-handlers.ts';

/** Files and addresses of the local API. */
export type MessageApiFiles = Readonly<{
  tokens: TokenFiles;
  /** Path of the socket file, or of the pipe on Windows. */
  socketPath: string;
}>;

type MessageApiOptions = Readonly<{
  files: MessageApiFiles;
  crypto: CryptoBackend;
  clock: Clock;
  logger: Logger;
  /** Version of this program, for the cards of A2A. */
  version: string;
  boxes: AgentBoxes;
  views: ConstructorParameters<typeof ApiViews>[0]['views'];
  /** Returns the agents of this machine. */
  agents(): readonly LocalAgent[];
  directory: PeerDirectoryOptions;
  addressOf: ConstructorParameters<typeof ApiViews>[0]['addressOf'];
  agentFiles: AgentFiles;
  /** Addresses of machines. */
  addresses: Pick<MessageAddresses, 'find'>;
}>;

/** Program whose token is good, and where it has come. */
type Admitted = Readonly<{ agent: LocalAgent; token: string; place: LocalPlace }>;
type Open = Readonly<{ agent: string; token: string; abort(): void }>;

/**
 * Local API by which programs send and receive the messages of their agent: listens while there is an agent besides `me`, admits requests by the agent's
 * token, and passes each to the handler of its route. One per agent of a device.
 */
export class MessageApi {
  readonly #options: MessageApiOptions;
  readonly #logger: Logger;
  readonly #tokens: AgentTokens;
  readonly #messages: AgentMessages;
  readonly #handlers;
  readonly #takes: ConnectionTakes;
  readonly #a2a: A2aServer;
  readonly #budget: SenderBudget;
  readonly #server: LocalHttpServer;
  /** Requests that wait. */
  readonly #waiting = new Set<Open>();
  #last: Promise<void> = Promise.resolve();
  /** True once the boxes were read. */
  #mayListen = false;
  #isClosed = false;

  constructor(options: MessageApiOptions) {
    const { clock, crypto, files, boxes, directory } = options;
    this.#options = options;
    this.#logger = options.logger.child({ part: 'message-api' });
    this.#tokens = new AgentTokens(crypto, files.tokens, this.#logger);
    const views = new ApiViews({
      ...options,
      ownId: directory.ownId,
      filesOf: (...message) => options.agentFiles.filesOf(...message),
    });
    this.#messages = new AgentMessages({
      clock,
      logger: this.#logger,
      boxes,
      views,
      onTransfer: (listener) => options.agentFiles.onChange(listener),
      run: toHex(crypto.randomBytes(4)),
    });
    this.#takes = new ConnectionTakes(this.#messages);
    const shared = { directory: new PeerDirectory(directory), clock };
    this.#handlers = createApiHandlers({
      ...shared,
      messages: this.#messages,
      machine: directory.ownName,
      files: options.agentFiles,
      addresses: options.addresses,
      addressOf: options.addressOf,
    });
    const tasks = new A2aTasks({
      boxes,
      messages: this.#messages,
      crypto,
      clock,
      agentFiles: options.agentFiles,
    });
    this.#a2a = new A2aServer({ ...shared, tasks, ownId: directory.ownId, version: options.version });
    const { requests } = MESSAGE_API_LIMITS;
    const each = { burst: requests, perSecond: requests / 60 };
    // Agents don't share: each has its own budget.
    this.#budget = new SenderBudget(clock, { each, all: { burst: 1e9, perSecond: 1e9 } });
    this.#server = new LocalHttpServer({
      limits: MESSAGE_API_LIMITS,
      answer: (request, response, place) => void this.#answer(request, response, place),
      refuse: (response, reason) => {
        this.#logger.debug('a request was refused', { reason });
        replyError(response, new MessageApiError('api.origin', 'pages may not use this interface'));
      },
    });
  }

  /** Returns the path of an agent's token file; null for the person. */
  tokenFile(agent: string): string | null {
    return agent === PERSON ? null : this.#options.files.tokens.pathOf(agent);
  }

  /** Begins to listen where the agents of this machine need it. Called once, when the boxes were read. @throws as `sync` */
  async open(): Promise<void> {
    this.#mayListen = true;
    await this.sync();
  }

  /**
   * Writes the token files of the agents of this machine and, once it is open, listens where they need it. Called whenever agents have changed.
   * @throws {MessageError} `local-agent.api` if that failed
   */
  async sync(): Promise<void> {
    await this.#inTurn(async () => {
      if (!this.#isClosed) await this.#sync();
    });
  }

  /** Creates another token for an agent, and ends what waits with the old one. @throws as `sync`, also if the API is closed */
  async renew(agent: string): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#isClosed) throw new MessageError('message.unavailable', 'the API is closed');
      this.#tokens.renew(agent);
      await this.#sync();
    });
  }

  /** Hands out messages to a program that uses the control socket. @throws as `ConnectionTakes.take` */
  async take(...call: Parameters<ConnectionTakes['take']>): Promise<readonly Taken[]> {
    await this.#last;
    return await this.#takes.take(...call);
  }

  /** Ends what waits, closes the addresses, and takes the port and the tokens that were used there out of the files. Idempotent. */
  async close(): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#isClosed) return;
      this.#isClosed = true;
      this.#end(() => true);
      this.#messages.close();
      this.#tokens.leavePort(() => false);
      await this.#publish(new Set());
      await this.#server.close();
    }).catch((error: unknown) => this.#logger.warn('the API could not be closed', { errorCode: errorCode(error) }));
  }

  async #sync(): Promise<void> {
    const agents = this.#options.agents().filter(({ name }) => name !== PERSON);
    const names = agents.map(({ name }) => name);
    const withPort = new Set(agents.flatMap(({ name, http }) => (http && this.#mayListen ? [name] : [])));
    await this.#tokens.keep(names);
    this.#tokens.leavePort((agent) => withPort.has(agent));
    if (this.#mayListen) this.#messages.keep(names);
    this.#end(({ agent, token }) => this.#tokens.agentOf(token) !== agent);
    if (withPort.size === 0) await this.#server.close('port');
    if (!this.#mayListen || names.length === 0) await this.#server.close();
    else await this.#server.openSocket(this.#options.files.socketPath);
    if (withPort.size > 0) await this.#server.openPort();
    await this.#publish(withPort);
  }

  /** Writes the token files. @param withPort agents whose tokens are taken at the port */
  async #publish(withPort: ReadonlySet<string>): Promise<void> {
    const { port } = this.#server;
    const { socketPath: socket } = this.#options.files;
    await this.#tokens.publish((agent) => ({
      socket,
      http: port !== undefined && withPort.has(agent) ? `http://127.0.0.1:${port}` : null,
    }));
  }

  /** Runs actions that open and close addresses one after the other. */
  async #inTurn(action: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(action);
    this.#last = turn.catch(() => undefined);
    try {
      await turn;
    } catch (error) {
      this.#logger.error('the API for programs does not work', { errorCode: errorCode(error) });
      throw new MessageError('local-agent.api', 'the API for programs does not work', {
        cause: error,
        details: { reason: errorCode(error) },
      });
    }
  }

  #end(isMeant: (open: Open) => boolean): void {
    for (const open of this.#waiting) if (isMeant(open)) open.abort();
  }

  /** Answers a request that no page has made. Never rejects. */
  async #answer(request: IncomingMessage, response: ServerResponse, place: LocalPlace): Promise<void> {
    try {
      const { agent, token } = this.#admit(request, place);
      const url = URL.parse(request.url ?? '', 'http://localhost');
      if (url === null) throw new MessageApiError('api.route', 'no such route');
      await this.#route(url, { agent, token, request, response, place });
    } catch (error) {
      const code = errorCode(error);
      if (code === 'internal') this.#logger.error('a request failed', { error: String(error) });
      if (response.headersSent) response.destroy();
      else replyError(response, error);
    }
  }

  /** @throws {MessageApiError} `api.token`, `api.rate` */
  #admit(request: IncomingMessage, place: LocalPlace): Readonly<{ agent: LocalAgent; token: string }> {
    const [, token = ''] = /^Bearer ([A-Za-z0-9_-]{43})$/i.exec(request.headers.authorization ?? '') ?? [];
    const name = this.#tokens.agentOf(token);
    const agent = this.#options.agents().find((one) => one.name === name);
    // A port is open to every user of the machine. Who didn't ask for it isn't reached there, whatever it sends.
    if (agent === undefined || (place === 'port' && !agent.http))
      throw new MessageApiError('api.token', 'a token of an agent is needed: see the file agents/NAME.token');
    if (!this.#budget.take(agent.name)) throw new MessageApiError('api.rate', 'too many requests');
    return { agent, token };
  }

  async #route(
    url: URL,
    { agent, token, request, response, place }: Admitted & Pick<ApiCall, 'request' | 'response'>,
  ): Promise<void> {
    const found = findRoute(request.method ?? '', url.pathname);
    const isA2a = url.pathname.startsWith('/a2a/');
    if (found === undefined && !isA2a) throw new MessageApiError('api.route', 'no such route');
    const aborting = new AbortController();
    const holder: Holder = { isOver: false };
    const abort = (): void => {
      // What was answered as a whole is with the program. A stream never is.
      holder.isOver = found?.route.events !== undefined || !response.writableFinished;
      aborting.abort();
    };
    response.once('close', abort);
    const open: Open = { agent: agent.name, token, abort };
    const wait = (): void => this.#wait(open);
    const call: ApiCall = { agent, request, response, holder, signal: aborting.signal };
    try {
      if (found !== undefined) await this.#handle(found, url, call, wait);
      else {
        const origin = place === 'port' ? `http://127.0.0.1:${this.#server.port}` : 'http://localhost';
        const readBody = async (): Promise<unknown> => await readJson(request);
        await this.#a2a.answer({ ...call, agent: agent.name, url, origin, wait, readBody });
      }
    } finally {
      this.#waiting.delete(open);
    }
  }

  async #handle(
    { route, params }: NonNullable<ReturnType<typeof findRoute>>,
    url: URL,
    call: ApiCall,
    wait: () => void,
  ): Promise<void> {
    const parts = {
      params: parse(route.params, params),
      query: parse(route.query, queryOf(url)),
      header: headerOf(call.request, route),
      input: route.input === undefined ? undefined : parse(route.input, await readJson(call.request)),
    };
    if (mayWait(route.name, parts.query, parts.input)) wait();
    const handle = this.#handlers[route.name] as (parts: unknown, call: ApiCall) => Promise<ApiAnswer>;
    const answer = await handle(parts, call);
    if (answer !== undefined) replyJson(call.response, answer.status, checkedAnswer(route.name, answer.value));
  }

  /** @throws {MessageApiError} `api.rate` if too many of the agent's requests wait */
  #wait(open: Open): void {
    const own = [...this.#waiting].filter(({ agent }) => agent === open.agent);
    if (own.length >= MESSAGE_API_LIMITS.waiting) throw new MessageApiError('api.rate', 'too many requests wait');
    this.#waiting.add(open);
  }
}

function parse(schema: MessageApiRoute['output'], value: unknown): unknown {
  const { data, error } = safeParse(schema, value);
  if (error !== undefined) {
    const [issue] = error.issues;
    const field = issue?.path.join('.') ?? '';
    throw new MessageApiError('api.input', inputProblem(issue), { details: { field } });
  }
  return data;
}

/** @throws {MessageApiError} `api.input` for a parameter that is there twice */
function queryOf(url: URL): Readonly<Record<string, string>> {
  const query: Record<string, string> = {};
  for (const [name, value] of url.searchParams) {
    if (Object.hasOwn(query, name))
      throw new MessageApiError('api.input', `${name} is there twice`, { details: { field: name } });
    query[name] = value;
  }
  return query;
}

function headerOf(request: IncomingMessage, { header }: MessageApiRoute): string | undefined {
  if (header === undefined) return undefined;
  const value = request.headers[header.name.toLowerCase()];
  return value === undefined ? undefined : (parse(header.schema, value) as string);
}

/** @throws {MessageApiError} `api.too-large`, `api.input` */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const body = await readRequestBody(request, MESSAGE_API_LIMITS.body);
  if (body.problem === 'too-large') throw new MessageApiError('api.too-large', 'the body is larger than 2 MiB');
  if (body.problem === 'aborted') throw new MessageApiError('api.timeout', 'the body did not come to its end');
  const wrong = (cause?: unknown): MessageApiError =>
    new MessageApiError('api.input', 'the body is not JSON in UTF-8', { cause });
  if (body.problem !== undefined) throw wrong();
  try {
    const value: unknown = JSON.parse(body.text);
    // A lone surrogate would be another character on the disk.
    if (isWellFormed(value)) return value;
  } catch (error) {
    throw wrong(error);
  }
  throw wrong();
}
