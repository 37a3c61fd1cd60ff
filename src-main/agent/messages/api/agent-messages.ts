import type { Clock } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import { isOver as isTransferOver } from '#shared/files/index.ts';
import type { Logger } from '#shared/logger.ts';
import {
  MESSAGE_API_LIMITS,
  MessageApiError,
  type ApiMessage,
  type EndedFiles,
  type FilesChange,
  type StateChange,
} from '#shared/message-api/index.ts';
import { isUnconfirmed } from '#shared/messages/index.ts';
import { MessageError } from '../errors.ts';
import type { Inbox, InboxEntry } from '../inbox/inbox.ts';
import { isAnswerTo, isOver, isVisible, waitsForPerson } from '../inbox/visibility.ts';
import type { OwnMessage } from '../message-sender.ts';
import type { OutboxEntry } from '../outbox/outbox-entry.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { ApiViews } from './api-views.ts';
import { HandOutQueue, type Holder, type QueueItem } from './hand-out-queue.ts';
import type { MessageChange, MessageChanges } from './message-changes.ts';

/** Largest sum of bodies in an answer, bytes. One message always has room. */
const ANSWER_BYTES = 4 * 1024 * 1024;

/** Boxes of this machine, as the module of messages gives them to the local API. */
export type AgentBoxes = Readonly<{
  inbox: Pick<Inbox, 'list' | 'get' | 'read'>;
  outbox: Pick<Outbox, 'list' | 'get' | 'read'>;
  changes: MessageChanges;
  /** Queues a message; resolves when it is on the disk. @throws {MessageError} `message.key` if another message has its key */
  send(message: OwnMessage): Promise<OutboxEntry>;
  cancel(id: string): Promise<OutboxEntry>;
  settle(id: string, state: 'taken' | 'read'): Promise<void>;
  acknowledge(id: string): Promise<void>;
}>;

export type AgentMessagesOptions = Readonly<{
  clock: Clock;
  logger: Logger;
  boxes: AgentBoxes;
  views: ApiViews;
  /** Calls a listener with the ID of each transfer that changes. @returns function that ends that */
  onTransfer(listener: (transfer: string) => void): () => void;
  /** Run of this agent of the machine: 8 hexadecimal digits, in each cursor. */
  run: string;
}>;

/** Change of the state of a message that an agent has sent, or of the files of a message of the agent or to it. */
type AgentChange = Readonly<{ event: 'state'; change: StateChange } | { event: 'files'; change: FilesChange }>;
/** Such a change, with its place among all that agents are told. */
export type NumberedChange = AgentChange & Readonly<{ number: number }>;

/** Changes of one agent's messages that are kept, and the number of the newest one that no longer is; 0 if all are. */
type KeptChanges = { readonly kept: NumberedChange[]; lost: number };

/**
 * Choice of what is handed out. `most`: messages; `bytes`: of their bodies on the disk; `after`, `missedAfter`: as of `HandOutQueue.take`; `isWanted`:
 * tells if its program wants a message.
 */
type HandOutOptions = Readonly<{
  most: number;
  bytes?: number;
  after?: number;
  missedAfter?: number | undefined;
  isWanted?(id: string): boolean;
}>;
/** Message that was handed out, with its place among all that agents are told. */
type Handed = Readonly<{ number: number; message: ApiMessage }>;

/** Waits for an answer to a message, and takes it before others do. */
type ReplyWaiter = Readonly<{ asked: OutboxEntry; came(entry: InboxEntry): void }>;

/**
 * Messages of the agents of this machine as their programs see them: hands each out to one holder at a time, and knows what an agent may see and do. A
 * program sees only messages of its agent, and none that wait for a person. Used by the local API.
 */
export class AgentMessages {
  readonly #options: AgentMessagesOptions;
  readonly #queues = new Map<string, HandOutQueue>();
  readonly #changes = new Map<string, KeptChanges>();
  readonly #changeListeners = new Set<(agent: string, change: NumberedChange) => void>();
  readonly #replyWaiters = new Set<ReplyWaiter>();
  readonly #offs: readonly (() => void)[];
  #number = 0;

  constructor(options: AgentMessagesOptions) {
    this.#options = options;
    const { changes } = options.boxes;
    this.#offs = [changes.on((change) => this.#changed(change)), changes.onFiles((id) => this.#filesChanged(id))];
  }

  /** Begins with these agents, and ends with all others. */
  keep(agents: readonly string[]): void {
    for (const [agent, queue] of this.#queues) {
      if (agents.includes(agent)) continue;
      this.#queues.delete(agent);
      this.#changes.delete(agent);
      queue.close();
    }
    const added = agents.filter((agent) => !this.#queues.has(agent));
    for (const agent of added) {
      const { clock } = this.#options;
      this.#queues.set(agent, new HandOutQueue({ clock, nextNumber: () => (this.#number += 1) }));
    }
    if (added.length === 0) return;
    for (const entry of this.#options.boxes.inbox.list()) if (added.includes(entry.agent)) this.#enqueue(entry);
  }

  close(): void {
    for (const off of this.#offs) off();
    this.keep([]);
  }

  /** Returns the text of a cursor. */
  cursor(number: number = this.#number): string {
    return `${this.#options.run}.${number}`;
  }

  /** Returns the number of a cursor; 0, the beginning, for one of another run. */
  numberOf(cursor: string | undefined): number {
    const [run, number] = cursor?.split('.') ?? [];
    return run === this.#options.run ? Math.min(Number(number), this.#number) : 0;
  }

  /** Reports whether there is such an agent with a program. */
  has(agent: string): boolean {
    return this.#queues.has(agent);
  }

  /** Returns the queue of an agent. @throws {MessageApiError} `api.token` if it was removed */
  queueOf(agent: string): HandOutQueue {
    const queue = this.#queues.get(agent);
    if (queue === undefined) throw new MessageApiError('api.token', 'the agent was removed');
    return queue;
  }

  /**
   * Returns the changes of states and files of an agent's messages after a cursor. `isWhole`: there were no others; false if some are no longer kept, or
   * may be of another run.
   */
  changesAfter(agent: string, cursor: string): Readonly<{ changes: readonly NumberedChange[]; isWhole: boolean }> {
    const number = this.numberOf(cursor);
    const { kept, lost } = this.#changes.get(agent) ?? { kept: [], lost: 0 };
    const isOfThisRun = cursor.startsWith(`${this.#options.run}.`);
    return { changes: kept.filter((change) => change.number > number), isWhole: isOfThisRun && lost <= number };
  }

  /** Calls a listener for each change of states and files of an agent's messages. @returns function that ends that */
  onChange(agent: string, listener: (change: NumberedChange) => void): () => void {
    const own = (of: string, change: NumberedChange): void => {
      if (of === agent) listener(change);
    };
    this.#changeListeners.add(own);
    return () => this.#changeListeners.delete(own);
  }

  /**
   * Hands out messages, each `taken` on the disk before. Those that can't be read stay in the queue, and don't hold up the others.
   * @returns messages with their numbers
   * @throws {StoreError} `store.write`; nothing is handed out then
   */
  async handOut(agent: string, holder: Holder, options: HandOutOptions): Promise<readonly Handed[]> {
    const { clock, boxes } = this.#options;
    const queue = this.queueOf(agent);
    // The disk may not say yet that one has expired.
    const isDue = (id: string): boolean => {
      if (options.isWanted?.(id) === false) return false;
      const entry = boxes.inbox.get(id);
      return entry === undefined || !isOver(entry, clock.now());
    };
    for (;;) {
      let bytes = 0;
      const hasRoom = (id: string): boolean => {
        bytes += boxes.inbox.get(id)?.place.length ?? 0;
        return bytes <= (options.bytes ?? ANSWER_BYTES);
      };
      const items = queue.take(holder, { ...options, hasRoom, isDue });
      try {
        const messages = await Promise.all(items.map((item) => this.#bring(agent, item)));
        if (holder.isOver) queue.giveBack(items);
        const handed = messages.filter((message) => message !== undefined);
        // None of those may be left, but others may wait behind them.
        if (handed.length > 0 || items.length === 0 || holder.isOver) return handed;
      } catch (error) {
        queue.giveBack(items);
        throw error;
      }
    }
  }

  /**
   * Hands out messages, and waits for the first one.
   * @param patience ms
   * @returns messages with their numbers; none if the time is over, or the signal is aborted
   * @throws as `handOut`
   */
  async handOutWithin(
    agent: string,
    holder: Holder,
    options: HandOutOptions,
    patience: number,
    signal: AbortSignal,
  ): Promise<readonly Handed[]> {
    const { clock } = this.#options;
    const queue = this.queueOf(agent);
    const end = clock.monotonic() + patience;
    for (;;) {
      const { promise: changed, resolve } = Promise.withResolvers<void>();
      const off = queue.onChange(resolve);
      const timer = clock.setTimer(Math.max(end - clock.monotonic(), 0), resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
      try {
        const handed = await this.handOut(agent, holder, options);
        if (handed.length > 0 || signal.aborted || clock.monotonic() >= end) return handed;
        await changed;
      } finally {
        off();
        timer.cancel();
      }
    }
  }

  /** Returns a message of an agent. @throws {MessageApiError} `message.unknown` */
  async get(agent: string, id: string): Promise<ApiMessage> {
    const { boxes, views } = this.#options;
    const received = this.#receivedBy(agent, id);
    if (received !== undefined) return views.received(received, (await boxes.inbox.read(id)).body, isTaken(received));
    const sent = this.#sentBy(agent, id);
    return views.sent(sent, (await boxes.outbox.read(sent)).body);
  }

  /** Returns the messages of an agent, and those to it, whose files are there or can't come; and the cursor after which others follow. */
  endedFiles(agent: string): Readonly<{ messages: readonly EndedFiles[]; cursor: string }> {
    const { boxes, views } = this.#options;
    const received = boxes.inbox
      .list()
      .filter((entry) => entry.agent === agent && entry.files.length > 0 && isVisible(entry))
      .map((entry) => views.filesOf(entry, 'in', entry.from.device));
    const sent = boxes.outbox
      .list()
      .filter((entry) => entry.from === agent && entry.files.length > 0)
      .map((entry) => views.filesOf(entry, 'out', entry.to.device));
    // The files of a message are of one transfer.
    const messages = [...received, ...sent].flatMap(({ id, files: [first] }) =>
      first !== undefined && isTransferOver(first.state) ? [{ id, state: first.state }] : [],
    );
    return { messages, cursor: this.cursor() };
  }

  /** Returns a message of an agent, after its files are there or can't come, or after `patience` ms. @throws {MessageApiError} `message.unknown` */
  async getWithin(agent: string, id: string, patience: number, signal: AbortSignal): Promise<ApiMessage> {
    const waits = ({ files }: ApiMessage): boolean => files.some(({ state }) => !isTransferOver(state));
    const message = await this.get(agent, id);
    if (patience === 0 || !waits(message)) return message;
    await this.#wait(patience, signal, (done) => {
      const look = async (): Promise<void> => {
        try {
          if (!waits(await this.get(agent, id))) done();
        } catch {
          // The answer says why.
          done();
        }
      };
      const off = this.#options.onTransfer((transfer) => {
        if (message.files.some((file) => file.transfer === transfer)) void look();
      });
      // It may have changed in between.
      void look();
      return off;
    });
    return await this.get(agent, id);
  }

  /** Acknowledges messages of an agent. @returns IDs of those that are; others are not the agent's. @throws {StoreError} `store.write` */
  async acknowledge(agent: string, ids: readonly string[], isRead: boolean): Promise<readonly string[]> {
    const { boxes } = this.#options;
    const own = [...new Set(ids)].filter((id) => this.#receivedBy(agent, id) !== undefined);
    await Promise.all(
      own.map(async (id) => {
        await boxes.settle(id, isRead ? 'read' : 'taken');
        if (!isRead) await boxes.acknowledge(id);
      }),
    );
    return own;
  }

  /**
   * Queues a message of an agent.
   * @throws {MessageApiError} `message.unknown` if it answers a message that the agent doesn't know, `api.key` if another message has the key
   */
  async send(message: OwnMessage): Promise<OutboxEntry> {
    const { from, replyTo } = message;
    // An agent that could name another agent's message would learn its thread.
    if (replyTo !== undefined && this.#receivedBy(from, replyTo) === undefined) this.#sentBy(from, replyTo);
    try {
      return await this.#options.boxes.send(message);
    } catch (error) {
      if (!(error instanceof MessageError) || error.code !== 'message.key') throw error;
      throw new MessageApiError('api.key', error.message, {
        details: { id: String(error.details['id']) },
        cause: error,
      });
    }
  }

  /** Returns a message that an agent has sent. @throws {MessageApiError} `message.unknown` */
  sent(agent: string, id: string): OutboxEntry {
    return this.#sentBy(agent, id);
  }

  /**
   * Takes a message back, and waits until its recipient has answered, but 10 s at most.
   * @returns the message: `cancelled`, or its recipient has to answer yet
   * @throws {MessageApiError} `message.unknown`; {MessageError} `message.delivered`, also if only the answer says so; {StoreError} `store.write`
   */
  async cancel(agent: string, id: string, signal: AbortSignal): Promise<OutboxEntry> {
    this.#sentBy(agent, id);
    const entry = await this.#options.boxes.cancel(id);
    await this.settled(entry, ({ state }) => !isUnconfirmed(state), MESSAGE_API_LIMITS.cancelTime, signal);
    const { state } = entry;
    if (!isUnconfirmed(state) && state !== 'cancelled')
      throw new MessageError('message.delivered', 'the message was delivered', { details: { state } });
    return entry;
  }

  /**
   * Waits until a message that was sent is in a state, at most `milliseconds`.
   * @returns false if it isn't
   * @throws {MessageApiError} `message.unknown` if it was removed
   */
  async settled(
    entry: OutboxEntry,
    isSettled: (entry: OutboxEntry) => boolean,
    milliseconds: number,
    signal: AbortSignal,
  ): Promise<boolean> {
    await this.#wait(milliseconds, signal, (done) => {
      const look = (): void => {
        if (isSettled(entry) || !this.#isKept(entry)) done();
      };
      const off = this.#options.boxes.changes.on(look);
      look();
      return off;
    });
    if (isSettled(entry)) return true;
    this.#sentBy(entry.from, entry.id);
    return false;
  }

  /**
   * Waits for the answer of a message's recipient, and hands it out; it still has to be acknowledged.
   * @param isOver tells if the message has ended without one
   * @returns the answer; undefined if the time is over, or the message has ended
   * @throws {MessageApiError} `message.unknown` if the message was removed
   */
  async reply(
    entry: OutboxEntry,
    holder: Holder,
    isOver: (entry: OutboxEntry) => boolean,
    milliseconds: number,
    signal: AbortSignal,
  ): Promise<ApiMessage | undefined> {
    const { boxes, views } = this.#options;
    const { from: agent } = entry;
    let answer: InboxEntry | undefined;
    let item: QueueItem | undefined;
    await this.#wait(milliseconds, signal, (done) => {
      const came = (arrived: InboxEntry): void => {
        if (answer !== undefined) return;
        answer = arrived;
        item = this.#queues.get(agent)?.takeOne(arrived.id, holder);
        done();
      };
      const waiter: ReplyWaiter = { asked: entry, came };
      this.#replyWaiters.add(waiter);
      const off = boxes.changes.on(() => {
        if (isOver(entry) || !this.#isKept(entry)) done();
      });
      const known = boxes.inbox.list().find((arrived) => isAnswerTo(entry, arrived));
      if (known !== undefined) came(known);
      else if (isOver(entry)) done();
      return () => {
        off();
        this.#replyWaiters.delete(waiter);
      };
    });
    if (answer === undefined) {
      if (!isOver(entry)) this.#sentBy(agent, entry.id);
      return undefined;
    }
    if (item !== undefined) return (await this.#bring(agent, item))?.message;
    // It was acknowledged before: this is a repeated request.
    return views.received(answer, (await boxes.inbox.read(answer.id)).body, true);
  }

  /** Reads a message and marks it as taken; undefined if it can't be read, or its program may no longer have it. @throws {StoreError} `store.write` */
  async #bring(
    agent: string,
    { id, isAgain, number }: QueueItem,
  ): Promise<Readonly<{ number: number; message: ApiMessage }> | undefined> {
    const { boxes, views, logger } = this.#options;
    const entry = (): InboxEntry | undefined => {
      const known = this.#receivedBy(agent, id);
      return known !== undefined && isWaiting(known) ? known : undefined;
    };
    if (entry() === undefined) return undefined;
    let body: string;
    try {
      ({ body } = await boxes.inbox.read(id));
    } catch (error) {
      logger.error('a message can not be read', { agent, errorCode: errorCode(error) });
      return undefined;
    }
    // It was removed, has expired, or someone has read it in the meantime.
    if (entry() === undefined) return undefined;
    // On the disk before anyone has it: what comes again after a crash says so.
    await boxes.settle(id, 'taken');
    const taken = entry();
    return taken === undefined ? undefined : { number, message: views.received(taken, body, isAgain) };
  }

  #changed(change: MessageChange): void {
    if (change.box === 'in') {
      if (change.isRemoved) this.#queues.get(change.entry.agent)?.remove(change.entry.id);
      else this.#enqueue(change.entry);
      return;
    }
    if (change.isRemoved) return;
    const { entry } = change;
    this.#tell(entry.from, { event: 'state', change: this.#options.views.stateOf(entry) });
  }

  /** Tells agents of files that are there now, or can't come. */
  #filesChanged(id: string): void {
    const { boxes, views } = this.#options;
    const tell = (agent: string, change: FilesChange): void => {
      if (change.files.every(({ state }) => isTransferOver(state))) this.#tell(agent, { event: 'files', change });
    };
    const received = boxes.inbox.get(id);
    // A program hears nothing of what waits for a person, or was discarded.
    if (received !== undefined && isVisible(received))
      tell(received.agent, views.filesOf(received, 'in', received.from.device));
    const sent = boxes.outbox.get(id);
    if (sent !== undefined) tell(sent.from, views.filesOf(sent, 'out', sent.to.device));
  }

  #tell(agent: string, change: AgentChange): void {
    const numbered: NumberedChange = { ...change, number: (this.#number += 1) };
    // No program hears what happens to other agents' messages, or to those of the person.
    if (!this.#queues.has(agent)) return;
    const changes = this.#changes.get(agent) ?? { kept: [], lost: 0 };
    this.#changes.set(agent, changes);
    changes.kept.push(numbered);
    if (changes.kept.length > MESSAGE_API_LIMITS.states) changes.lost = changes.kept.shift()?.number ?? changes.lost;
    for (const listener of this.#changeListeners) listener(agent, numbered);
  }

  #enqueue(entry: InboxEntry): void {
    const queue = this.#queues.get(entry.agent);
    if (queue === undefined) return;
    if (!isWaiting(entry)) {
      queue.remove(entry.id);
      return;
    }
    // The call that waits for the answer has it before the queue's readers are told.
    const waiter = [...this.#replyWaiters].find(({ asked }) => isAnswerTo(asked, entry));
    queue.add(entry.id, isTaken(entry), waiter === undefined ? undefined : () => waiter.came(entry));
  }

  /** Returns a message to an agent that its program may see. */
  #receivedBy(agent: string, id: string): InboxEntry | undefined {
    const entry = this.#options.boxes.inbox.get(id);
    return entry?.agent === agent && isVisible(entry) ? entry : undefined;
  }

  /** Reports whether a message that was sent is still in the outbox. */
  #isKept({ id }: OutboxEntry): boolean {
    return this.#options.boxes.outbox.get(id) !== undefined;
  }

  #sentBy(agent: string, id: string): OutboxEntry {
    const entry = this.#options.boxes.outbox.get(id);
    if (entry?.from !== agent) throw new MessageApiError('message.unknown', 'no such message', { details: { id } });
    return entry;
  }

  /** Waits until `begin` calls its argument, at most `milliseconds`, or until the signal is aborted. */
  async #wait(milliseconds: number, signal: AbortSignal, begin: (done: () => void) => () => void): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#options.clock.setTimer(milliseconds, resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
    const end = begin(resolve);
    try {
      await promise;
    } finally {
      end();
      timer.cancel();
    }
  }
}

/** Reports whether a message waits for its agent's program. */
function isWaiting(entry: InboxEntry): boolean {
  const { state, isAcknowledged } = entry;
  return (state === 'stored' || state === 'taken') && !waitsForPerson(entry) && !isAcknowledged;
}

function isTaken({ state }: InboxEntry): boolean {
  return state !== 'stored';
}
