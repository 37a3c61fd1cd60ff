import {
  hasTooManyHops,
  LINE_BYTES,
  LONGEST_PAUSE,
  MESSAGE_ANSWER,
  MESSAGE_RESET_OVER,
  MESSAGE_RESET_PROTOCOL,
  messageParams,
  parseAddress,
  parseSenderLine,
  readUnfitMessage,
  verifyMessage,
  type AgentMessage,
  type Receipt,
  type RecipientLine,
  type Resume,
  type SenderLine,
  type UnfitMessage,
} from '#shared/messages/index.ts';
import { Alarm } from '#shared/alarm.ts';
import { toUtf8 } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { AuthenticationError, errorCode, FormatError } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LineReader } from '#shared/lines.ts';
import { LineWriter } from '#shared/line-writer.ts';
import type { IncomingStream, LinkStream } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { safeParse } from '#shared/safe-parse.ts';
import type { RequestText } from '../../core/approvals/index.ts';
import { describeMessage } from './describe-message.ts';
import type { HeldBecause, Inbox } from './inbox.ts';
import type { LoopGuard } from './loop-guard.ts';
import { PairLanes, type Turn } from './pair-lanes.ts';
import { RefusalPause } from './refusal-pause.ts';

/**
 * Refusal of a message, with the code that its sender is told. `retryAfter`: pause since a person has declined a message to the agent, ms; for the sender,
 * the code is `rights.declined` then.
 */
export type MessageRefusal = Readonly<{ code: string; retryAfter?: number }>;

export type MessageServerOptions = Readonly<{
  crypto: CryptoBackend;
  clock: Clock;
  logger: Logger;
  ownId: PeerId;
  inbox: Inbox;
  guard: LoopGuard;
  /** Returns the Ed25519 public key of a peer; undefined if it isn't one. */
  keyOf(peerId: PeerId): Uint8Array | undefined;
  /** Reports whether a message to this agent can be taken in, as far as the agent is concerned. Undefined: it can. */
  unfit(agent: string): MessageRefusal | undefined;
  /** Called for receipts that a peer sends on its own stream. */
  onReceipt(peerId: PeerId, receipt: Receipt): void;
  /** Called when a peer's message was refused. */
  onRefused(peer: MessageCaller, message: Pick<AgentMessage, 'to'>, code: string): void;
}>;

/** Peer whose messages are taken in. */
export type MessageCaller = Readonly<{
  peerId: PeerId;
  name: string;
  /** Reports whether a person is asked about messages to this agent. */
  isAsked(agent: string): boolean;
  /**
   * Checks the right `message` for one agent here, and asks the person if it is undecided.
   * @param describe returns the text for the person; called only if one is asked
   * @param onWaiting called when the person is asked
   * @returns the refusal; undefined if allowed. The caller must then act without waiting
   */
  authorize(
    agent: string,
    describe: () => RequestText,
    signal: AbortSignal,
    onWaiting: () => void,
  ): Promise<MessageRefusal | undefined>;
}>;
type Peer = MessageCaller;
/** Stream of a peer that is served, with what waits on it. */
type Served = Readonly<{
  link: LinkStream;
  writer: LineWriter<RecipientLine>;
  peer: Peer;
  lanes: PairLanes;
  signal: AbortSignal;
}>;
type Connection = Readonly<{ writer: LineWriter<RecipientLine>; stop(): void; done: Promise<void> }>;

/**
 * Takes messages from peers: checks signature, number, right and agent of each, writes it to the inbox and sends the receipt. One stream for each peer; a
 * new one replaces it. Messages of one pair of agents are checked in their order, and many are on their way to the disk at once. One that waits for a
 * person holds back those of its pair only.
 */
export class MessageServer {
  readonly #options: MessageServerOptions;
  readonly #connections = new Map<PeerId, Connection>();
  /** Pauses after refused messages, which a new stream doesn't end. */
  readonly #pauses = new Map<PeerId, RefusalPause>();

  constructor(options: MessageServerOptions) {
    this.#options = options;
  }

  /** Serves a peer's stream until it ends. Never throws. */
  async serve(stream: IncomingStream, peer: Peer): Promise<void> {
    if (!safeParse(messageParams, stream.params).success) {
      stream.refuse('message.params', 'the parameters of the message stream are invalid');
      return;
    }
    const { peerId } = peer;
    const before = this.#connections.get(peerId);
    before?.stop();
    const aborting = new AbortController();
    const { promise: done, resolve } = Promise.withResolvers<void>();
    let link: LinkStream | undefined;
    const fail = (error: unknown): void => {
      this.#options.logger.info('a stream of messages has ended', { peer: peerId, errorCode: errorCode(error) });
      const isBreach = error instanceof FormatError || error instanceof AuthenticationError;
      link?.reset(isBreach ? MESSAGE_RESET_PROTOCOL : MESSAGE_RESET_OVER);
      aborting.abort();
    };
    const { signal } = aborting;
    const pause = this.#pauses.get(peerId) ?? new RefusalPause(this.#options.clock);
    this.#pauses.set(peerId, pause);
    const lanes = new PairLanes({ pause, signal, onFailure: fail });
    const start = async (): Promise<void> => {
      await before?.done;
      // What the old stream has brought is on the disk, or isn't: only then is the last number true.
      await this.#options.inbox.settled();
      if (aborting.signal.aborted || stream.cancelled.aborted) return;
      link = stream.accept(MESSAGE_ANSWER);
      void link.closed.then(() => aborting.abort());
      const writer = new LineWriter<RecipientLine>(link);
      this.#connections.set(peerId, { writer, stop, done });
      await this.#run({ link, writer, peer, lanes, signal });
    };
    const stop = (): void => {
      aborting.abort();
      link?.reset(MESSAGE_RESET_OVER);
    };
    this.#connections.set(peerId, {
      writer: new LineWriter<RecipientLine>({ write: async () => undefined }),
      stop,
      done,
    });
    try {
      await start();
    } catch (error) {
      fail(error);
    } finally {
      // Questions end with their stream.
      aborting.abort();
      await lanes.ended();
      stream.refuse('message.replaced', 'another stream has replaced this one');
      resolve();
      if (this.#connections.get(peerId)?.done === done) this.#connections.delete(peerId);
    }
  }

  /** Sends a receipt on the stream that the peer has open. @returns false if it has none */
  notify(peerId: PeerId, receipt: Receipt): boolean {
    const connection = this.#connections.get(peerId);
    connection?.writer.send(receipt);
    return connection !== undefined;
  }

  /** Ends the peer's stream, as after its removal. */
  drop(peerId: PeerId): void {
    this.#connections.get(peerId)?.stop();
    this.#pauses.delete(peerId);
  }

  close(): void {
    for (const { stop } of this.#connections.values()) stop();
  }

  async #run(served: Served): Promise<void> {
    const { inbox } = this.#options;
    const { link, writer, peer, lanes, signal } = served;
    writer.send(inbox.resume(peer.peerId));
    const lines = new LineReader(link, LINE_BYTES);
    for (let line = await lines.read(); line !== null; line = await lines.read()) {
      await this.#take(line, served);
      if (signal.aborted) return;
      // A peer that reads no receipts sends nothing more.
      await writer.room();
    }
    await lanes.ended();
    // Receipts from here on need another stream.
    if (this.#connections.get(peer.peerId)?.writer === writer) this.#connections.delete(peer.peerId);
    await inbox.settled();
    await writer.flushed();
    await link.end();
  }

  async #take(text: string, served: Served): Promise<void> {
    const { inbox, onReceipt } = this.#options;
    const { writer, lanes } = served;
    const { peerId } = served.peer;
    const bytes = toUtf8(text).length;
    const line = parsedLine(text);
    switch (line.type) {
      case 'message': {
        const { message } = line;
        this.#checkAddresses(message, peerId);
        const work = (turn: Turn): Promise<void> => this.#takeMessage(message, served, turn);
        await lanes.take(pairOf(message), { id: message.id, bytes, work });
        return;
      }
      case 'unfit': {
        const { message } = line;
        this.#checkAddresses(message, peerId);
        const work = (turn: Turn): Promise<void> => this.#refuseUnfit(message, served, turn);
        await lanes.take(pairOf(message), { id: message.id, bytes, work });
        return;
      }
      case 'skip':
        this.#checkAddresses(line, peerId);
        await lanes.take(pairOf(line), { id: undefined, bytes, work: () => this.#skip(line, served) });
        return;
      case 'query':
        await inbox.settled();
        for (const id of line.ids)
          writer.send(lanes.has(id) ? { type: 'receipt', id, state: 'waiting' } : inbox.outcomeOf(peerId, id));
        return;
      case 'cancel':
        await this.#cancel(line.id, served);
        return;
      case 'receipt':
        onReceipt(peerId, line);
    }
  }

  /**
   * Takes a message of the peer back, unless something was decided about it: then its outcome is the answer. No other message of the pair, and no other
   * question, is touched. Nothing is kept of an ID that is not on its way on this stream.
   */
  async #cancel(id: string, { writer, peer, lanes }: Served): Promise<void> {
    const { inbox, clock } = this.#options;
    const isNew = !inbox.isUsed(id) && !inbox.knows(peer.peerId, id);
    // In the same step as the look: what isn't decided now is never stored.
    if (isNew && lanes.takeBack(id)) {
      writer.send({ type: 'receipt', id, state: 'cancelled', time: clock.now() });
      return;
    }
    await inbox.settled();
    writer.send(inbox.outcomeOf(peer.peerId, id));
  }

  /** Passes the number of a message that its sender has taken back. The sender hears of the number, as it has heard of the message. */
  async #passTakenBack(message: Numbered & Readonly<{ id: string }>, served: Served): Promise<void> {
    const { inbox, clock } = this.#options;
    const { id } = message;
    const isNew = !inbox.isUsed(id) && !inbox.knows(served.peer.peerId, id);
    const outcome = { state: 'cancelled', time: clock.now() } as const;
    await this.#skip(message, served, isNew ? { id, outcome } : undefined);
  }

  /** @param message ID and outcome, if the number had a message that hasn't come before */
  async #skip(line: Numbered, { writer, peer }: Served, message?: Parameters<Inbox['pass']>[2]): Promise<void> {
    const { inbox } = this.#options;
    const { peerId } = peer;
    const placed = inbox.place(peerId, line);
    if (placed === 'gap') throw new FormatError('format.message', 'a number is missing');
    if (placed === 'next') await inbox.pass(peerId, line, message);
    const { from, to, epoch, seq } = line;
    // Nothing is kept of a pair without room, so that any number of it is passed.
    const passed: Resume = { type: 'resume', pairs: [{ from, to, epoch, last: seq }] };
    writer.send(placed === 'full' ? passed : inbox.resumeOf(peerId, from, to));
  }

  /** Refuses a message that this device can't read, but whose number it can: the ones behind it come in. */
  async #refuseUnfit(message: UnfitMessage, served: Served, turn: Turn): Promise<void> {
    if (!turn.decide()) {
      await this.#passTakenBack(message, served);
      return;
    }
    const { writer, peer, lanes } = served;
    const { inbox, clock } = this.#options;
    const { peerId } = peer;
    const { id, code } = message;
    const placed = inbox.place(peerId, message);
    if (placed === 'gap') throw new FormatError('format.message', 'a number is missing');
    if (placed === 'passed' || inbox.isUsed(id) || inbox.knows(peerId, id)) {
      await inbox.settled();
      if (placed === 'next') await inbox.pass(peerId, message);
      writer.send(inbox.outcomeOf(peerId, id));
      return;
    }
    const outcome = { state: 'refused', code, time: clock.now() } as const;
    if (placed === 'next') await inbox.pass(peerId, message, { id, outcome });
    writer.send({ type: 'receipt', id, ...outcome });
    this.#options.onRefused(peer, message, code);
    await lanes.refused();
  }

  async #takeMessage(message: AgentMessage, served: Served, turn: Turn): Promise<void> {
    if (turn.takenBack.aborted) {
      await this.#passTakenBack(message, served);
      return;
    }
    const { link, writer, peer, lanes, signal } = served;
    const { inbox, crypto, clock, keyOf, onRefused } = this.#options;
    const { peerId } = peer;
    const placed = inbox.place(peerId, message);
    if (placed === 'gap') throw new FormatError('format.message', 'a number is missing');
    if (placed === 'passed') {
      await inbox.settled();
      writer.send(inbox.outcomeOf(peerId, message.id));
      return;
    }
    const key = keyOf(peerId);
    if (key === undefined) throw new FormatError('format.message', 'the sender is no peer');
    verifyMessage(crypto, key, message);
    // Its sender may have numbered it again while it was on its way to the disk.
    if (inbox.isUsed(message.id)) await inbox.settled();
    const hasRoom = (): boolean => inbox.hasRoomForPair(peerId, message.from, message.to);
    const answerKnown = async (): Promise<boolean> => {
      if (!inbox.knows(peerId, message.id)) return false;
      if (hasRoom()) await inbox.pass(peerId, message);
      writer.send(inbox.outcomeOf(peerId, message.id));
      return true;
    };
    if (await answerKnown()) return;
    const refusal = hasRoom() ? await this.#refusal(message, served, turn) : TOO_MANY_PAIRS;
    if (signal.aborted) return;
    // Meanwhile the peer may have sent it under a number of another pair as well, or have begun with other pairs.
    if (await answerKnown()) return;
    if (!turn.decide()) {
      await this.#passTakenBack(message, served);
      return;
    }
    const refused: Refused | undefined =
      refusal ??
      (hasRoom() ? undefined : TOO_MANY_PAIRS) ??
      (inbox.isUsed(message.id) ? { state: 'refused', code: 'message.id' } : undefined);
    if (refused !== undefined) {
      const { state, code, retryAfter } = refused;
      const outcome = { state, code, time: clock.now() };
      if (hasRoom()) await inbox.pass(peerId, message, { id: message.id, outcome });
      writer.send({ type: 'receipt', id: message.id, ...outcome, retry_after: retryAfter });
      if (code !== undefined) onRefused(peer, message, code);
      await lanes.refused();
      return;
    }
    // Not awaited: the next message is checked while this one is on its way to the disk.
    inbox.store(peerId, message, this.#heldBecause(message)).then(
      ({ id, since }) => writer.send({ type: 'receipt', id, state: 'stored', time: since }),
      (error: unknown) => {
        this.#options.logger.error('a message could not be stored', { peer: peerId, errorCode: errorCode(error) });
        // The sender keeps it and tries again.
        link.reset(MESSAGE_RESET_OVER);
      },
    );
  }

  async #refusal(message: AgentMessage, served: Served, turn: Turn): Promise<Refused | undefined> {
    const { inbox, clock, unfit } = this.#options;
    const { agent } = parseAddress(message.to);
    if (message.expires <= clock.now()) return { state: 'expired' };
    if (hasTooManyHops(message)) return { state: 'refused', code: 'message.hops' };
    if (inbox.isUsed(message.id)) return { state: 'refused', code: 'message.id' };
    const denied = await this.#authorize(message, agent, served, turn);
    // After the question, which may have taken minutes.
    if (message.expires <= clock.now()) return { state: 'expired' };
    if (denied !== undefined) return refusedBy(denied);
    const wrong = unfit(agent);
    if (wrong !== undefined) return { state: 'refused', code: wrong.code };
    return inbox.hasShareFor(served.peer.peerId, message) ? undefined : { state: 'refused', code: 'message.full' };
  }

  /** Checks the right. If a person is asked, the question is withdrawn when the message expires or is taken back, and other pairs go on meanwhile. */
  async #authorize(
    message: AgentMessage,
    agent: string,
    { writer, peer, lanes, signal }: Served,
    { takenBack, wait }: Turn,
  ): Promise<MessageRefusal | undefined> {
    const waits = (): void => {
      writer.send({ type: 'receipt', id: message.id, state: 'waiting' });
      wait();
    };
    const describe = (): RequestText => describeMessage(agent, message.body);
    if (!peer.isAsked(agent)) return await peer.authorize(agent, describe, signal, waits);
    const over = new AbortController();
    const expiry = new Alarm(this.#options.clock, () => over.abort());
    expiry.set(message.expires);
    try {
      if (!lanes.hasQuestion) waits();
      const asking = AbortSignal.any([signal, over.signal, takenBack]);
      const giveBack = await lanes.question(asking);
      if (giveBack === undefined) return { code: 'rights.withdrawn' };
      try {
        return await peer.authorize(agent, describe, asking, waits);
      } finally {
        giveBack();
      }
    } finally {
      expiry.cancel();
    }
  }

  #heldBecause(message: AgentMessage): HeldBecause | undefined {
    return this.#options.guard.count(message) ? 'loop' : undefined;
  }

  #checkAddresses({ from, to }: Readonly<{ from: string; to: string }>, peerId: PeerId): void {
    if (parseAddress(from).device !== peerId) throw new FormatError('format.message', 'a message of another device');
    if (parseAddress(to).device !== this.#options.ownId)
      throw new FormatError('format.message', 'a message to another device');
  }
}

/** Pair of agents, and a number among its messages. */
type Numbered = Readonly<{ from: string; to: string; epoch: string; seq: number }>;

/** Outcome of a message that doesn't come in. `retryAfter`: see `MessageRefusal`. */
type Refused = Readonly<{ state: 'refused' | 'expired'; code?: string; retryAfter?: number }>;

/**
 * Returns what a sender is told of a refusal. A person's "Decline", and the pause after it, are `rights.declined` with the end of the pause: the sender
 * has seen that a person was asked, so the code tells nothing new, and the time keeps it from asking in vain. What a person has decided for good, to deny
 * or to ignore, is `rights.denied`, without saying which. Pure.
 */
function refusedBy({ code, retryAfter = 0 }: MessageRefusal): Refused {
  if (code !== 'rights.denied' || retryAfter <= 0) return { state: 'refused', code };
  return { state: 'refused', code: 'rights.declined', retryAfter: Math.min(Math.ceil(retryAfter), LONGEST_PAUSE) };
}

/** Parses a line; one that is a message with an ID and a number, but no proper one, is `unfit`. @throws {FormatError} `format.message` for others */
function parsedLine(text: string): SenderLine | Readonly<{ type: 'unfit'; message: UnfitMessage }> {
  try {
    return parseSenderLine(text);
  } catch (error) {
    const message = readUnfitMessage(text);
    if (message === undefined) throw error;
    return { type: 'unfit', message };
  }
}

function pairOf({ from, to }: Readonly<{ from: string; to: string }>): string {
  return `${from} ${to}`;
}

/** Refusal of a message of a pair of agents that has no room. */
const TOO_MANY_PAIRS: Refused = { state: 'refused', code: 'message.pairs' };
