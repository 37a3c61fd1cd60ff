import { addressText, isFinal, isUnconfirmed, type LoopLimits } from '#shared/messages/index.ts';
import { Alarm } from '#shared/alarm.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { errorCode } from '#shared/errors.ts';
import type { DeviceIdentity, PeerId } from '#shared/identity/index.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { JournalFile } from '#shared/storage.ts';
import { MessageError } from './errors.ts';
import type { ForeignPort } from './foreign/foreign-port.ts';
import {
  ForeignServer,
  type ForeignArrival,
  type ForeignAuthorize,
  type ForeignTaken,
} from './inbox/foreign-server.ts';
import { Inbox, type InboxEntry } from './inbox/inbox.ts';
import { LoopGuard } from './inbox/loop-guard.ts';
import { MessageServer, type MessageCaller, type MessageServerOptions } from './inbox/message-server.ts';
import { ForeignDelivery } from './outbox/foreign-delivery.ts';
import type { OutboxEntry } from './outbox/outbox-entry.ts';
import { Outbox, type NewMessage } from './outbox/outbox.ts';
import { OwnDelivery } from './own-delivery.ts';
import { PeerDelivery, type DeliveryProblem, type PeerDeliveryOptions } from './outbox/peer-delivery.ts';

/** Longest time between two looks for messages whose time is over, and for old ones, ms. */
const EXPIRY_INTERVAL = 30_000;
/** Time until another look after the disk has refused a state, ms. */
const EXPIRY_RETRY = 5000;
/** Time for which a recipient may say by itself that a message has expired, once its turn has come and while a person there is asked about others, ms. */
const EXPIRY_GRACE = 2000;

export type MessageServiceOptions = Readonly<{
  outbox: JournalFile;
  inbox: JournalFile;
  clock: Clock;
  crypto: CryptoBackend;
  identity: DeviceIdentity;
  logger: Logger;
  random: () => number;
  network: PeerDeliveryOptions['network'];
  /** Returns the numbers of messages without a person after which further ones are held. */
  loopLimits(): LoopLimits;
  /** Foreign instances, with which the relay exchanges messages; undefined: none. */
  foreign?: ForeignPort | undefined;
  /** Called when a message in the outbox has changed. */
  onSent(entry: OutboxEntry): void;
  /** Called when a message in the inbox has changed. */
  onReceived(entry: InboxEntry): void;
  /** Called when a message was removed from a box. */
  onRemoved(removed: Readonly<{ box: 'in'; entry: InboxEntry }> | Readonly<{ box: 'out'; entry: OutboxEntry }>): void;
  /** Called when it has changed why messages to a peer wait. */
  onProblem(peerId: PeerId): void;
}> &
  Pick<MessageServerOptions, 'keyOf' | 'unfit' | 'onRefused'>;

/**
 * Exchange of messages between agents of this device and those of its peers: both boxes, the streams in both directions, receipts and expiry. Asks its
 * owner about rights and agents. One per agent of a device.
 */
export class MessageService {
  readonly #options: MessageServiceOptions;
  readonly #outbox: Outbox;
  readonly #inbox: Inbox;
  readonly #guard: LoopGuard;
  readonly #server: MessageServer;
  readonly #own: OwnDelivery;
  readonly #deliveries = new Map<PeerId, PeerDelivery>();
  readonly #foreignServer: ForeignServer;
  readonly #foreignDeliveries = new Map<PeerId, ForeignDelivery>();
  readonly #expiry: Alarm;
  /** Time at which messages are looked at next: when the first of them expires. */
  #expiryAt = Infinity;
  #isClosed = false;
  readonly #graces = new Set<Timer>();

  constructor(options: MessageServiceOptions) {
    const { clock, crypto, identity, logger } = options;
    this.#options = options;
    this.#guard = new LoopGuard(clock, () => options.loopLimits());
    this.#outbox = new Outbox({
      file: options.outbox,
      clock,
      crypto,
      identity,
      onChange: (entry) => {
        if (isUnconfirmed(entry.state) && entry.withdrawn === undefined) this.#expireAt(entry.expires);
        options.onSent(entry);
      },
      onRemove: (entry) => options.onRemoved({ box: 'out', entry }),
    });
    this.#inbox = new Inbox({
      file: options.inbox,
      clock,
      onChange: (entry) => {
        if (entry.state === 'stored') this.#expireAt(entry.expires);
        options.onReceived(entry);
      },
      onRemove: (entry) => options.onRemoved({ box: 'in', entry }),
    });
    this.#server = new MessageServer({
      ...options,
      ownId: identity.peerId,
      inbox: this.#inbox,
      guard: this.#guard,
      logger,
      onReceipt: (peerId, receipt) => void this.#deliveryTo(peerId).receive(receipt),
    });
    this.#own = new OwnDelivery({
      ownId: identity.peerId,
      outbox: this.#outbox,
      inbox: this.#inbox,
      guard: this.#guard,
      clock,
      logger,
      random: options.random,
      unfit: options.unfit,
    });
    this.#foreignServer = new ForeignServer({
      ownId: identity.peerId,
      crypto,
      clock,
      logger,
      inbox: this.#inbox,
      guard: this.#guard,
      unfit: options.unfit,
      sent: (id) => this.#outbox.get(id),
    });
    this.#expiry = new Alarm(clock, () => void this.#expire());
  }

  /** Reads both boxes. Called once, before the other methods. @throws {StoreError} `store.unreadable` */
  async load(): Promise<void> {
    await this.#outbox.load();
    await this.#inbox.load();
    await this.#own.deliver();
    this.#setExpiry();
  }

  get outbox(): Pick<Outbox, 'list' | 'get' | 'read' | 'byKey'> {
    return this.#outbox;
  }

  get inbox(): Pick<Inbox, 'beginDelivery' | 'decline' | 'discardable' | 'endDelivery' | 'get' | 'list' | 'read'> {
    return this.#inbox;
  }

  /** Returns why messages to a peer wait although it can be reached; undefined: they don't. */
  problemOf(peerId: PeerId): DeliveryProblem | undefined {
    return this.#deliveries.get(peerId)?.problem;
  }

  /**
   * Queues a message; resolves when it is on the disk. It is delivered as soon as the recipient's device is there.
   * @throws {MessageError} `message.full`, `message.pairs`; {StoreError} `store.write`
   */
  async send(message: NewMessage): Promise<OutboxEntry> {
    const entry = await this.#outbox.queue(message);
    const { id, from, to, thread, auto } = entry;
    // A message to an agent of this device is counted when it arrives.
    if (to.device !== this.#options.identity.peerId)
      this.#guard.count({ id, from: this.#ownText(from), to: addressText(to), thread, auto });
    await this.#deliver(to.device);
    return entry;
  }

  /** Takes a message back. @throws errors of `Outbox.cancel` */
  async cancel(id: string): Promise<OutboxEntry> {
    const entry = await this.#outbox.cancel(id);
    if (entry.to.device === this.#options.identity.peerId) await this.#own.deliver();
    else this.#withdrawn(entry);
    // The inbox of this device had it, or its own record of that failed before.
    if (!isUnconfirmed(entry.state) && entry.state !== 'cancelled')
      throw new MessageError('message.delivered', 'the message was delivered', { details: { state: entry.state } });
    return entry;
  }

  /**
   * Sets the state of a message in the inbox, and notifies its sender.
   * @throws {MessageError} `message.unknown`; {StoreError} `store.write`
   */
  async settle(id: string, state: 'taken' | 'read', isDelivered = false): Promise<void> {
    if (!(await this.#inbox.settle(id, state, isDelivered))) return;
    const entry = this.#inbox.get(id);
    if (entry !== undefined) this.#notify(entry);
  }

  /** Discards messages that no one has taken, and notifies their senders. @returns those. @throws {StoreError} `store.write` */
  async discard(isWanted: (entry: InboxEntry) => boolean): Promise<readonly InboxEntry[]> {
    const discarded = await this.#inbox.discard(isWanted);
    for (const entry of discarded) this.#notify(entry);
    return discarded;
  }

  /** Notes that a message needn't be handed out again. @throws {MessageError} `message.unknown`; {StoreError} `store.write` */
  async acknowledge(id: string): Promise<void> {
    await this.#inbox.acknowledge(id);
  }

  /** Releases a message that waits for a person. @throws {MessageError} `message.unknown`; {StoreError} `store.write` */
  async release(id: string): Promise<void> {
    const entry = this.#inbox.get(id);
    await this.#inbox.release(id);
    if (entry !== undefined)
      this.#guard.release({ from: addressText(entry.from), to: this.#ownText(entry.agent), thread: entry.thread });
  }

  /** Serves a peer's stream. Never throws. */
  async serve(stream: IncomingStream, peer: MessageCaller): Promise<void> {
    await this.#server.serve(stream, peer);
  }

  /** Takes a message of a foreign instance, as the relay has brought it. Never rejects. */
  async takeForeign(arrival: ForeignArrival, authorize: ForeignAuthorize, signal: AbortSignal): Promise<ForeignTaken> {
    return await this.#foreignServer.take(arrival, authorize, signal);
  }

  /** Called when the relay says that a foreign instance is connected. */
  foreignConnected(peerId: PeerId): void {
    if (this.#outbox.recipients.has(peerId)) this.#foreignDeliveryTo(peerId)?.connected();
  }

  /** Called when a link with the peer was established. */
  linked(peerId: PeerId): void {
    if (this.#deliveries.has(peerId) || this.#outbox.recipients.has(peerId) || this.#outbox.isOpenAt(peerId))
      this.#deliveryTo(peerId).linked();
  }

  /** Called when peers may be reached that could not be reached before. */
  reachableChanged(): void {
    for (const peerId of this.#outbox.recipients)
      if (peerId !== this.#options.identity.peerId && !this.#isForeign(peerId)) this.#deliveryTo(peerId).wake();
  }

  /** Removes a peer: ends its streams, cancels what waits for it, and removes its messages. @throws {StoreError} `store.write` */
  async forget(peerId: PeerId): Promise<void> {
    this.#server.drop(peerId);
    this.#deliveries.get(peerId)?.close();
    this.#deliveries.delete(peerId);
    this.#foreignDeliveries.get(peerId)?.close();
    this.#foreignDeliveries.delete(peerId);
    await this.#outbox.forgetPeer(peerId);
    await this.#inbox.forgetPeer(peerId);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#expiry.cancel();
    for (const grace of this.#graces) grace.cancel();
    for (const delivery of [...this.#deliveries.values(), ...this.#foreignDeliveries.values()]) delivery.close();
    this.#own.close();
    this.#server.close();
    await this.#outbox.close();
    await this.#inbox.close();
  }

  async #expire(): Promise<void> {
    const { clock, logger } = this.#options;
    let pause = 0;
    try {
      for (const entry of await this.#outbox.expire()) this.#expired(entry);
      for (const entry of await this.#inbox.expire()) this.#notify(entry);
    } catch (error) {
      logger.error('messages could not be settled', { errorCode: errorCode(error) });
      pause = EXPIRY_RETRY;
    }
    if (!this.#isClosed) this.#setExpiry(clock.now() + pause);
  }

  /** Sets the time of the next look. @param earliest ms since 1970 */
  #setExpiry(earliest = 0): void {
    const next = Math.min(this.#outbox.nextExpiry, this.#inbox.nextExpiry, this.#options.clock.now() + EXPIRY_INTERVAL);
    this.#expiryAt = Math.max(next, earliest);
    this.#expiry.set(this.#expiryAt);
  }

  /** A message that expires then is in a box. */
  #expireAt(time: number): void {
    if (time >= this.#expiryAt) return;
    this.#expiryAt = time;
    this.#expiry.set(time);
  }

  /**
   * Has an expired message settled. While a person at a recipient is asked about messages that knows no `cancel`, the recipient says so by itself of those
   * on their way: at once of the one that is asked about, of those behind it when their turn comes. Another stream would end all questions there.
   */
  #expired(entry: OutboxEntry): void {
    const { id, pair, state, to } = entry;
    if (isFinal(state) || !this.#outbox.isAskedAt(to.device)) {
      this.#withdrawn(entry);
      return;
    }
    if (this.#deliveryTo(to.device).ask(id)) return;
    const wasTurn = pair.turn === entry;
    const grace = this.#options.clock.setTimer(EXPIRY_GRACE, () => {
      this.#graces.delete(grace);
      if (wasTurn && pair.turn === entry) this.#withdrawn(entry);
      else if (isUnconfirmed(entry.state)) this.#expired(entry);
    });
    this.#graces.add(grace);
  }

  /** Has the number of a withdrawn message passed. If it may be on its way, its recipient has to say first, on another stream if it knows no `cancel`. */
  #withdrawn({ id, state, to }: OutboxEntry): void {
    if (to.device === this.#options.identity.peerId) {
      void this.#own.deliver();
      return;
    }
    const foreign = this.#foreignDeliveryTo(to.device);
    if (foreign !== undefined) {
      foreign.wake();
      return;
    }
    const delivery = this.#deliveryTo(to.device);
    if (isFinal(state)) delivery.wake();
    else if (!delivery.ask(id)) delivery.restart();
  }

  async #deliver(device: PeerId): Promise<void> {
    if (device === this.#options.identity.peerId) await this.#own.deliver();
    else (this.#foreignDeliveryTo(device) ?? this.#deliveryTo(device)).wake();
  }

  /** Sends the state of a message to its sender. */
  #notify({ from: { device }, id }: InboxEntry): void {
    const receipt = this.#inbox.outcomeOf(device, id);
    if (device === this.#options.identity.peerId) void this.#own.receive(receipt);
    // An instance hears that its message is stored, and nothing after that.
    else if (this.#isForeign(device)) return;
    else if (!this.#server.notify(device, receipt)) this.#deliveryTo(device).sendReceipt(receipt);
  }

  #isForeign(peerId: PeerId): boolean {
    return this.#options.foreign?.has(peerId) === true;
  }

  /** Returns the delivery to a foreign instance; undefined if this is none. */
  #foreignDeliveryTo(peerId: PeerId): ForeignDelivery | undefined {
    const { clock, foreign: port, logger, random } = this.#options;
    if (port?.has(peerId) !== true) return undefined;
    const known = this.#foreignDeliveries.get(peerId);
    if (known !== undefined) return known;
    const delivery = new ForeignDelivery({
      peerId,
      outbox: this.#outbox,
      inbox: this.#inbox,
      port,
      clock,
      logger,
      random,
    });
    this.#foreignDeliveries.set(peerId, delivery);
    return delivery;
  }

  #deliveryTo(peerId: PeerId): PeerDelivery {
    let delivery = this.#deliveries.get(peerId);
    if (delivery === undefined) {
      const { clock, logger, network, random, onProblem } = this.#options;
      const outbox = this.#outbox;
      delivery = new PeerDelivery({
        peerId,
        outbox,
        clock,
        logger,
        network,
        random,
        onProblem: () => onProblem(peerId),
      });
      this.#deliveries.set(peerId, delivery);
    }
    return delivery;
  }

  #ownText(agent: string): string {
    return addressText({ device: this.#options.identity.peerId, agent });
  }
}
