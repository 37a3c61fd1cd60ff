import { fromBase64Url, toBase64Url, toHex } from '#shared/bytes/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { errorMessage, type ClawReachError } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { LinkError, type ByteChannel } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import {
  decodeEarlyData,
  encodeEarlyData,
  RELAY_LIMITS,
  type AgentMessage,
  type RelayMessage,
} from '#shared/relay-api/index.ts';
import { EarlyDataChannel } from './early-data-channel.ts';
import { RelayClientError, protocolError } from './errors.ts';
import type { IncomingConnection } from './types.ts';

/** Control messages about one relay path, which carry its connection ID. */
export type ConnectionMessage = Extract<RelayMessage, { connection: string }>;

export type PendingConnectionsOptions = Readonly<{
  crypto: CryptoBackend;
  clock: Clock;
  logger: Logger;
  send(message: AgentMessage): void;
  sendEarlyData(bytes: Uint8Array): void;
  /** Opens the data connection that belongs to the ticket. */
  dialLink(ticket: Uint8Array, signal: AbortSignal): Promise<ByteChannel>;
  /** Returns the receiver of incoming connections; undefined: they are refused. */
  incoming(): ((incoming: IncomingConnection) => void) | undefined;
}>;

/** Most incoming connections that this device has not answered yet. */
const MAX_OFFERED = 16;
/** Most connections that still need the control connection: twice the relay's limit per device. */
const MAX_ENTRIES = 2 * RELAY_LIMITS.linksPerDevice;
/** Time that the relay has to answer a `connect`, ms. A live relay answers `timeout` before that. */
const CONNECT_TIMEOUT = RELAY_LIMITS.acceptTimeout + 5000;
/**
 * Time that this device has to answer an incoming connection, ms. It must be shorter than the relay's own limit, so that an answer doesn't cross the
 * relay's timeout.
 */
const OFFER_TIMEOUT = RELAY_LIMITS.acceptTimeout - 5000;
const ATTACH_TIMEOUT = 30_000;
/** Most ended connections whose late messages are ignored: both sides may have sent them before they knew of the end. */
const MAX_ENDED = 512;

type Accepted = Readonly<{ message2: Uint8Array; channel: ByteChannel }>;

type Entry =
  | Readonly<{ stage: 'connecting'; accepted(result: Accepted): void; failed(error: ClawReachError): void }>
  | Readonly<{ stage: 'offered'; withdrawn(): void }>
  /** `switched`: the connection no longer needs the control connection; the entry remains so that late messages are recognized. */
  | Readonly<{ stage: 'accepted' | 'attaching' | 'switched'; channel: EarlyDataChannel; timer?: Timer }>;

/**
 * Relay paths that are being set up: sends and handles the control messages of each until its data connection is in use. One per `RelayClient`,
 * across its control connections. In memory only.
 */
export class PendingConnections {
  readonly #options: PendingConnectionsOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #ended = new Set<string>();
  #offered = 0;
  #switched = 0;

  constructor(options: PendingConnectionsOptions) {
    this.#options = options;
  }

  /**
   * Requests a connection to a peer. Resolves with message 2 and the channel.
   * @throws {RelayClientError} `relay.refused.<reason>`, `relay.no-answer`,
   * `relay.aborted`
   */
  connect(to: PeerId, message1: Uint8Array, signal: AbortSignal | undefined): Promise<Accepted> {
    const id = toHex(this.#options.crypto.randomBytes(16));
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(aborted());
        return;
      }
      if (this.#isFull) {
        reject(new RelayClientError('relay.refused.busy', 'too many connections are being made'));
        return;
      }
      const settle = (): void => {
        timer.cancel();
        signal?.removeEventListener('abort', onAbort);
      };
      const failed = (error: ClawReachError): void => {
        settle();
        reject(error);
      };
      const giveUp = (error: ClawReachError): void => {
        this.#end(id);
        this.#options.send({ type: 'cancel', connection: id });
        failed(error);
      };
      const onAbort = (): void => giveUp(aborted());
      const timer = this.#options.clock.setTimer(CONNECT_TIMEOUT, () => {
        giveUp(new RelayClientError('relay.no-answer', 'neither the peer nor the relay answered'));
      });
      const accepted = (result: Accepted): void => {
        settle();
        resolve(result);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#entries.set(id, { stage: 'connecting', accepted, failed });
      this.#options.send({ type: 'connect', connection: id, to, message1: toBase64Url(message1) });
    });
  }

  /**
   * Handles a control message about a connection.
   * @throws {RelayClientError} `relay.protocol` if the message doesn't fit the state; the control
   * connection must then end
   */
  handle(message: ConnectionMessage): void {
    const id = message.connection;
    if (message.type === 'incoming') {
      this.#offer(message);
      return;
    }
    // The relay also reports connections of an earlier process of this device.
    if (message.type === 'closed' && !this.#entries.has(id)) return;
    const entry = this.#find(id, message.type);
    if (entry === undefined) return;
    switch (message.type) {
      case 'accepted': {
        if (entry.stage !== 'connecting') throw unexpected(message.type);
        const ticket = fromBase64Url(message.ticket);
        const message2 = fromBase64Url(message.message2);
        const channel = this.#open(id, 'attaching');
        this.#dial(id, channel, ticket);
        entry.accepted({ message2, channel });
        return;
      }
      case 'attach':
        if (entry.stage !== 'accepted') throw unexpected(message.type);
        entry.timer?.cancel();
        this.#entries.set(id, { stage: 'attaching', channel: entry.channel });
        this.#dial(id, entry.channel, fromBase64Url(message.ticket));
        return;
      case 'refused':
        if (entry.stage !== 'connecting') throw unexpected(message.type);
        this.#end(id);
        entry.failed(
          new RelayClientError(`relay.refused.${message.reason}`, `the connection was refused: ${message.reason}`),
        );
        return;
      case 'early-end':
        if (!('channel' in entry)) throw unexpected(message.type);
        entry.channel.receiveEarlyEnd(message.bytes);
        return;
      case 'closed':
        this.#closed(id, entry, message.reason);
    }
  }

  /** Handles early data. @throws {FormatError | RelayClientError} as `handle` */
  handleEarlyData(message: Uint8Array): void {
    const { connection, bytes } = decodeEarlyData(message);
    const entry = this.#find(connection, 'early data');
    if (entry === undefined) return;
    if (!('channel' in entry)) throw unexpected('early data');
    entry.channel.receiveEarly(bytes);
  }

  /** Ends connections that still need the control connection, because it is lost. Those that have switched go on. */
  lost(error: ClawReachError): void {
    for (const [id, entry] of this.#entries) {
      if (entry.stage === 'switched') continue;
      this.#end(id);
      this.#fail(entry, error);
    }
  }

  get #isFull(): boolean {
    return this.#entries.size - this.#switched >= MAX_ENTRIES;
  }

  #offer(message: Extract<ConnectionMessage, { type: 'incoming' }>): void {
    const id = message.connection;
    if (this.#entries.has(id) || this.#ended.has(id)) throw unexpected('incoming for a known connection');
    const message1 = fromBase64Url(message.message1);
    const listener = this.#options.incoming();
    if (listener === undefined || this.#offered >= MAX_OFFERED || this.#isFull) {
      this.#answer(id, { type: 'refuse', connection: id, reason: listener === undefined ? 'refused' : 'busy' });
      return;
    }
    const withdrawal = new AbortController();
    const isOpen = (): boolean => this.#entries.get(id) === entry;
    const leave = (): void => {
      timer.cancel();
      this.#offered -= 1;
    };
    const refuse = (reason: 'refused' | 'busy'): void => {
      if (!isOpen()) return;
      leave();
      this.#answer(id, { type: 'refuse', connection: id, reason });
    };
    const timer = this.#options.clock.setTimer(OFFER_TIMEOUT, () => {
      refuse('busy');
      withdrawal.abort();
    });
    const entry: Entry = {
      stage: 'offered',
      withdrawn: () => {
        leave();
        withdrawal.abort();
      },
    };
    this.#entries.set(id, entry);
    this.#offered += 1;
    try {
      listener({
        // The check characters needn't be verified: the ID is compared with pinned ones.
        from: message.from as PeerId,
        message1,
        share: message.share,
        cancelled: withdrawal.signal,
        refuse,
        accept: (message2) => {
          if (!isOpen()) return deadChannel(this.#options.clock);
          leave();
          this.#options.send({ type: 'accept', connection: id, message2: toBase64Url(message2) });
          return this.#open(id, 'accepted');
        },
      });
    } catch (error) {
      this.#options.logger.error('an incoming connection could not be handled', { error: errorMessage(error) });
      refuse('refused');
    }
  }

  /** Returns the connection; undefined if it has ended recently, since the other side may not know that yet. */
  #find(id: string, what: string): Entry | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined && !this.#ended.has(id)) throw unexpected(`${what} for an unknown connection`);
    return entry;
  }

  #open(id: string, stage: 'accepted' | 'attaching'): EarlyDataChannel {
    const channel: EarlyDataChannel = new EarlyDataChannel(
      {
        send: (bytes) => this.#options.sendEarlyData(encodeEarlyData(id, bytes)),
        sendEnd: (bytes) => this.#options.send({ type: 'early-end', connection: id, bytes }),
        cancel: () => this.#options.send({ type: 'cancel', connection: id }),
        switched: () => this.#switch(id, channel),
        over: () => this.#over(id, channel),
      },
      this.#options.clock,
    );
    const fail = (): void => channel.destroy(new LinkError('link.path-lost', 'the relay did not say where to attach'));
    const timer = stage === 'accepted' ? this.#options.clock.setTimer(ATTACH_TIMEOUT, fail) : undefined;
    this.#entries.set(id, { stage, channel, ...(timer === undefined ? {} : { timer }) });
    return channel;
  }

  #switch(id: string, channel: EarlyDataChannel): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || !('channel' in entry) || entry.channel !== channel) return;
    this.#entries.set(id, { stage: 'switched', channel });
    this.#switched += 1;
  }

  #over(id: string, channel: EarlyDataChannel): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || !('channel' in entry) || entry.channel !== channel) return;
    if (entry.stage === 'switched') this.#switched -= 1;
    entry.timer?.cancel();
    this.#end(id);
  }

  #dial(id: string, channel: EarlyDataChannel, ticket: Uint8Array): void {
    this.#options.dialLink(ticket, channel.over).then(
      (data) => channel.attach(data),
      (error: unknown) => {
        this.#options.logger.debug('no data connection', { connection: id, error: errorMessage(error) });
        channel.destroy(new LinkError('link.path-lost', 'the data connection was not established', { cause: error }));
      },
    );
  }

  #closed(id: string, entry: Entry, reason: string): void {
    // The data connection reports the end itself, after its last byte.
    if (entry.stage === 'switched') return;
    this.#end(id);
    this.#fail(entry, new RelayClientError('relay.closed', `the relay ended the connection: ${reason}`));
  }

  #fail(entry: Entry, error: ClawReachError): void {
    if (entry.stage === 'connecting') entry.failed(error);
    else if (entry.stage === 'offered') entry.withdrawn();
    else {
      entry.timer?.cancel();
      entry.channel.controlLost(error);
    }
  }

  #answer(id: string, message: AgentMessage): void {
    this.#end(id);
    this.#options.send(message);
  }

  #end(id: string): void {
    this.#entries.delete(id);
    this.#ended.add(id);
    const [oldest] = this.#ended;
    if (this.#ended.size > MAX_ENDED && oldest !== undefined) this.#ended.delete(oldest);
  }
}

/** Returns a channel that is already closed, for an answer that comes too late. */
function deadChannel(clock: Clock): ByteChannel {
  const nothing = (): void => undefined;
  const port = { send: nothing, sendEnd: nothing, cancel: nothing, switched: nothing, over: nothing };
  const channel = new EarlyDataChannel(port, clock);
  channel.destroy(new LinkError('link.path-lost', 'the other side has given up'));
  return channel;
}

function unexpected(what: string): RelayClientError {
  return protocolError(`unexpected ${what}`);
}

function aborted(): RelayClientError {
  return new RelayClientError('relay.aborted', 'given up');
}
