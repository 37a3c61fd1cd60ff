import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode, FormatError } from '#shared/errors.ts';
import {
  encodeForeign,
  INSTANCE_ID,
  parseToDevice,
  splitAddress,
  type FromDevice,
  type ToDevice,
} from '#shared/foreign/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import { FOREIGN_ARRIVALS, FOREIGN_RECEIPT, FOREIGN_SENDING } from '#shared/messages/index.ts';
import { RELAY_LIMITS } from '#shared/relay-api/index.ts';
import { SenderBudget } from '#shared/sender-budget.ts';
import type { RelayedMessage } from '../../relay/index.ts';
import type { ForeignArrival, ForeignTaken } from '../inbox/foreign-server.ts';
import { Slots } from '../delivery/slots.ts';
import type { ForeignOutcome, ForeignPort, ForeignSending } from './foreign-port.ts';
import type { InstanceBook, InstanceRecord } from './instance-book.ts';

export type RelayInstancesOptions = Readonly<{
  ownId: PeerId;
  book: InstanceBook;
  clock: Clock;
  logger: Logger;
  relay: Readonly<{
    /** Key of the relay while this device is connected to it. */
    readonly keyOnline: Uint8Array | undefined;
    readonly address: string | null;
    sendMessage(to: string, body: Uint8Array): Promise<void>;
  }>;
  /** Takes a message of an instance. Never rejects. */
  take(arrival: ForeignArrival): Promise<ForeignTaken>;
  /** Called when the relay says that an instance is connected. */
  onConnected(id: PeerId): void;
  /** Called when an instance has come, gone or changed. */
  onChange(): void;
}>;

/** Instance that is connected, by the relay's word. `agents`: undefined if all names can be written to. */
type Present = Readonly<{ id: PeerId; agents: readonly string[] | undefined }>;

/**
 * Foreign instances at the relay of this device: which ones are connected, what they write, and messages to them. All of it is the relay's word: nothing
 * that it sends counts as a paired device's, whatever it says. One per agent of a device.
 */
export class RelayInstances implements ForeignPort {
  readonly #options: RelayInstancesOptions;
  readonly #budget: SenderBudget;
  readonly #slots = new Slots<string>({ each: FOREIGN_SENDING, all: FOREIGN_SENDING });
  /** Connected instances by name. */
  readonly #present = new Map<string, Present>();
  /** Messages to instances that have no receipt, by sender and ID. */
  readonly #waiting = new Map<string, Readonly<{ to: string; settle(outcome: ForeignOutcome): void; timer: Timer }>>();

  constructor(options: RelayInstancesOptions) {
    this.#options = options;
    this.#budget = new SenderBudget(options.clock, FOREIGN_ARRIVALS);
  }

  has(peerId: PeerId): boolean {
    return this.#options.book.find(peerId) !== undefined;
  }

  isOnline(peerId: PeerId): boolean {
    return this.#presentOf(peerId) !== undefined;
  }

  /** Returns the agents that an instance names; undefined if it names none, or isn't connected. */
  agentsOf(peerId: PeerId): readonly string[] | undefined {
    return this.#presentOf(peerId)?.agents;
  }

  /** Reports whether a message fits into a relay message. */
  fits(message: ForeignSending, instance: string): boolean {
    return this.#body(message, instance).length <= RELAY_LIMITS.messageBody;
  }

  async send(peerId: PeerId, message: ForeignSending): Promise<ForeignOutcome> {
    const instance = this.#options.book.find(peerId);
    if (instance === undefined || !this.isOnline(peerId)) return { kind: 'later', mayBeThere: false };
    const key = keyOf(message.from, message.id);
    const { promise, resolve } = Promise.withResolvers<ForeignOutcome>();
    const settle = (outcome: ForeignOutcome): void => {
      this.#waiting.get(key)?.timer.cancel();
      this.#waiting.delete(key);
      resolve(outcome);
    };
    const timer = this.#options.clock.setTimer(FOREIGN_RECEIPT, () => settle({ kind: 'later', mayBeThere: true }));
    this.#waiting.set(key, { to: `${instance.name}/${message.to}`, settle, timer });
    // Not awaited: the receipt may come first.
    void this.#say(instance.name, this.#body(message, instance.name)).then((isSaid) => {
      if (!isSaid) settle({ kind: 'later', mayBeThere: true });
    });
    return await promise;
  }

  /** Takes a message of the relay. What is malformed, too much, or not of an instance is dropped. Never throws. */
  received({ from, body }: RelayedMessage): void {
    const { book, logger, relay } = this.#options;
    // A device writes on its link. What the relay says in the name of one counts for nothing.
    if (!INSTANCE_ID.test(from) || !this.#budget.take(from)) return;
    const relayKey = relay.keyOnline;
    if (relayKey === undefined) return;
    let message: ToDevice;
    try {
      message = parseToDevice(body);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      logger.debug('the relay has sent a malformed message of an instance');
      return;
    }
    if (message.type === 'receipt') {
      this.#receipt(from, message);
      return;
    }
    const named = { relayKey, relay: relay.address ?? '', name: from, key: message.key };
    const instance = book.see(named, (id) => !this.isOnline(id));
    if (instance === undefined) return;
    if (message.type === 'presence') this.#presence(instance, message);
    else void this.#arrived(instance, message);
  }

  /** Called when the connection to the relay has changed: without one, no instance is connected. */
  relayChanged(): void {
    if (this.#options.relay.keyOnline !== undefined || (this.#present.size === 0 && this.#waiting.size === 0)) return;
    this.#present.clear();
    for (const { settle } of this.#waiting.values()) settle({ kind: 'later', mayBeThere: true });
    this.#options.onChange();
  }

  close(): void {
    for (const { settle } of this.#waiting.values()) settle({ kind: 'later', mayBeThere: true });
  }

  #presence({ id, name }: InstanceRecord, { online, agents }: Extract<ToDevice, { type: 'presence' }>): void {
    const before = this.#present.get(name);
    // One with an earlier key may leave after it has connected with the new one.
    if (!online && before?.id !== id) return;
    if (online) this.#present.set(name, { id, agents });
    else this.#present.delete(name);
    this.#options.onChange();
    if (online) this.#options.onConnected(id);
  }

  async #arrived(instance: InstanceRecord, message: Extract<ToDevice, { type: 'message' }>): Promise<void> {
    const { ownId, take } = this.#options;
    const [sender, recipient] = [splitAddress(message.from), splitAddress(message.to)];
    if (sender.instance !== instance.name || recipient.instance !== ownId) return;
    const taken = await take({
      peerId: instance.id,
      id: message.id,
      from: sender.agent,
      to: recipient.agent,
      body: message.message,
      replyTo: message.reply_to,
    });
    if (taken === 'dropped') return;
    const state = typeof taken === 'string' ? taken : 'refused';
    const { id, from, to } = message;
    // If that fails, the instance sends its message again, with the same ID.
    await this.#say(instance.name, encodeForeign({ type: 'receipt', id, from: to, to: from, state }));
  }

  /** Sends a body to an instance. Few at a time, since each waits for the relay, as what else the device asks of it does. @returns false if it was not sent */
  async #say(name: string, body: Uint8Array): Promise<boolean> {
    const { logger, relay } = this.#options;
    const free = await this.#slots.take(name);
    try {
      await relay.sendMessage(name, body);
      return true;
    } catch (error) {
      logger.debug('a message to an instance was not sent', { errorCode: errorCode(error) });
      return false;
    } finally {
      free();
    }
  }

  #receipt(
    name: string,
    { id, from, to, status, retry_after: retryAfter }: Extract<ToDevice, { type: 'receipt' }>,
  ): void {
    const waiting = this.#waiting.get(keyOf(to, id));
    if (splitAddress(from).instance !== name || waiting?.to !== from) return;
    switch (status) {
      case 'forwarded':
        waiting.settle({ kind: 'stored' });
        return;
      case 'offline':
      case 'rate':
        waiting.settle({
          kind: 'later',
          // `offline` also says that its receipt was late.
          mayBeThere: status === 'offline',
          wait: retryAfter === undefined ? undefined : retryAfter * 1000,
        });
        return;
      case 'unknown':
      case 'input':
        waiting.settle({ kind: 'refused', code: REFUSED[status] });
    }
  }

  #body({ id, from, to, body, replyTo }: ForeignSending, instance: string): Uint8Array {
    const message: FromDevice = {
      type: 'message',
      id,
      from,
      to: `${instance}/${to}`,
      message: body,
      ...(replyTo === undefined ? {} : { reply_to: replyTo }),
    };
    return encodeForeign(message);
  }

  #presentOf(peerId: PeerId): Present | undefined {
    const name = this.#options.book.find(peerId)?.name;
    const present = name === undefined ? undefined : this.#present.get(name);
    return present?.id === peerId ? present : undefined;
  }
}

const REFUSED = { unknown: 'message.unknown-agent', input: 'message.not-taken' } as const;

function keyOf(from: string, id: string): string {
  return `${from} ${id}`;
}
