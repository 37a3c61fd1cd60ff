import { fromBase64Url, toBase64Url, toHex, toUtf8 } from '#shared/bytes/index.ts';
import type { Timer } from '#shared/clock.ts';
import { receiptBytes, splitAddress, type ReceiptMessage } from '#shared/foreign/index.ts';
import type { InstanceConnection, InstanceConnections } from './connections.ts';
import type { ForeignContext } from './context.ts';
import { findActiveInstance } from './instance-rows.ts';
import { ForeignRefusal } from './refusal.ts';
import type { Tallies } from './tallies.ts';

/** Instance that sends a message. */
export type Sender = Readonly<{ id: string; project: string }>;

/** Message of an instance whose sender is known. */
export type ForeignMessage = Readonly<{ from: string; to: string; message: string; id?: string | undefined }>;

/** Outcome of a message that its recipient has. `receipt`: the signed receipt of a recipient with a public key. */
export type Forwarded = Readonly<{ id: string; receipt?: ReceiptMessage; publicKey?: string }>;

/** Message on its way, until its receipt. */
type Flight = {
  readonly sender: Sender;
  readonly recipient: InstanceConnection;
  readonly from: string;
  readonly to: string;
  readonly message: string;
  readonly bytes: number;
  readonly timer: Timer;
  readonly result: PromiseWithResolvers<Forwarded>;
};

/** Length of an ID that the relay makes, bytes. */
const ID_LENGTH = 16;

/**
 * Passes messages from one instance of a project to another, and waits for their receipts. Keeps a message in memory only until its receipt, at most ten
 * seconds; nothing is stored. Created by `startForeign`.
 */
export class Flights {
  readonly #context: ForeignContext;
  readonly #connections: InstanceConnections;
  readonly #tallies: Tallies;
  /** Flights by sender and ID. */
  readonly #flights = new Map<string, Flight>();
  /** Bytes and messages that wait, by instance: as sender and as recipient. */
  readonly #load = new Map<string, { bytes: number; messages: number }>();
  #bytes = 0;

  constructor(context: ForeignContext, connections: InstanceConnections, tallies: Tallies) {
    this.#context = context;
    this.#connections = connections;
    this.#tallies = tallies;
  }

  /** Bytes of all messages that wait for a receipt. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Sends a message, and resolves once its recipient has sent the receipt. Reads the database.
   * @throws {ForeignRefusal} `sender`, `unknown`, `offline`, `rate`, `input`
   */
  async send(sender: Sender, { from, to, message, id }: ForeignMessage): Promise<Forwarded> {
    try {
      if (splitAddress(from).instance !== sender.id)
        throw new ForeignRefusal('sender', 'The sender must be an agent of the instance that signs.');
      const forwarded = await this.#forward(sender, { from, to, message, id: id ?? this.#newId() });
      this.#tallies.of(sender.id).sent += 1;
      this.#context.counts.message('forwarded');
      return forwarded;
    } catch (error) {
      if (error instanceof ForeignRefusal) {
        this.#tallies.of(sender.id).refused += 1;
        this.#context.counts.message(error.code);
      }
      throw error;
    }
  }

  /**
   * Takes the receipt of a recipient.
   * @throws {ForeignRefusal} `unknown` if no message waits for it, `signature`
   */
  receive(recipient: InstanceConnection, receipt: ReceiptMessage): void {
    const key = keyOf(receipt.to, receipt.id);
    const flight = this.#flights.get(key);
    if (flight?.recipient !== recipient || flight.to !== receipt.from)
      throw new ForeignRefusal('unknown', 'No message waits for this receipt.');
    const { publicKey } = recipient.facts;
    if (publicKey !== null && !this.#isSigned(publicKey, flight, receipt))
      throw new ForeignRefusal('signature', 'The receipt needs the hash of the message, and the signature of its key.');
    this.#tallies.of(recipient.id).received += 1;
    this.#end(key, flight);
    flight.result.resolve(
      publicKey === null ? { id: receipt.id } : { id: receipt.id, receipt, publicKey: toBase64Url(publicKey) },
    );
  }

  /** Ends the flights to a connection that has closed. */
  disconnected(connection: InstanceConnection): void {
    for (const [key, flight] of this.#flights) if (flight.recipient === connection) this.#fail(key, flight);
  }

  /** Ends all flights. */
  close(): void {
    for (const [key, flight] of this.#flights) this.#fail(key, flight);
  }

  async #forward(sender: Sender, message: ForeignMessage & { id: string }): Promise<Forwarded> {
    const { clock, limits, store } = this.#context;
    const { instance, agent } = splitAddress(message.to);
    // 1. Is there such an agent in the project? A foreign project's instance is unknown, whether it is there or not.
    let recipient = this.#connections.find(instance);
    if (recipient?.project !== sender.project) {
      recipient = undefined;
      const row = await store.read((database) => findActiveInstance(database, instance));
      if (row?.project !== sender.project)
        throw new ForeignRefusal('unknown', 'The project of this instance has no such recipient.');
      throw offline();
    }
    if (!recipient.hasAgent(agent)) throw new ForeignRefusal('unknown', 'The recipient has no such agent.');
    // 2. The same message again shares the answer of the first one.
    const key = keyOf(message.from, message.id);
    const same = this.#flights.get(key);
    if (same !== undefined) {
      if (same.to === message.to && same.message === message.message) return same.result.promise;
      throw new ForeignRefusal('input', 'Another message with this id is on its way.');
    }
    // 3. Is there room?
    const bytes = Buffer.byteLength(message.message);
    if (
      this.#bytes + bytes > limits.inFlightTotal ||
      !this.#hasRoom(sender.id, bytes) ||
      !this.#hasRoom(instance, bytes)
    )
      throw new ForeignRefusal('rate', 'Too much waits for receipts.', limits.receipt);
    // 4. Send it, and wait.
    const flight: Flight = {
      sender,
      recipient,
      from: message.from,
      to: message.to,
      message: message.message,
      bytes,
      timer: clock.setTimer(limits.receipt, () => this.#fail(key, flight)),
      result: Promise.withResolvers<Forwarded>(),
    };
    this.#flights.set(key, flight);
    this.#count(flight, 1);
    const time = Math.floor(clock.now() / 1000);
    const isSent = recipient.send({ type: 'message', ...message, time, verified: 'relay' });
    if (!isSent) this.#fail(key, flight);
    return flight.result.promise;
  }

  #isSigned(publicKey: Uint8Array, flight: Flight, { signature, ...receipt }: ReceiptMessage): boolean {
    const { crypto } = this.#context;
    if (signature === undefined || receipt.hash !== toHex(crypto.sha256(toUtf8(flight.message)))) return false;
    return crypto.ed25519Verify(publicKey, receiptBytes(receipt), fromBase64Url(signature));
  }

  #hasRoom(instance: string, bytes: number): boolean {
    const { inFlight, messagesInFlight } = this.#context.limits;
    const load = this.#load.get(instance) ?? { bytes: 0, messages: 0 };
    return load.bytes + bytes <= inFlight && load.messages < messagesInFlight;
  }

  #fail(key: string, flight: Flight): void {
    this.#end(key, flight);
    flight.result.reject(offline());
  }

  #end(key: string, flight: Flight): void {
    flight.timer.cancel();
    if (this.#flights.get(key) !== flight) return;
    this.#flights.delete(key);
    this.#count(flight, -1);
  }

  #count({ sender, recipient, bytes }: Flight, direction: 1 | -1): void {
    this.#bytes += direction * bytes;
    for (const id of new Set([sender.id, recipient.id])) {
      const load = this.#load.get(id) ?? { bytes: 0, messages: 0 };
      load.bytes += direction * bytes;
      load.messages += direction;
      if (load.messages === 0) this.#load.delete(id);
      else this.#load.set(id, load);
    }
  }

  #newId(): string {
    return toBase64Url(this.#context.crypto.randomBytes(ID_LENGTH));
  }
}

function keyOf(from: string, id: string): string {
  return `${from} ${id}`;
}

function offline(): ForeignRefusal {
  return new ForeignRefusal(
    'offline',
    'The recipient is not connected, or sent no receipt in time. The relay keeps nothing.',
  );
}
