import {
  ASKED_BYTES,
  ASKED_MESSAGES,
  FLIGHT_BYTES,
  FLIGHT_MESSAGES,
  isUnconfirmed,
  LINE_BYTES,
  messageAnswer,
  MESSAGE_PARAMS,
  MESSAGE_RESET_OVER,
  MESSAGE_RESET_PROTOCOL,
  parseRecipientLine,
  QUERY_IDS,
  type Receipt,
  type SenderLine,
} from '#shared/messages/index.ts';
import { fullJitter } from '#shared/back-off.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode, FormatError } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LineReader } from '#shared/lines.ts';
import { LineWriter } from '#shared/line-writer.ts';
import { LinkError, type OutgoingStream, type Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { safeParse } from '#shared/safe-parse.ts';
import type { OutboxPair } from './outbox-pair.ts';
import type { OutboxEntry } from './outbox-entry.ts';
import type { Outbox } from './outbox.ts';

/** Pauses after failed attempts, ms. A link that comes back ends a pause. */
const BACK_OFF = { first: 1000, longest: 60_000 };
/** Time for which a stream without work stays open, ms: the next message then needs no round trip. */
const LINGER = 30_000;
/** Longest time to reach the peer, and to hear from it at the beginning of a stream, ms. */
const REACH_TIMEOUT = 30_000;
/** Time until a peer is asked again for states that the disk refused, ms. */
const ASK_AGAIN = 5000;
/** Receipts that wait for a stream of this device's own. */
const MOST_RECEIPTS = 1000;

/** Reason why messages to a peer wait although it can be reached: `older`, its version takes none; `refused`, it takes none of this device now. */
export type DeliveryProblem = 'older' | 'refused';

export type PeerDeliveryOptions = Readonly<{
  peerId: PeerId;
  outbox: Outbox;
  clock: Clock;
  logger: Logger;
  random: () => number;
  network: Readonly<{
    current(peerId: PeerId): Session | undefined;
    mayReach(peerId: PeerId): boolean;
    session(peerId: PeerId, signal: AbortSignal): Promise<Session>;
  }>;
  /** Called when `problem` has changed. */
  onProblem(): void;
}>;

/**
 * Delivers the messages for one peer, and receipts for those that it has sent: opens a `message` stream when there is something to send and the peer
 * can be reached, asks the peer up to which number it has come, and sends what follows. What is lost on the way is sent again on the next stream. One
 * for each peer with which this device exchanges messages.
 */
export class PeerDelivery {
  readonly #options: PeerDeliveryOptions;
  #receipts: Receipt[] = [];
  #isAskWanted = false;
  #isRunning = false;
  #isClosed = false;
  /** True if this side has ended the stream to open another one at once. */
  #isRestarting = false;
  #failures = 0;
  /** Messages that were on their way when the peer ended a stream for a breach of the protocol. Until they have arrived, each is sent alone. */
  #suspects: ReadonlySet<string> = new Set();
  #problem: DeliveryProblem | undefined;
  #stream: OutgoingStream | undefined;
  /** Sending on that stream, once the peer has said its numbers. */
  #open: OpenStream | undefined;
  #pause: Timer | undefined;
  #askAgain: Timer | undefined;

  constructor(options: PeerDeliveryOptions) {
    this.#options = options;
  }

  get problem(): DeliveryProblem | undefined {
    return this.#problem;
  }

  /** Called when a message for the peer was queued, or the peer may be reached now. */
  wake(): void {
    if (this.#isClosed) return;
    this.#open?.wake();
    if (this.#isRunning || this.#pause !== undefined || !this.#hasWork || this.#problem !== undefined) return;
    this.#isRunning = true;
    void this.#run();
  }

  /** Called when a link with the peer was established: an earlier problem may be over, and states may have changed. */
  linked(): void {
    this.#pause?.cancel();
    this.#pause = undefined;
    this.#failures = 0;
    this.#setProblem(undefined);
    if (this.#options.outbox.isOpenAt(this.#options.peerId)) this.#isAskWanted = true;
    this.wake();
  }

  /** Opens another stream, so that the peer says which messages it has: one that was withdrawn may be on its way. */
  restart(): void {
    this.#isRestarting = this.#stream !== undefined;
    this.#stream?.reset(MESSAGE_RESET_OVER);
    this.wake();
  }

  /**
   * Asks the peer on the open stream if it has a message that was withdrawn; if the message is on its way there, to take it back.
   * @returns false if no stream is open, or the message is on its way and the peer's version can't take it back: it may get it after it has answered
   */
  ask(id: string): boolean {
    return this.#open?.ask(id) === true;
  }

  /** Stores what the peer says of a message. If the disk refuses, the peer is asked again. Never rejects. */
  async receive(receipt: Receipt): Promise<void> {
    const { clock, logger, outbox, peerId } = this.#options;
    try {
      await outbox.receive(peerId, receipt);
      // A number may be free to be passed now.
      this.#open?.wake();
    } catch (error) {
      logger.error('a receipt could not be stored', { peer: peerId, errorCode: errorCode(error) });
      this.#askAgain ??= clock.setTimer(ASK_AGAIN, () => {
        this.#askAgain = undefined;
        this.#isAskWanted = true;
        this.restart();
      });
    }
  }

  /** Sends the state of a message of the peer. If the peer can't be reached, it asks by itself when it can. */
  sendReceipt(receipt: Receipt): void {
    if (this.#receipts.length >= MOST_RECEIPTS) this.#receipts.shift();
    this.#receipts.push(receipt);
    this.wake();
  }

  close(): void {
    this.#isClosed = true;
    this.#pause?.cancel();
    this.#askAgain?.cancel();
    this.#stream?.reset(MESSAGE_RESET_OVER);
    this.#open?.wake();
  }

  get #hasWork(): boolean {
    const { outbox, peerId } = this.#options;
    return this.#receipts.length > 0 || this.#isAskWanted || outbox.pairsOf(peerId).length > 0;
  }

  async #run(): Promise<void> {
    const { clock, logger, network, peerId, random } = this.#options;
    try {
      while (!this.#isClosed && this.#hasWork && this.#problem === undefined) {
        const session = await this.#session();
        if (session === undefined) return;
        await this.#deliver(session);
        this.#failures = 0;
      }
    } catch (error) {
      if (this.#isClosed || this.#isRestarting) return;
      logger.debug('messages could not be delivered', { peer: peerId, errorCode: errorCode(error) });
      const problem = problemOf(error);
      this.#setProblem(problem);
      this.#failures += 1;
      if (problem === undefined && network.mayReach(peerId))
        this.#pause = clock.setTimer(fullJitter(this.#failures, BACK_OFF, random), () => {
          this.#pause = undefined;
          this.wake();
        });
    } finally {
      this.#isRunning = false;
      this.#isRestarting = false;
      // What came at the last moment.
      if (this.#pause === undefined && this.#problem === undefined && network.current(peerId) !== undefined)
        this.wake();
    }
  }

  /** Returns a session with the peer. Dials only if there is something to bring; undefined if the peer can't be reached. */
  async #session(): Promise<Session | undefined> {
    const { network, outbox, peerId } = this.#options;
    const current = network.current(peerId);
    if (current !== undefined) return current;
    // The peer says states by itself, and asks for receipts: neither is worth a dial.
    if (outbox.pairsOf(peerId).length === 0 && this.#receipts.length === 0) this.#isAskWanted = false;
    if (!this.#hasWork || !network.mayReach(peerId)) {
      this.#receipts = [];
      return undefined;
    }
    return await network.session(peerId, AbortSignal.timeout(REACH_TIMEOUT));
  }

  async #deliver(session: Session): Promise<void> {
    const { outbox, peerId } = this.#options;
    const stream = session.open('message', MESSAGE_PARAMS, { priority: 'interactive' });
    this.#stream = stream;
    const timer = this.#options.clock.setTimer(REACH_TIMEOUT, () => stream.reset(MESSAGE_RESET_OVER));
    try {
      const answer = safeParse(messageAnswer, await stream.opened);
      const lines = new LineReader(stream, LINE_BYTES);
      const first = await lines.read();
      if (first === null) throw new LinkError('link.closed', 'the peer has closed the stream');
      const begin = parseRecipientLine(first);
      if (begin.type !== 'resume') throw new FormatError('format.message', 'no numbers at the beginning');
      timer.cancel();
      const { ask } = await outbox.resume(peerId, begin);
      this.#isAskWanted = false;
      const open = new OpenStream(
        this,
        { stream, lines, ask, takesCancel: answer.data?.cancel === true },
        this.#options,
      );
      this.#open = open;
      try {
        await open.run();
      } catch (error) {
        if (isBreach(error)) await this.#suspect(open.flight);
        throw error;
      } finally {
        this.#open = undefined;
      }
    } finally {
      timer.cancel();
      this.#stream = undefined;
      outbox.notAsked(peerId);
      stream.reset(MESSAGE_RESET_OVER);
    }
  }

  /** True while messages are sent one by one. Called by the open stream. */
  get isCareful(): boolean {
    return this.#suspects.size > 0;
  }

  /** Notes that the peer has taken a message, or has refused it. Called by the open stream. */
  landed(id: string): void {
    if (!this.#suspects.has(id)) return;
    this.#suspects = new Set([...this.#suspects].filter((suspect) => suspect !== id));
  }

  /** The peer has ended the stream for a breach with these on their way. One for which it does so twice, the second time alone, is refused. */
  async #suspect(flight: readonly string[]): Promise<void> {
    const { outbox, logger, peerId } = this.#options;
    const [id] = flight;
    const entry = id === undefined || flight.length > 1 || !this.#suspects.has(id) ? undefined : outbox.get(id);
    if (entry === undefined) {
      if (flight.length > 0) this.#suspects = new Set(flight);
      return;
    }
    logger.warn('a peer can not read a message', { peer: peerId });
    await outbox.refuse(entry, 'format.message');
    this.landed(entry.id);
  }

  /** Takes the receipts that wait. Called by the open stream. */
  takeReceipts(): readonly Receipt[] {
    const receipts = this.#receipts;
    this.#receipts = [];
    return receipts;
  }

  #setProblem(problem: DeliveryProblem | undefined): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#options.onProblem();
  }
}

/** Stream on which the peer has said its numbers. `ask`: IDs of messages whose states it has to say; `takesCancel`: true if it knows the line `cancel`. */
type Begun = Readonly<{ stream: OutgoingStream; lines: LineReader; ask: readonly string[]; takesCancel: boolean }>;
/** Message on its way, with the bytes of its line. */
type Flying = Readonly<{ pair: OutboxPair; bytes: number }>;

/** Sending on one open stream. */
class OpenStream {
  readonly #delivery: PeerDelivery;
  readonly #stream: OutgoingStream;
  readonly #lines: LineReader;
  readonly #writer: LineWriter<SenderLine>;
  readonly #options: PeerDeliveryOptions;
  readonly #takesCancel: boolean;
  #ask: readonly string[];
  /** Messages on their way that the peer has to take back, and those that it was told to. */
  #cancels: readonly string[] = [];
  readonly #cancelled = new Set<string>();
  /** Sent messages without a receipt. */
  readonly #flight = new Map<string, Flying>();
  #flightBytes = 0;
  /** Messages of the pairs about which a person there is asked. They don't hold up other pairs. */
  readonly #asked = new Map<string, Flying>();
  #askedBytes = 0;
  /** Pairs of which a message has arrived on this stream, so that the next ones follow without a pause. */
  readonly #ready = new Set<OutboxPair>();
  /** Last number that was sent on this stream, with its run. */
  readonly #sent = new Map<OutboxPair, Readonly<{ epoch: string; seq: number }>>();
  #isOver = false;
  /** True once this side has sent all and ends the stream. */
  #isEnding = false;
  #isWoken = false;
  #resolveWait: ((goOn: boolean) => void) | undefined;

  constructor(delivery: PeerDelivery, { stream, lines, ask, takesCancel }: Begun, options: PeerDeliveryOptions) {
    this.#delivery = delivery;
    this.#stream = stream;
    this.#lines = lines;
    this.#writer = new LineWriter<SenderLine>(stream);
    this.#ask = ask;
    this.#takesCancel = takesCancel;
    this.#options = options;
  }

  /** Sends until there has been nothing to send for a while. @throws {LinkError} if the stream is lost; {FormatError} for what the peer says */
  async run(): Promise<void> {
    const reading = this.#read().finally(() => {
      this.#isOver = true;
      this.wake();
    });
    reading.catch(() => undefined);
    await this.#write();
    this.#isEnding = true;
    if (!this.#isOver) await this.#stream.end();
    await reading;
  }

  /** Asks for the state of a message, or to take it back. @returns false if the stream takes no more, or the peer would not know the line */
  ask(id: string): boolean {
    if (this.#isOver || this.#isEnding) return false;
    if (this.#flight.has(id) || this.#asked.has(id)) {
      if (!this.#takesCancel) return false;
      if (!this.#cancelled.has(id)) this.#cancels = [...this.#cancels, id];
      this.#cancelled.add(id);
    } else this.#ask = [...this.#ask, id];
    this.wake();
    return true;
  }

  /** Resumes the sending: there may be something to send. */
  wake(): void {
    this.#isWoken = true;
    this.#resolveWait?.(true);
  }

  /** IDs of messages that are on their way, and of which the peer has said nothing. */
  get flight(): readonly string[] {
    return [...this.#flight.keys()];
  }

  async #read(): Promise<void> {
    const { outbox, peerId } = this.#options;
    for (let line = await this.#lines.read(); line !== null; line = await this.#lines.read()) {
      const parsed = parseRecipientLine(line);
      if (parsed.type === 'resume') outbox.passed(peerId, parsed);
      else {
        if (parsed.state === 'waiting') this.#isAsked(parsed.id);
        else this.#landed(parsed);
        // Not awaited: the disk takes many receipts at once, in their order.
        void this.#delivery.receive(parsed);
      }
      this.wake();
    }
  }

  #landed({ id, state }: Receipt): void {
    const flying = this.#flight.get(id);
    const asked = this.#asked.get(id);
    if (flying !== undefined) {
      this.#flight.delete(id);
      this.#flightBytes -= flying.bytes;
      // What was taken back hasn't come in: a person may be asked about the next one.
      if (state !== 'cancelled') this.#ready.add(flying.pair);
    }
    this.#cancelled.delete(id);
    if (asked !== undefined) {
      // A person may be asked about the next one of its pair, too: that goes alone again.
      this.#asked.delete(id);
      this.#askedBytes -= asked.bytes;
    }
    this.#delivery.landed(id);
  }

  /** A person is asked about a message: those behind it wait there, and no further ones of its pair are sent. */
  #isAsked(id: string): void {
    const asked = this.#flight.get(id) ?? this.#asked.get(id);
    if (asked === undefined) return;
    this.#delivery.landed(id);
    this.#ready.delete(asked.pair);
    for (const [other, flying] of this.#flight) {
      if (flying.pair !== asked.pair) continue;
      this.#flight.delete(other);
      this.#flightBytes -= flying.bytes;
      this.#asked.set(other, flying);
      this.#askedBytes += flying.bytes;
    }
  }

  async #write(): Promise<void> {
    const { outbox, peerId } = this.#options;
    while (!this.#isOver) {
      for (const receipt of this.#delivery.takeReceipts()) this.#writer.send(receipt);
      while (this.#ask.length > 0) {
        this.#writer.send({ type: 'query', ids: this.#ask.slice(0, QUERY_IDS) });
        this.#ask = this.#ask.slice(QUERY_IDS);
      }
      for (const id of this.#cancels) this.#writer.send({ type: 'cancel', id });
      this.#cancels = [];
      const next = this.#next();
      if (next === undefined) {
        await this.#writer.flushed();
        if (this.#flight.size === 0 && outbox.pairsOf(peerId).some(({ isBroken }) => isBroken)) {
          this.#delivery.restart();
          return;
        }
        if (!(await this.#wait())) return;
        continue;
      }
      await this.#send(next);
      await this.#writer.room();
    }
  }

  async #send(entry: OutboxEntry): Promise<void> {
    const { outbox } = this.#options;
    const { pair, seq, epoch } = entry;
    if (!isUnconfirmed(entry.state)) {
      this.#sent.set(pair, { epoch, seq });
      // Settled, but not under this number: withdrawn, or answered for in an earlier run.
      this.#writer.send({ type: 'skip', from: pair.fromText, to: pair.toText, epoch, seq });
      return;
    }
    const message = await outbox.read(entry);
    // Meanwhile it may have been cancelled, or numbered again.
    if (!isUnconfirmed(entry.state) || isHeldBack(entry) || entry.epoch !== epoch || this.#isOver) return;
    const bytes = this.#writer.send({ type: 'message', message });
    this.#sent.set(pair, { epoch, seq });
    this.#flight.set(entry.id, { pair, bytes });
    this.#flightBytes += bytes;
    outbox.sent(entry);
  }

  /** Returns the message to send next; undefined if there is none, or too many are on their way. */
  #next(): OutboxEntry | undefined {
    const { outbox, peerId } = this.#options;
    const most = this.#delivery.isCareful ? 1 : FLIGHT_MESSAGES;
    if (this.#flight.size >= most || this.#flightBytes >= FLIGHT_BYTES) return undefined;
    const mayAsk = this.#asked.size < ASKED_MESSAGES && this.#askedBytes < ASKED_BYTES;
    let next: OutboxEntry | undefined;
    for (const pair of outbox.pairsOf(peerId)) {
      const last = this.#sent.get(pair);
      const sent = Math.max(last?.epoch === pair.epoch ? last.seq : 0, pair.confirmed);
      const entry = pair.pending[sent - pair.confirmed];
      // The first of a pair goes alone: a person there may be asked about it, and what follows would only wait there.
      const isSkip = entry !== undefined && !isUnconfirmed(entry.state);
      if (!this.#ready.has(pair) && (this.#isBusy(pair) || (!isSkip && !mayAsk))) continue;
      // One that is being withdrawn waits for the disk, or for another stream.
      if (entry !== undefined && isUnconfirmed(entry.state) && isHeldBack(entry)) continue;
      // A number may be missing if the disk refused a message. The next stream begins a new run.
      if (entry?.seq === sent + 1 && (next === undefined || entry.time < next.time)) next = entry;
    }
    return next;
  }

  /** Reports whether a message of a pair is on its way. */
  #isBusy(pair: OutboxPair): boolean {
    return [...this.#flight.values(), ...this.#asked.values()].some((flying) => flying.pair === pair);
  }

  /** Waits until there may be something to send. @returns false if there was nothing for a while */
  async #wait(): Promise<boolean> {
    if (this.#isOver) return false;
    if (this.#isWoken) {
      this.#isWoken = false;
      return true;
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#resolveWait = resolve;
    // As long as the peer owes receipts, the stream stays.
    const timer = this.#owed > 0 ? undefined : this.#options.clock.setTimer(LINGER, () => resolve(this.#owed > 0));
    try {
      return await promise;
    } finally {
      timer?.cancel();
      this.#resolveWait = undefined;
      this.#isWoken = false;
    }
  }

  /** Number of receipts that the peer owes. */
  get #owed(): number {
    return this.#flight.size + this.#asked.size;
  }
}

/** Reports whether a message is being withdrawn or settled. It waits for the disk, or for the recipient. */
function isHeldBack({ withdrawn, settling }: OutboxEntry): boolean {
  return withdrawn !== undefined || settling > 0;
}

/** Reports whether the peer has ended a stream since it takes what was sent for a breach of the protocol. This side never does. */
function isBreach(error: unknown): boolean {
  const isReset = error instanceof LinkError && error.code === 'link.reset';
  return isReset && error.details['code'] === MESSAGE_RESET_PROTOCOL;
}

/** Returns the problem behind a refused stream, which only time or a person there ends; undefined for a failure that may pass. */
function problemOf(error: unknown): DeliveryProblem | undefined {
  if (!(error instanceof LinkError) || error.code !== 'link.refused') return undefined;
  const code = error.details['code'];
  if (code === 'link.kind') return 'older';
  return code === 'rights.denied' ? 'refused' : undefined;
}
