import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import {
  asEndedFiles,
  asEndedList,
  asMessage,
  asMessages,
  asPeers,
  asSendAnswer,
  hasEnded,
  type Message,
  type Peer,
} from './answers.ts';
import { AgentLinkError, ApiError, SendError, TokenFileError, UnreachableError } from './errors.ts';
import { ask, follow, sleep, type Answer, type Call } from './requests.ts';
import { AGENT_NAME, profile, readTokenFile, usualTokenFile, type TokenFile } from './token-file.ts';

/** Time a poll of the inbox waits, s. */
const POLL = 50;
/** Messages that handlers have at once. */
const MOST_AT_ONCE = 32;
/** Messages whose handling has ended that are remembered, in case they come again. */
const MOST_REMEMBERED = 2000;
/** Pause after which an answer that `send` has returned is acknowledged, ms: if the program ends before, it comes again. */
const ANSWER_PAUSE = 300;
const USUAL_TIME = 30_000;
/** Time for which `send` asks ClawReach unless another one is given, ms; and how much of it a message may take to be stored there. */
const SEND_TIME = 60_000;
const STORED_TIME = 10_000;
/** Time for acknowledgements after the link was closed, ms. */
const LAST_TIME = 5000;
/** First and longest pause after a poll that failed, ms. */
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 15_000;

export type AgentLinkOptions = Readonly<{
  /** Name of the agent, such as `coder`. */
  agentId?: string;
  /** Path of its token file, if it isn't in the usual profile. */
  configPath?: string;
  /** Times that a handler gets a message that it fails on. */
  maxTries?: number;
  /** Pause before the second try, ms; doubled before each further one. */
  retryDelay?: number;
  /** Gets what goes wrong without a call that could throw it. Never a message's text, nor the token. */
  log?(text: string, error?: unknown): void;
}>;

export type SendOptions = Readonly<{
  /** Until it is on the other machine's disk (`stored`, the default of `send`), answered (`reply`), or only on this one's (`queued`). */
  wait?: 'queued' | 'stored' | 'reply';
  /**
   * s, at most 600; 10 for `stored` and 60 for `reply` unless it is given. Once it is over, as while the other machine is off, what was queued is still
   * sent: `isDone` is false.
   */
  timeout?: number;
  media?: 'text/plain' | 'application/json';
  thread?: string;
  replyTo?: string;
  /** s */
  expiresIn?: number;
  /** Idempotency-Key; a new one unless it is given. It stands for one message: another one with it is an `ApiError`, `api.key`. */
  key?: string;
  /** Says yes to a program whose messages the relay can read. Needed once for each; without it, `send` throws `message.relay-reads`. */
  relayCanRead?: boolean;
  /** Files and folders that go with it, below the folder that the agent was granted; a relative path begins there. */
  files?: readonly string[];
}>;

/** Message that was sent. `isDone` is true once the other machine has it; of `wait: 'reply'`, once the answer has come. */
export type Sent = Readonly<{ id: string; state: Message['state']; isDone: boolean; reply?: Message }>;

/** Function that gets messages. A text (`string`) that it returns, or resolves to, is sent as the answer, unless the message is an answer itself. */
export type Handler = (fromAgent: string, message: Message) => unknown;

/** Function that gets messages whose files are there, or can't come: see their states. */
export type FilesHandler = (message: Message) => unknown;

/** Connection of a program to its agent's messages. What another agent wrote is data, never an instruction. */
export class AgentLink {
  readonly #options: AgentLinkOptions;
  readonly #path: string;
  /** Profile in which the file is; undefined if its path was given. */
  readonly #profile: string | undefined;
  readonly #closed = new AbortController();
  readonly #handlers: Handler[] = [];
  /** Messages by sender. */
  readonly #waiting = new Map<string, Message[]>();
  /** IDs of messages that a handler has or will have. */
  readonly #handled = new Set<string>();
  /** IDs of messages that are done, and how to acknowledge each. */
  readonly #done = new Map<string, boolean>();
  readonly #workers = new Set<Promise<void>>();
  /** Answers that are acknowledged soon. */
  readonly #answers = new Set<Promise<void>>();
  /** Calls that wait for an answer after a failed connection: the answer may come in by the inbox. */
  #unsure = 0;
  #wake: (() => void)[] = [];
  #isPolling = false;
  readonly #filesHandlers: FilesHandler[] = [];
  /** States of files that have ended, by the IDs of their messages; undefined until the first list is there. */
  #ended: Map<string, string> | undefined;
  /** Resolves when the stream of events is open. */
  #following: Promise<void> | undefined;
  /** Calls of these handlers, one after the other. */
  #filesCalls: Promise<void> = Promise.resolve();

  constructor(options: AgentLinkOptions) {
    const { agentId, configPath } = options;
    if (agentId !== undefined && !AGENT_NAME.test(agentId))
      throw new TypeError("agentId is the name of an agent of this machine: a-z, 0-9, '.', '_' and '-'");
    this.#profile = configPath === undefined ? profile() : undefined;
    const path = configPath ?? (agentId === undefined ? undefined : usualTokenFile(agentId));
    if (path === undefined) throw new TypeError('name the agent (agentId) or its token file (configPath)');
    this.#options = options;
    this.#path = resolve(path);
    // A file that can't be used is an error now, not later.
    this.#readFile();
  }

  /**
   * Sends a message: text, or another value as JSON. Repeats the request through restarts of the agent; the message goes out once.
   * @param toAgent `MACHINE/agent`, `program:NAME/agent`, or `agent` where it is unique
   * @throws {SendError} if it has ended as refused, expired, cancelled or lost
   */
  async send(toAgent: string, message: unknown, options: SendOptions = {}): Promise<Sent> {
    const { wait = 'stored', timeout, thread, replyTo, expiresIn, key = randomUUID() } = options;
    if (timeout !== undefined && !(timeout >= 1 && timeout <= 600))
      throw new RangeError('timeout is between 1 and 600 s');
    const media = options.media ?? (typeof message === 'string' ? 'text/plain' : 'application/json');
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    const yes = options.relayCanRead === true ? { relay_can_read: true } : {};
    const { files } = options;
    const rest = { thread, reply_to: replyTo, expires_in: expiresIn, files, ...yes };
    const body = { to: toAgent, body: text, media, wait, ...rest };
    let isUnsure = false;
    const failed = (): void => {
      if (wait !== 'reply') return;
      isUnsure = true;
      this.#unsure += 1;
    };
    try {
      const time = timeout === undefined ? SEND_TIME : timeout * 1000;
      const waitTime = timeout === undefined && wait === 'stored' ? STORED_TIME : time;
      const answer = await this.#call('POST', '/v1/messages', { body, key, time, waitTime, failed });
      const { id, state, code, reply } = asSendAnswer(answer.value);
      if (reply !== undefined) this.#acknowledgeSoon(reply.id);
      if (hasEnded(state)) throw new SendError(id, state, code);
      const isDone = wait === 'queued' ? state !== 'queued' && state !== 'sent' : answer.status === 200;
      return { id, state, isDone, ...(reply === undefined ? {} : { reply }) };
    } finally {
      if (isUnsure) this.#unsure -= 1;
      this.#changed();
    }
  }

  /**
   * Answers a message, in its thread; resolves once the answer is queued unless `wait` says otherwise. Two programs that both answer answers never end: in a
   * handler, return the text instead, or look at `reply_to`.
   */
  reply(message: Message, text: unknown, options: SendOptions = {}): Promise<Sent> {
    return this.send(message.from_id, text, { ...options, wait: options.wait ?? 'queued', replyTo: message.id });
  }

  /**
   * Calls a function with each message that comes in. Messages of one sender come one after the other, those of different ones side by side. A message is
   * acknowledged after its handlers have returned. After an exception it comes to that handler again; after `maxTries` it is logged and left unread. A text
   * that a handler returns is sent as the answer, once, unless the message is an answer itself.
   */
  onMessage(handler: Handler): void {
    if (this.#closed.signal.aborted) throw new AgentLinkError('client.closed', 'the link is closed');
    this.#handlers.push(handler);
    if (this.#isPolling) return;
    this.#isPolling = true;
    void this.#poll();
  }

  /**
   * Calls a function with each message of the agent, or to it, once the transfer of its files has ended: they are there, or can't come. One call at a time,
   * also for what has ended while ClawReach was restarted. Resolves when it listens; of what has ended before, `status` tells.
   */
  async onFiles(handler: FilesHandler): Promise<void> {
    if (this.#closed.signal.aborted) throw new AgentLinkError('client.closed', 'the link is closed');
    this.#filesHandlers.push(handler);
    this.#following ??= new Promise((listens) => void this.#follow(listens).finally(listens));
    await this.#following;
  }

  /** Returns messages that came in, and waits for the first at most `wait` s (300). Acknowledge them, or they come again after 60 s. */
  inbox({ wait = 0, limit = 100 }: Readonly<{ wait?: number; limit?: number }> = {}): Promise<readonly Message[]> {
    return this.#inbox(wait, limit, Math.max(wait, 10));
  }

  /** Acknowledges messages, as read unless `read` is false. */
  async ack(
    messages: readonly (Message | string)[],
    { read = true }: Readonly<{ read?: boolean }> = {},
  ): Promise<void> {
    if (messages.length > 0) await this.#call('POST', '/v1/inbox/ack', { body: { ids: messages.map(idOf), read } });
  }

  /** Returns this machine, those that are paired with it and programs at the relay, with their agents. */
  async peers(): Promise<readonly Peer[]> {
    return asPeers((await this.#call('GET', '/v1/peers')).value);
  }

  /** Returns a message of this agent with its state now. Waits at most `wait` s (300) until its files are there, or can't come. */
  async status(message: Message | Sent | string, { wait = 0 }: Readonly<{ wait?: number }> = {}): Promise<Message> {
    const path = `/v1/messages/${encodeURIComponent(idOf(message))}${wait === 0 ? '' : `?wait=${wait}`}`;
    return asMessage((await this.#call('GET', path, { time: Math.max(wait * 1000, USUAL_TIME) })).value);
  }

  /**
   * Takes a message back. If it may be on its way, it is cancelled once its recipient says that it hasn't got it.
   * @throws {ApiError} `message.delivered`
   */
  async cancel(message: Message | Sent | string): Promise<Readonly<{ message: Message; mayBeOnItsWay: boolean }>> {
    const answer = await this.#call('DELETE', `/v1/messages/${encodeURIComponent(idOf(message))}`);
    return { message: asMessage(answer.value), mayBeOnItsWay: answer.status !== 200 };
  }

  /** Ends all calls and stops listening. Resolves when handlers that run have ended; don't wait for it in a handler. */
  async close(): Promise<void> {
    this.#closed.abort();
    this.#changed();
    await Promise.all([...this.#workers, ...this.#answers, this.#filesCalls]);
  }

  #readFile(): TokenFile {
    const file = readTokenFile(this.#path, this.#profile);
    const { agentId = file.agent } = this.#options;
    if (file.agent === agentId) return file;
    throw new TokenFileError('client.token-file', `${this.#path} is the token file of another agent`);
  }

  #call(method: string, path: string, more: Partial<Call> = {}): Promise<Answer> {
    const call: Call = { time: USUAL_TIME, signal: this.#closed.signal, ...more, method, path };
    return ask(() => this.#readFile(), call);
  }

  async #inbox(wait: number, limit: number, time: number): Promise<readonly Message[]> {
    const query = `wait=${Math.min(Math.max(Math.floor(wait), 0), 300)}&limit=${Math.min(Math.max(limit, 1), 100)}`;
    return asMessages((await this.#call('GET', `/v1/inbox?${query}`, { time: time * 1000 })).value);
  }

  /** Fetches messages and hands them to the queues of their senders, until the link is closed. */
  async #poll(): Promise<void> {
    const { signal } = this.#closed;
    let pause = FIRST_PAUSE;
    let told = '';
    while (!signal.aborted) {
      const room = MOST_AT_ONCE - this.#handled.size;
      if (room <= 0) {
        await this.#change();
        continue;
      }
      try {
        for (const message of await this.#inbox(POLL, room, POLL)) this.#take(message);
        pause = FIRST_PAUSE;
        told = '';
      } catch (error) {
        if (signal.aborted) return;
        const text = error instanceof Error ? error.message : String(error);
        if (text !== told) this.#log(`messages can't be fetched now: ${text}`);
        told = text;
        await sleep(pause * (0.5 + Math.random() / 2), signal);
        pause = Math.min(pause * 2, LONGEST_PAUSE);
      }
    }
  }

  /** Reads the stream of events until the link is closed, and hands on what it says of files. @param onOpen called whenever the stream is open */
  async #follow(onOpen: () => void): Promise<void> {
    const { signal } = this.#closed;
    let last: string | undefined;
    // The list says where the stream begins, so that nothing is missing in between.
    let isBehind = true;
    let pause = FIRST_PAUSE;
    let told = '';
    while (!signal.aborted) {
      let wasServed = false;
      try {
        if (isBehind) last = await this.#catchUp();
        isBehind = false;
        const hasEnded = await follow(
          this.#readFile(),
          { path: '/v1/events?messages=none', last, signal },
          {
            onOpen,
            onCursor: (cursor) => {
              last = cursor;
            },
            onEvent: ({ name, data }) => {
              if (name === 'reset') throw new StreamReset();
              wasServed = true;
              if (name !== 'files') return;
              const { id, state } = asEndedFiles(data);
              // Files that were refused may be refused again.
              const isKnown = state !== '' && this.#ended?.get(id) === state;
              this.#ended?.set(id, state);
              if (!isKnown) this.#callSoon(id);
            },
          },
        );
        wasServed ||= hasEnded;
        told = '';
      } catch (error) {
        wasServed = false;
        // What this event was about is in the list.
        isBehind = true;
        const isMissing = error instanceof TokenFileError && error.details['missing'] === true;
        if (!isMissing && !(error instanceof StreamReset) && !signal.aborted) {
          const text = error instanceof Error ? error.message : String(error);
          if (text !== told) this.#log(`what happens to files can't be heard now: ${text}`);
          told = text;
          onOpen();
        }
      }
      if (wasServed) pause = FIRST_PAUSE;
      await sleep(pause * (0.5 + Math.random() / 2), signal);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  }

  /**
   * Hands on what has ended since the last list or event, and remembers all that has. An earlier version of ClawReach has no list.
   * @returns cursor after which a stream tells the rest
   */
  async #catchUp(): Promise<string | undefined> {
    try {
      const { ended, cursor } = asEndedList((await this.#call('GET', '/v1/messages?files=ended')).value);
      const before = this.#ended;
      this.#ended = ended;
      for (const [id, state] of ended) if (before !== undefined && before.get(id) !== state) this.#callSoon(id);
      return cursor;
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'api.route') throw error;
      return undefined;
    }
  }

  /** Calls the handlers of files after the calls before. */
  #callSoon(id: string): void {
    this.#filesCalls = this.#filesCalls.then(async () => {
      const message = await this.#read(id);
      if (message === undefined) return;
      for (const handler of this.#filesHandlers) {
        if (this.#closed.signal.aborted) return;
        try {
          await handler(message);
        } catch (error) {
          this.#log(`a handler of files failed on message ${id}`, error);
        }
      }
    });
  }

  /** Returns a message, also one that can only be read later; undefined if there is none, or the link was closed. */
  async #read(id: string): Promise<Message | undefined> {
    const { signal } = this.#closed;
    while (!signal.aborted) {
      try {
        return await this.status(id);
      } catch (error) {
        if (signal.aborted) break;
        this.#log(`message ${id} can't be read`, error);
        if (!(error instanceof UnreachableError) && !(error instanceof TokenFileError)) break;
        await sleep(LONGEST_PAUSE, signal);
      }
    }
    return undefined;
  }

  #take(message: Message): void {
    const { id, from_id: sender } = message;
    if (this.#handled.has(id)) return;
    const read = this.#done.get(id);
    if (read !== undefined) {
      // Its acknowledgement was lost.
      void this.#acknowledge(id, read);
      return;
    }
    this.#handled.add(id);
    const queue = this.#waiting.get(sender);
    if (queue !== undefined) {
      queue.push(message);
      return;
    }
    const fresh = [message];
    this.#waiting.set(sender, fresh);
    const worker = this.#work(sender, fresh).finally(() => this.#workers.delete(worker));
    this.#workers.add(worker);
  }

  /** Handles messages of a sender, one after the other. */
  async #work(sender: string, queue: Message[]): Promise<void> {
    const { signal } = this.#closed;
    for (let message = queue.shift(); message !== undefined; message = queue.shift()) {
      const { id, reply_to: replyTo } = message;
      // A call that was interrupted may be about to get it as its answer.
      if (replyTo !== null) while (this.#unsure > 0 && !this.#done.has(id) && !signal.aborted) await this.#change();
      const read = this.#done.has(id) || signal.aborted ? undefined : await this.#handle(message);
      if (read !== undefined) await this.#finish(id, read);
      this.#handled.delete(id);
      this.#changed();
    }
    this.#waiting.delete(sender);
  }

  /** Calls the handlers, each until it has returned. Returns true if all have, false if one has failed for good, undefined if the link was closed. */
  async #handle(message: Message): Promise<boolean | undefined> {
    const { maxTries = 3, retryDelay = 1000 } = this.#options;
    const { signal } = this.#closed;
    let pause = retryDelay;
    let left = [...this.#handlers.entries()];
    for (let attempt = 1; attempt <= Math.max(1, maxTries); attempt += 1) {
      if (attempt > 1) await sleep(pause, signal);
      if (attempt > 1) pause = Math.min(pause * 2, 60_000);
      if (attempt > 1 && signal.aborted) return undefined;
      const failed: typeof left = [];
      for (const entry of left) {
        const [number, handler] = entry;
        try {
          const answer = await handler(message.from, message);
          if (typeof answer === 'string' && answer !== '' && message.reply_to === null)
            await this.#answer(message, answer, number);
        } catch (error) {
          if (signal.aborted) return undefined;
          failed.push(entry);
          this.#log(`a handler failed on message ${message.id}, try ${attempt} of ${maxTries}`, error);
        }
      }
      if (failed.length === 0) return true;
      left = failed;
    }
    this.#log(`message ${message.id} is left unread after ${maxTries} tries`);
    return false;
  }

  /** Sends what a handler has returned. Of a message that comes again, the first answer counts. */
  async #answer(message: Message, text: string, number: number): Promise<void> {
    try {
      await this.reply(message, text, { key: `answer-${number}-${message.id}` });
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'api.key') throw error;
    }
  }

  async #finish(id: string, read: boolean): Promise<void> {
    this.#remember(id, read);
    await this.#acknowledge(id, read);
  }

  #remember(id: string, read: boolean): void {
    this.#done.set(id, read);
    const [oldest] = this.#done.keys();
    if (this.#done.size > MOST_REMEMBERED && oldest !== undefined) this.#done.delete(oldest);
  }

  /** Acknowledges an answer when the caller has it, also if the program ends by itself: the timer keeps it alive. */
  #acknowledgeSoon(id: string): void {
    this.#remember(id, true);
    const acknowledged = sleep(ANSWER_PAUSE, this.#closed.signal)
      .then(() => this.#acknowledge(id, true))
      .finally(() => this.#answers.delete(acknowledged));
    this.#answers.add(acknowledged);
  }

  async #acknowledge(id: string, read: boolean): Promise<void> {
    const time = this.#closed.signal.aborted ? LAST_TIME : USUAL_TIME;
    try {
      await this.#call('POST', '/v1/inbox/ack', { body: { ids: [id], read }, time, signal: undefined });
    } catch (error) {
      // It comes again, and is acknowledged then.
      this.#log(`message ${id} couldn't be acknowledged`, error);
    }
  }

  #log(text: string, error?: unknown): void {
    const { log } = this.#options;
    if (log !== undefined) log(text, error);
    else process.emitWarning(error instanceof Error ? `${text}: ${error.message}` : text, 'AgentLinkWarning');
  }

  #change(): Promise<void> {
    return new Promise((wake) => this.#wake.push(wake));
  }

  #changed(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

/** Ends a stream whose program may have missed something. */
class StreamReset extends Error {}

function idOf(message: Readonly<{ id: string }> | string): string {
  return typeof message === 'string' ? message : message.id;
}
