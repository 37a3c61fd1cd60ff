import {
  MOST_HAD,
  type AgentThere,
  type CallInput,
  type MessageView,
  type PeerView,
  type RightDecision,
  type TransferFailure,
  type TransferView,
} from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { isOver } from '#shared/files/index.ts';
import { isUnconfirmed } from '#shared/messages/index.ts';
import type { AgentConnection } from './agent-connection.ts';

/** Time beyond its patience after which a call is given up, ms: longer than `AgentConnection` waits for an agent. */
const GRACE = 20_000;
/** Time that another machine has to name its agents, and all together, ms. Many hosts give a tool up after a minute. */
const AGENTS_TIMEOUT = 5000;
const ALL_TIMEOUT = 30_000;
/** Machines that are asked at one time; the agent runs a bounded number of calls. */
const ASKED_AT_ONCE = 16;

/** Wait of a tool: until when, and how it ends before. */
export type Wait = Readonly<{
  /** ms */
  patience: number;
  signal: AbortSignal;
}>;

/**
 * Message that is handed to a model. `isOwn`: an agent of this machine wrote it; `again`: it was handed out before, and the program may not have got it.
 */
export type HandedMessage = Readonly<{ message: MessageView; isOwn: boolean; again: boolean }>;

/** Returns the text by which a model gets a message. */
type Tell = (message: HandedMessage) => string;

/** Transfer of this agent, with the first of its files that are missing there. */
export type SentFiles = Readonly<{ transfer: TransferView; failures: readonly TransferFailure[] }>;

/** Machine or program to whose agents this one may write. */
export type PeerAgents = Readonly<{
  /** Part before the agent in its addresses. */
  address: string;
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
  #ownId: string | undefined;
  /** Messages of which the model has got the text, and that aren't noted as read. */
  readonly #handed = new Set<string>();

  constructor(agent: string, connection: AgentConnection, clock: Clock) {
    this.#agent = agent;
    this.#connection = connection;
    this.#clock = clock;
  }

  /**
   * Returns the agents of this machine, and of the other machines and programs with which it exchanges messages.
   * @param only address of the one that is asked; undefined: all
   */
  async peers(
    only: string | undefined,
    signal: AbortSignal,
  ): Promise<Readonly<{ own: readonly AgentThere[]; peers: readonly PeerAgents[] }>> {
    const own = await this.#connection.call('agents.list', {}, signal);
    const addresses = await this.#connection.call('messages.addresses', {}, signal);
    const addressOf = (peerId: string): string => addresses.find((one) => one.peerId === peerId)?.address ?? peerId;
    const isWanted = (peerId: string): boolean => only === undefined || addressOf(peerId) === only;
    const known = await this.#connection.call('peers.list', {}, signal);
    // A browser has no agents.
    const machines = known.filter(({ browser, peerId }) => browser === undefined && isWanted(peerId));
    const limit = AbortSignal.timeout(ALL_TIMEOUT);
    const paired: PeerAgents[] = [];
    for (let first = 0; first < machines.length; first += ASKED_AT_ONCE) {
      const some = machines.slice(first, first + ASKED_AT_ONCE);
      const asked = some.map((peer) => this.#agentsOf(peer, addressOf(peer.peerId), limit, signal));
      paired.push(...(await Promise.all(asked)));
    }
    const instances = await this.#connection.call('instances.list', {}, signal);
    const programs = instances
      .filter(({ peerId }) => isWanted(peerId))
      .map(({ address, isOnline, agents }): PeerAgents => ({
        address,
        isOnline,
        right: undefined,
        agents: agents === null ? 'peer.offline' : agents.map((agent) => ({ name: agent, description: '' })),
        verified: 'relay',
      }));
    return { own, peers: [...paired, ...programs] };
  }

  /** Queues a message of this agent. @throws errors of `messages.send` */
  async send(
    message: Omit<CallInput<'messages.send'>, 'from'>,
    files: Pick<CallInput<'messages.sendFiles'>, 'files' | 'folder'> | undefined,
    signal: AbortSignal,
  ): Promise<MessageView> {
    const whole = { ...message, from: this.#agent };
    return files === undefined
      ? await this.#connection.call('messages.send', whole, signal)
      : await this.#connection.call('messages.sendFiles', { ...whole, ...files }, signal);
  }

  /** Waits until the files of a message of this agent are there, or can't come; returns it as it is then, or when the time is over. */
  async untilFiles(id: string, wait: Wait): Promise<MessageView> {
    const look = async (): Promise<MessageView | undefined> => {
      const now = await this.get(id, wait.signal);
      return now.files.every(({ state }) => isOver(state)) ? now : undefined;
    };
    return (await this.#until(look, wait)) ?? (await this.get(id, wait.signal));
  }

  /** Returns a message that this agent has sent, as its sender sees it. @throws {ClawReachError} `message.unknown` */
  async sent(id: string, signal: AbortSignal, from = 0): Promise<MessageView> {
    return await this.#connection.call('messages.get', { id, direction: 'out', from }, signal);
  }

  /** Waits until a message of this agent is stored or can't be; returns its state then, or when the time is over. */
  async untilStored(sent: MessageView, wait: Wait): Promise<MessageView> {
    const look = async (): Promise<MessageView | undefined> => {
      const now = await this.sent(sent.id, wait.signal);
      return isUnconfirmed(now.state) ? undefined : now;
    };
    return (await this.#until(look, wait)) ?? (await this.sent(sent.id, wait.signal));
  }

  /**
   * Waits for the answer to a message of this agent, and hands it out.
   * @param tell returns the text for the model
   * @returns that text; undefined if no answer comes in time, or can't
   */
  async untilAnswered({ id }: MessageView, wait: Wait, tell: Tell): Promise<string | undefined> {
    return (await this.#take({ limit: 1, answerTo: id }, wait, tell))[0];
  }

  /**
   * Hands out the messages that have come, oldest first; waits for one if there is none. Notes that those of before are read.
   * @param tell returns the text for the model
   * @returns a text for each
   */
  async check(limit: number, wait: Wait, tell: Tell): Promise<readonly string[]> {
    for (const id of this.#handed) await this.#read(id, wait.signal);
    return await this.#take({ limit }, wait, tell);
  }

  /**
   * Returns a message that this agent has sent, or that was handed to it or could be.
   * @param from position from which its body is wanted
   * @throws {ClawReachError} `message.unknown`
   */
  async get(id: string, signal: AbortSignal, from = 0): Promise<MessageView> {
    const received = await this.#connection.call('messages.get', { id, from }, signal);
    // One to another agent of this machine has two sides.
    const message = received.agent === this.#agent ? received : await this.sent(id, signal, from);
    // Neither another agent's messages, nor one that waits for a person, or that one has discarded.
    if (message.agent !== this.#agent || (message.direction === 'in' && !isVisible(message)))
      throw new ClawReachError('message.unknown', 'no such message', { details: { id } });
    return message;
  }

  /** Queues files of this agent. @throws errors of `agents.sendFiles` */
  async sendFiles(files: Omit<CallInput<'agents.sendFiles'>, 'agent'>, signal: AbortSignal): Promise<TransferView> {
    return await this.#connection.call('agents.sendFiles', { ...files, agent: this.#agent }, signal);
  }

  /** Waits until a transfer of this agent is over; returns it as it is then, or when the time is over. @throws {ClawReachError} `file.unknown` */
  async untilOver(id: string, wait: Wait): Promise<SentFiles> {
    const look = async (): Promise<SentFiles | undefined> => {
      const now = await this.#transfer(id, wait.signal);
      return isOver(now.transfer.state) ? now : undefined;
    };
    return (await this.#until(look, wait)) ?? (await this.#transfer(id, wait.signal));
  }

  /** Ends a transfer of this agent. @throws {ClawReachError} `file.unknown`, `file.over` */
  async cancelTransfer(id: string, signal: AbortSignal): Promise<TransferView> {
    await this.#transfer(id, signal);
    return await this.#connection.call('transfers.cancel', { id }, signal);
  }

  /** Returns a transfer of this agent. @throws {ClawReachError} `file.unknown` */
  async #transfer(id: string, signal: AbortSignal): Promise<SentFiles> {
    const { transfer, failures } = await this.#connection.call('transfers.get', { id }, signal);
    // Others are not for the program.
    if (transfer.agent !== this.#agent)
      throw new ClawReachError('file.unknown', 'no such transfer', { details: { id } });
    return { transfer, failures };
  }

  /** Notes that a message was read. */
  async markRead(id: string, signal: AbortSignal): Promise<void> {
    await this.#read(id, signal);
  }

  async #agentsOf(
    { peerId, path, rightsThere }: PeerView,
    address: string,
    end: AbortSignal,
    signal: AbortSignal,
  ): Promise<PeerAgents> {
    const verified = 'device' as const;
    const machine = { address, isOnline: path !== 'offline', right: rightsThere?.rights.message, verified };
    if (!machine.isOnline) return { ...machine, agents: 'peer.offline' };
    const limit = AbortSignal.any([signal, end, AbortSignal.timeout(AGENTS_TIMEOUT)]);
    try {
      return { ...machine, agents: await this.#connection.call('agents.there', { peer: peerId }, limit) };
    } catch (error) {
      signal.throwIfAborted();
      return { ...machine, agents: errorCode(error) };
    }
  }

  /** Takes messages from the agent, which gives each to one program. Those of which there is no text count as not handed out, and come again. */
  async #take(
    what: Pick<CallInput<'messages.take'>, 'limit' | 'answerTo'>,
    { patience, signal }: Wait,
    tell: Tell,
  ): Promise<readonly string[]> {
    const own = await this.#own(signal);
    // An agent that starts again meanwhile gets the call again, with its whole wait.
    const late = new AbortController();
    const timer = this.#clock.setTimer(patience + GRACE, () => late.abort());
    const has = [...this.#handed].slice(-MOST_HAD);
    try {
      const taken = await this.#connection.call(
        'messages.take',
        { agent: this.#agent, wait: patience, has, ...what },
        AbortSignal.any([signal, late.signal]),
      );
      signal.throwIfAborted();
      const texts = taken.map((one) => tell({ ...one, isOwn: one.message.peerId === own }));
      // From here on, the next check says that the model has read them.
      for (const { message } of taken) this.#handed.add(message.id);
      return texts;
    } catch (error) {
      signal.throwIfAborted();
      if (late.signal.aborted) return [];
      throw error;
    } finally {
      timer.cancel();
    }
  }

  /** Returns the ID of this machine. */
  async #own(signal: AbortSignal): Promise<string> {
    this.#ownId ??= (await this.#connection.call('status.get', {}, signal)).device.peerId;
    return this.#ownId;
  }

  async #read(id: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#connection.call('messages.settle', { id, state: 'read' }, signal);
    } catch (error) {
      if (errorCode(error) !== 'message.unknown') throw error;
    }
    this.#handed.delete(id);
  }

  /** Looks now, and after each change of this agent's messages or transfers, until `look` finds something or the time is over. */
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

/** Reports whether a program may see a message that came: it doesn't wait until a person releases it, and didn't expire before anyone took it. */
function isVisible({ waitsFor, isDeclined, state }: MessageView): boolean {
  return waitsFor === null && isDeclined !== true && state !== 'expired';
}
