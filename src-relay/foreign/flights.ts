import { fromBase64Url, toBase64Url, toHex, toUtf8 } from '#shared/bytes/index.ts';
import type { Timer } from '#shared/clock.ts';
import { receiptBytes, splitAddress, type DeviceReceipt, type ReceiptMessage } from '#shared/foreign/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { InstanceConnection, InstanceConnections } from './connections.ts';
import type { ForeignContext } from './context.ts';
import { DeviceRecipient, type DeviceRecipients } from './devices.ts';
import { FairShares } from './fair-shares.ts';
import { findActiveInstance, type InstanceRow } from './instance-rows.ts';
import { ForeignRefusal, offline, unknownRecipient } from './refusal.ts';
import type { Tallies } from './tallies.ts';

/** Sender of a message: an instance, or a device whose connection is authenticated. `projects`: of the device. */
export type Sender = Readonly<
  { kind: 'instance'; row: InstanceRow } | { kind: 'device'; peerId: PeerId; projects: readonly string[] }
>;

/** Message whose sender is known. `reply_to`: ID of the message that it answers. */
export type ForeignMessage = Readonly<{
  from: string;
  to: string;
  message: string;
  id?: string | undefined;
  reply_to?: string | undefined;
}>;

/** Outcome of a message that its recipient has. `receipt`: the signed receipt of a recipient with a public key. */
export type Forwarded = Readonly<{ id: string; receipt?: ReceiptMessage; publicKey?: string }>;

type Recipient = InstanceConnection | DeviceRecipient;
/** Bytes and messages that wait for receipts. */
type Load = Readonly<{ bytes: number; messages: number }>;

const NO_LOAD: Load = { bytes: 0, messages: 0 };

/** Message on its way, until its receipt. */
type Flight = {
  readonly sender: Sender;
  readonly recipient: Recipient;
  readonly from: string;
  /** As the sender wrote it. */
  readonly to: string;
  /** Address of the recipient's agent, with the peer ID of a device. */
  readonly address: string;
  readonly message: string;
  readonly bytes: number;
  readonly timer: Timer;
  readonly result: PromiseWithResolvers<Forwarded>;
};

/** Length of an ID that the relay makes, bytes. */
const ID_LENGTH = 16;

/**
 * Passes messages from one instance of a project to another, and between instances and devices, and waits for their receipts. Keeps a message in memory
 * only until its receipt, at most ten seconds; nothing is stored. Created by `startForeign`.
 */
export class Flights {
  readonly #context: ForeignContext;
  readonly #connections: InstanceConnections;
  readonly #devices: DeviceRecipients;
  readonly #tallies: Tallies;
  /** Flights by sender and ID. */
  readonly #flights = new Map<string, Flight>();
  /** Bytes and messages that wait, by instance or device: as sender and as recipient. */
  readonly #load = new Map<string, Load>();
  /** Bytes that wait, as projects and their senders share them. */
  readonly #shares: FairShares;

  constructor(context: ForeignContext, connections: InstanceConnections, devices: DeviceRecipients, tallies: Tallies) {
    this.#context = context;
    this.#connections = connections;
    this.#devices = devices;
    this.#tallies = tallies;
    this.#shares = new FairShares(context.limits.inFlightTotal);
  }

  /** Bytes of all messages that wait for a receipt. */
  get bytes(): number {
    return this.#shares.used;
  }

  /**
   * Sends a message, and resolves once its recipient has sent the receipt. Reads the database.
   * @throws {ForeignRefusal} `sender`, `unknown`, `offline`, `refused`, `rate`, `input`
   */
  async send(sender: Sender, message: ForeignMessage): Promise<Forwarded> {
    try {
      if (splitAddress(message.from).instance !== idOf(sender))
        throw new ForeignRefusal('sender', 'The sender must be an agent of the instance that signs.');
      const { from, to, message: text, id = this.#newId(), reply_to: replyTo } = message;
      const forwarded = await this.#forward(sender, {
        from,
        to,
        message: text,
        id,
        ...(replyTo === undefined ? {} : { reply_to: replyTo }),
      });
      if (sender.kind === 'instance') this.#tallies.of(sender.row).sent += 1;
      this.#context.counts.message('forwarded');
      return forwarded;
    } catch (error) {
      if (error instanceof ForeignRefusal) {
        if (sender.kind === 'instance') this.#tallies.of(sender.row).refused += 1;
        this.#context.counts.message(error.code);
      }
      throw error;
    }
  }

  /**
   * Takes the receipt of an instance.
   * @throws {ForeignRefusal} `unknown` if no message waits for it, `signature`
   */
  receive(recipient: InstanceConnection, receipt: ReceiptMessage): void {
    const key = keyOf(receipt.to, receipt.id);
    const flight = this.#flights.get(key);
    if (flight?.recipient !== recipient || flight.address !== receipt.from)
      throw new ForeignRefusal(
        'unknown',
        'No message waits for this receipt: "from" is the agent that has got the message, "to" the one that wrote it.',
      );
    const { publicKey } = recipient;
    if (publicKey !== null && !this.#isSigned(publicKey, flight, receipt))
      throw new ForeignRefusal('signature', 'The receipt needs the hash of the message, and the signature of its key.');
    this.#tallies.of(recipient.facts.row).received += 1;
    this.#end(key, flight);
    flight.result.resolve(
      publicKey === null ? { id: receipt.id } : { id: receipt.id, receipt, publicKey: toBase64Url(publicKey) },
    );
  }

  /** Takes the receipt of a device; one for which no message waits is ignored. */
  receiveOfDevice(peerId: PeerId, receipt: DeviceReceipt): void {
    const key = keyOf(receipt.to, receipt.id);
    const flight = this.#flights.get(key);
    if (flight === undefined || !(flight.recipient instanceof DeviceRecipient)) return;
    if (flight.recipient.id !== peerId || flight.address !== receipt.from) return;
    this.#end(key, flight);
    switch (receipt.state) {
      case 'stored':
        flight.result.resolve({ id: receipt.id });
        return;
      case 'refused':
        flight.result.reject(new ForeignRefusal('refused', 'The device does not take the message.'));
        return;
      case 'unknown-agent':
        flight.result.reject(noAgent());
    }
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
    const { clock, limits } = this.#context;
    const { instance, agent } = splitAddress(message.to);
    // 1. Is there such an agent in the project?
    const recipient = await this.#recipientOf(sender, instance);
    if (!recipient.hasAgent(agent)) throw noAgent();
    // 2. The same message again shares the answer of the first one.
    const key = keyOf(message.from, message.id);
    const same = this.#flights.get(key);
    if (same !== undefined) {
      if (same.to === message.to && same.message === message.message) return same.result.promise;
      throw new ForeignRefusal('input', 'Another message with this id is on its way.');
    }
    // 3. Is there room?
    const bytes = Buffer.byteLength(message.message);
    const { project } = recipient;
    const own = this.#loadOf(idOf(sender)).bytes;
    if (
      !this.#shares.hasRoom(project, own, bytes) ||
      !this.#hasRoom(idOf(sender), bytes) ||
      !this.#hasRoom(recipient.id, bytes)
    )
      throw new ForeignRefusal('rate', 'Too much waits for receipts.', limits.receipt);
    // 4. Send it, and wait.
    const address = `${recipient.id}/${agent}`;
    const flight: Flight = {
      sender,
      recipient,
      from: message.from,
      to: message.to,
      address,
      message: message.message,
      bytes,
      timer: clock.setTimer(limits.receipt, () => this.#fail(key, flight)),
      result: Promise.withResolvers<Forwarded>(),
    };
    this.#flights.set(key, flight);
    this.#count(flight, 1);
    const time = Math.floor(clock.now() / 1000);
    try {
      const isSent =
        recipient instanceof DeviceRecipient
          ? recipient.send({ ...message, to: address, time })
          : recipient.send({ type: 'message', ...message, to: address, time, verified: 'relay' });
      if (!isSent) this.#fail(key, flight);
    } catch (error) {
      this.#end(key, flight);
      flight.result.reject(error);
    }
    return flight.result.promise;
  }

  /**
   * Finds the recipient that is online: an instance, or for an instance a device, by its ID or its name behind `machine:`. What is in another project is
   * unknown, whether it is there or not, and after the same queries.
   * @throws {ForeignRefusal} `unknown`, `offline`
   */
  async #recipientOf(sender: Sender, name: string): Promise<Recipient> {
    const connection = this.#connections.find(name);
    if (connection !== undefined && isIn(sender, connection.project)) return connection;
    const row = await this.#context.store.read((database) => findActiveInstance(database, name));
    if (row !== undefined && isIn(sender, row.project)) throw offline();
    if (sender.kind === 'instance') return await this.#devices.find(sender.row, name);
    throw unknownRecipient();
  }

  #isSigned(publicKey: Uint8Array, flight: Flight, { signature, ...receipt }: ReceiptMessage): boolean {
    const { crypto } = this.#context;
    if (signature === undefined || receipt.hash !== toHex(crypto.sha256(toUtf8(flight.message)))) return false;
    return crypto.ed25519Verify(publicKey, receiptBytes(receipt), fromBase64Url(signature));
  }

  #loadOf(id: string): Load {
    return this.#load.get(id) ?? NO_LOAD;
  }

  #hasRoom(id: string, bytes: number): boolean {
    const { inFlight, messagesInFlight } = this.#context.limits;
    const load = this.#loadOf(id);
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
    this.#shares.change(recipient.project, direction * bytes);
    for (const id of new Set([idOf(sender), recipient.id])) {
      const before = this.#loadOf(id);
      const load = { bytes: before.bytes + direction * bytes, messages: before.messages + direction };
      if (load.messages === 0) this.#load.delete(id);
      else this.#load.set(id, load);
    }
  }

  #newId(): string {
    return toBase64Url(this.#context.crypto.randomBytes(ID_LENGTH));
  }
}

/** Refusal of a message to an agent that its recipient doesn't have. */
function noAgent(): ForeignRefusal {
  return new ForeignRefusal('unknown', 'The recipient has no such agent.');
}

/** Name of an instance, or peer ID of a device: no name has the form of the other. */
function idOf(sender: Sender): string {
  return sender.kind === 'instance' ? sender.row.id : sender.peerId;
}

function isIn(sender: Sender, project: string): boolean {
  return sender.kind === 'instance' ? sender.row.project === project : sender.projects.includes(project);
}

function keyOf(from: string, id: string): string {
  return `${from} ${id}`;
}
