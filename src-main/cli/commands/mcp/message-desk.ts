import type { AgentThere, CallInput, MessageView, PeerView, RightDecision } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { isFinal, isUnconfirmed } from '#shared/messages/index.ts';
import type { AgentConnection } from './agent-connection.ts';

/** Messages of one page when the inbox is read. */
const PAGE = 200;
/** Most messages, and most characters of their texts, that one check hands out; the first message is handed out whatever its length. */
const MOST_MESSAGES = 20;
const MOST_CHARACTERS = 200_000;
/** Time that another machine has to name its agents, ms. */
const AGENTS_TIMEOUT = 5000;

/** Wait of a tool: until when, and how it ends before. */
export type Wait = Readonly<{
  /** ms */
  patience: number;
  signal: AbortSignal;
}>;

/** Message that is handed to a model. `again`: it was handed out before, and the program may not have got it. */
export type HandedMessage = Readonly<{ message: MessageView; again: boolean }>;

/** Machine to whose agents this one may write. */
export type PeerAgents = Readonly<{
  name: string;
  isOnline: boolean;
  /** Right `message` of this machine there; undefined if the other machine hasn't said. */
  right: RightDecision | undefined;
  /** Agents that it names; the code of the reason if it names none. */
  agents: readonly AgentThere[] | string;
  /** `relay`: a program at the relay, which can read what is written to it. */
  verified: 'device' | 'relay';
}>;

/**
 * Messages of one agent as a program behind a model sees them: sends, waits for answers, hands out what has come, and tells the senders. A message is
 * `taken` once it is handed out, and `read` once it is answered or the program comes back for more. What waits for a person isn't there. One per server.
 */
export class MessageDesk {
  readonly #agent: string;
  readonly #connection: AgentConnection;
  readonly #clock: Clock;
  /** Messages that the model has got and that aren't noted as read. */
  readonly #handed = new Set<string>();
  /** Messages that a running check hands out. */
  readonly #claimed = new Set<string>();
  /** Messages to which a running call waits for the answer. */
  readonly #awaited = new Set<string>();

  constructor(agent: string, connection: AgentConnection, clock: Clock) {
    this.#agent = agent;
    this.#connection = connection;
    this.#clock = clock;
  }

  /** Returns the agents of this machine, and of the other machines and programs with which it exchanges messages. */
  async peers(signal: AbortSignal): Promise<Readonly<{ own: readonly AgentThere[]; peers: readonly PeerAgents[] }>> {
    const own = await this.#connection.call('agents.list', {}, signal);
    const known = await this.#connection.call('peers.list', {}, signal);
    // A browser has no agents.
    const machines = known.filter(({ browser }) => browser === undefined);
    const paired = await Promise.all(machines.map((peer) => this.#agentsOf(peer, signal)));
    const programs = (await this.#connection.call('instances.list', {}, signal)).map(
      ({ name, isOnline, agents }): PeerAgents => ({
        name,
        isOnline,
        right: undefined,
        agents: agents === null ? 'peer.offline' : agents.map((agent) => ({ name: agent, description: '' })),
        verified: 'relay',
      }),
    );
    return { own, peers: [...paired, ...programs] };
  }

  /** Queues a message of this agent. @throws errors of `messages.send` */
  async send(message: Omit<CallInput<'messages.send'>, 'from'>, signal: AbortSignal): Promise<MessageView> {
    return await this.#connection.call('messages.send', { ...message, from: this.#agent }, signal);
  }

  /** Waits until a message of this agent was delivered or can't be; returns its state then, or when the time is over. */
  async untilStored(sent: MessageView, wait: Wait): Promise<MessageView> {
    const look = async (): Promise<MessageView | undefined> => {
      const now = await this.#connection.call('messages.get', { id: sent.id }, wait.signal);
      return isUnconfirmed(now.state) ? undefined : now;
    };
    return (
      (await this.#until(look, wait)) ?? (await this.#connection.call('messages.get', { id: sent.id }, wait.signal))
    );
  }

  /** Waits for the answer to a message of this agent, and hands it out; undefined if none comes in time, or can't. */
  async untilAnswered({ id, thread }: MessageView, wait: Wait): Promise<HandedMessage | undefined> {
    this.#awaited.add(id);
    try {
      const look = async (): Promise<HandedMessage | 'none' | undefined> => {
        const input = { direction: 'in' as const, agent: this.#agent, thread, limit: PAGE };
        const listed = await this.#connection.call('messages.list', input, wait.signal);
        const answer = listed.find((one) => one.replyTo === id && isOffered(one));
        if (answer !== undefined) return (await this.#handOut([answer], wait.signal))[0];
        const { state } = await this.#connection.call('messages.get', { id }, wait.signal);
        return isFinal(state) && state !== 'read' ? 'none' : undefined;
      };
      const found = await this.#until(look, wait);
      return found === 'none' ? undefined : found;
    } finally {
      this.#awaited.delete(id);
    }
  }

  /** Hands out the messages that have come, oldest first; waits for one if there is none. Notes that those of before are read. */
  async check(limit: number, wait: Wait): Promise<readonly HandedMessage[]> {
    for (const id of this.#handed) await this.#read(id, wait.signal);
    const look = async (): Promise<readonly HandedMessage[] | undefined> => {
      const handed = await this.#handOut(await this.#waiting(limit, wait.signal), wait.signal);
      return handed.length > 0 ? handed : undefined;
    };
    return (await this.#until(look, wait)) ?? [];
  }

  /** Returns a message that this agent has sent, or that was handed to it or could be. @throws {ClawReachError} `message.unknown` */
  async get(id: string, signal: AbortSignal): Promise<MessageView> {
    const message = await this.#connection.call('messages.get', { id }, signal);
    // Neither another agent's messages, nor one that waits for a person.
    if (message.agent !== this.#agent || (message.direction === 'in' && waitsForPerson(message)))
      throw new ClawReachError('message.unknown', 'no such message', { details: { id } });
    return message;
  }

  /** Notes that a message was read. */
  async markRead(id: string, signal: AbortSignal): Promise<void> {
    await this.#read(id, signal);
  }

  async #agentsOf({ peerId, name, path, rightsThere }: PeerView, signal: AbortSignal): Promise<PeerAgents> {
    const verified = 'device' as const;
    const machine = { name, isOnline: path !== 'offline', right: rightsThere?.rights.message, verified };
    if (!machine.isOnline) return { ...machine, agents: 'peer.offline' };
    const limit = AbortSignal.any([signal, AbortSignal.timeout(AGENTS_TIMEOUT)]);
    try {
      return { ...machine, agents: await this.#connection.call('agents.there', { peer: peerId }, limit) };
    } catch (error) {
      signal.throwIfAborted();
      return { ...machine, agents: errorCode(error) };
    }
  }

  /** Returns the oldest messages that may be handed out. */
  async #waiting(limit: number, signal: AbortSignal): Promise<readonly MessageView[]> {
    const waiting: MessageView[] = [];
    for (let before: string | undefined; ;) {
      const listed = await this.#connection.call(
        'messages.list',
        { direction: 'in', agent: this.#agent, limit: PAGE, ...(before === undefined ? {} : { before }) },
        signal,
      );
      waiting.push(...listed.filter((message) => isOffered(message) && this.#isFree(message)));
      before = listed.at(-1)?.id;
      if (listed.length < PAGE || before === undefined) return waiting.toReversed().slice(0, limit);
    }
  }

  #isFree({ id, replyTo }: MessageView): boolean {
    return !this.#handed.has(id) && !this.#claimed.has(id) && (replyTo === null || !this.#awaited.has(replyTo));
  }

  /** Reads messages, tells their senders that they were taken, and returns them. */
  async #handOut(listed: readonly MessageView[], signal: AbortSignal): Promise<readonly HandedMessage[]> {
    const free = listed.filter(({ id }) => !this.#claimed.has(id));
    for (const { id } of free) this.#claimed.add(id);
    const handed: HandedMessage[] = [];
    let length = 0;
    try {
      for (const { id, state } of free.slice(0, MOST_MESSAGES)) {
        const message = await this.#connection.call('messages.get', { id }, signal);
        // It may have expired, or another program may have read it.
        if (!isOffered(message)) continue;
        if (handed.length > 0 && length + message.body.length > MOST_CHARACTERS) break;
        await this.#connection.call('messages.settle', { id, state: 'taken' }, signal);
        length += message.body.length;
        handed.push({ message, again: state === 'taken' });
      }
      signal.throwIfAborted();
      for (const { message } of handed) this.#handed.add(message.id);
      return handed;
    } finally {
      for (const { id } of free) this.#claimed.delete(id);
    }
  }

  async #read(id: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#connection.call('messages.settle', { id, state: 'read' }, signal);
    } catch (error) {
      if (errorCode(error) !== 'message.unknown') throw error;
    }
    this.#handed.delete(id);
  }

  /** Looks now, and after each change of this agent's messages, until `look` finds something or the time is over. */
  async #until<Found>(look: () => Promise<Found | undefined>, { patience, signal }: Wait): Promise<Found | undefined> {
    let changed = Promise.withResolvers<void>();
    const off = this.#connection.onChange((message) => {
      if (message === undefined || message.agent === this.#agent) changed.resolve();
    });
    let isOver = patience === 0;
    const end = (): void => {
      isOver = true;
      changed.resolve();
    };
    const timer = this.#clock.setTimer(patience, end);
    signal.addEventListener('abort', end, { once: true });
    try {
      for (;;) {
        changed = Promise.withResolvers<void>();
        const found = await look();
        signal.throwIfAborted();
        if (found !== undefined || isOver) return found;
        await changed.promise;
        signal.throwIfAborted();
        if (isOver) return undefined;
      }
    } finally {
      off();
      timer.cancel();
      signal.removeEventListener('abort', end);
    }
  }
}

/** Reports whether a message may be handed out: it is new or was taken, and waits for no person. */
function isOffered(message: MessageView): boolean {
  const { direction, state } = message;
  return direction === 'in' && !waitsForPerson(message) && (state === 'stored' || state === 'taken');
}

/** Reports whether a message that came waits until a person releases it. */
function waitsForPerson({ waitsFor, isDeclined }: MessageView): boolean {
  return waitsFor !== null || isDeclined === true;
}
