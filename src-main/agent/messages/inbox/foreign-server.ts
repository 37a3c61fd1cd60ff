import { concatBytes, toHex, toUtf8 } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { errorCode } from '#shared/errors.ts';
import { labelled, type PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import { addressText, FOREIGN_OPEN, FOREIGN_TAKEN, MESSAGE_LIFE, type AgentMessage } from '#shared/messages/index.ts';
import type { OutboxEntry } from '../outbox/outbox-entry.ts';
import type { Inbox } from './inbox.ts';
import type { LoopGuard } from './loop-guard.ts';
import type { MessageRefusal, MessageServerOptions } from './message-server.ts';

const LABEL = labelled('clawreach foreign message 1');
const ID_LENGTH = 16;

/** Message of a foreign instance as the relay has brought it. `peerId`: ID under which this device knows the instance. */
export type ForeignArrival = Readonly<{
  peerId: PeerId;
  /** ID that the instance gave it. */
  id: string;
  /** Agent of the instance, and the one here. */
  from: string;
  to: string;
  body: string;
  replyTo: string | undefined;
}>;

/**
 * Outcome of an arrival. `dropped`: too much waits, or the disk has refused it; the instance hears nothing and tries again.
 */
export type ForeignTaken = 'stored' | 'unknown-agent' | 'dropped' | Readonly<{ refused: string }>;

/**
 * Checks the right `message` of an instance, and asks the person if it is undecided.
 * @returns the refusal; undefined if allowed. The caller must then act without waiting
 */
export type ForeignAuthorize = (arrival: ForeignArrival, signal: AbortSignal) => Promise<MessageRefusal | undefined>;

type ForeignServerOptions = Readonly<{
  ownId: PeerId;
  crypto: CryptoBackend;
  clock: Clock;
  logger: Logger;
  inbox: Inbox;
  guard: LoopGuard;
  /** Returns a message that an agent here has sent. */
  sent(id: string): OutboxEntry | undefined;
}> &
  Pick<MessageServerOptions, 'unfit'>;

/**
 * Takes messages of foreign instances: checks right, agent and room of each and writes it to the inbox, marked as one of which the relay alone says who
 * sent it. The same ID of an instance is stored once. One per agent of a device.
 */
export class ForeignServer {
  readonly #options: ForeignServerOptions;
  /** Messages that wait for the person or the disk, by ID here. */
  readonly #taking = new Map<string, Promise<ForeignTaken>>();
  #lastStore: Promise<unknown> = Promise.resolve();

  constructor(options: ForeignServerOptions) {
    this.#options = options;
  }

  /** Takes a message; resolves when it is on the disk or was refused. Never rejects. */
  take(arrival: ForeignArrival, authorize: ForeignAuthorize, signal: AbortSignal): Promise<ForeignTaken> {
    const { inbox } = this.#options;
    const id = this.#idOf(arrival);
    // 1. The same message again: it is stored once, and one that waits has one question.
    if (inbox.knows(arrival.peerId, id)) return Promise.resolve('stored');
    const same = this.#taking.get(id);
    if (same !== undefined) return same;
    if (this.#taking.size >= FOREIGN_TAKEN) return Promise.resolve('dropped');
    const taking = this.#take(id, arrival, authorize, signal)
      .catch((error: unknown): ForeignTaken => {
        this.#options.logger.error('a message of an instance could not be stored', { errorCode: errorCode(error) });
        return 'dropped';
      })
      .finally(() => this.#taking.delete(id));
    this.#taking.set(id, taking);
    return taking;
  }

  async #take(
    id: string,
    arrival: ForeignArrival,
    authorize: ForeignAuthorize,
    signal: AbortSignal,
  ): Promise<ForeignTaken> {
    const { unfit } = this.#options;
    // 2. Right. As for peers, who may not write doesn't learn which agents there are.
    const denied = await authorize(arrival, signal);
    if (signal.aborted) return 'dropped';
    if (denied !== undefined) return { refused: denied.code };
    // 3. Agent, after the question, which may have taken minutes.
    if (unfit(arrival.to) !== undefined) return 'unknown-agent';
    // 4. One after the other, since each gets the next number of its pair.
    const storing = this.#lastStore.then(() => this.#store(id, arrival));
    this.#lastStore = storing.catch(() => undefined);
    return await storing;
  }

  async #store(id: string, { peerId, id: foreignId, ...arrival }: ForeignArrival): Promise<ForeignTaken> {
    const { clock, guard, inbox, ownId } = this.#options;
    const [from, to] = [
      addressText({ device: peerId, agent: arrival.from }),
      addressText({ device: ownId, agent: arrival.to }),
    ];
    const open = inbox.list().filter(({ foreign, state }) => foreign !== undefined && state === 'stored');
    const own = open.filter((entry) => entry.from.device === peerId).length;
    // Each instance may have as many waiting as stay free afterwards for the others.
    const hasShare = own + 1 <= FOREIGN_OPEN - open.length - 1;
    if (!hasShare || !inbox.hasShareFor(peerId, arrival) || !inbox.hasRoomForPair(peerId, from, to))
      return { refused: 'message.full' };
    const answered = this.#answered(peerId, arrival);
    const now = clock.now();
    const message = {
      id,
      from,
      to,
      ...inbox.next(peerId, from, to),
      time: now,
      expires: now + MESSAGE_LIFE,
      thread: answered?.thread ?? id,
      ...(answered === undefined ? {} : { reply_to: answered.id }),
      media: 'text/plain',
      body: arrival.body,
      // No one knows if a person or a program wrote it, so it counts as one in a chain of answers.
      auto: true,
      hops: 0,
      // An instance has no key of a device.
      sig: '',
    } satisfies AgentMessage;
    await inbox.store(peerId, message, guard.count(message) ? 'loop' : undefined, { id: foreignId });
    return 'stored';
  }

  /** Returns the message that an arrival answers, if the agent here has sent it to this instance's agent. */
  #answered(peerId: PeerId, { from, to, replyTo }: Omit<ForeignArrival, 'peerId' | 'id'>): OutboxEntry | undefined {
    const entry = replyTo === undefined ? undefined : this.#options.sent(replyTo);
    if (entry === undefined || entry.from !== to) return undefined;
    return entry.to.device === peerId && entry.to.agent === from ? entry : undefined;
  }

  /** Returns the ID of a message here: the same for the same ID of the same agent of an instance, and of no other one. */
  #idOf({ peerId, from, id }: ForeignArrival): string {
    const { crypto } = this.#options;
    return toHex(crypto.sha256(concatBytes(LABEL, toUtf8(`${peerId}/${from} ${id}`))).subarray(0, ID_LENGTH));
  }
}
