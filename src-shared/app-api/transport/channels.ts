import { WireChannel, type AppChannel } from './channel.ts';
import { APP_TRANSPORT_DRAINED, AppApiError, type AppTransport } from './transport.ts';
import type { WireMessage } from './wire.ts';

/** Maximum number of open channels per connection. Each stores at most `APP_WIRE_LIMITS.channelWindow` unread bytes. */
export const MAX_CHANNELS = 64;

/** Bytes waiting in the transport above which channels stop writing. */
const BUSY = 1024 * 1024;

/**
 * Open channels of one connection, by ID. Both ends of a connection have one: the agent's `ServerConnection` and the user interface's `AppApiClient`.
 * Passes arriving messages to their channel, and makes writers wait while the transport is full.
 */
export class ChannelTable {
  readonly #transport: AppTransport;
  readonly #channels = new Map<number, WireChannel>();
  readonly #over = new IdSet();
  readonly #waiting: (() => void)[] = [];
  #next = 1;
  #failure: Error | undefined;

  constructor(transport: AppTransport) {
    this.#transport = transport;
  }

  /** Opens a channel with the next free ID. @throws {AppApiError} `control.busy` if too many are open */
  open(): AppChannel {
    return this.#create(this.#next);
  }

  /** Returns the channel of an ID that the agent has sent, and creates it if necessary. A channel that has ended returns null from `read`. */
  named(id: number): WireChannel {
    return this.#channels.get(id) ?? this.#create(id);
  }

  /**
   * Passes a message to its channel. Drops messages that were on their way when the channel ended.
   * @param foreign action for an unknown ID: an agent refuses it, because it creates all IDs itself; a user interface creates the channel
   */
  receive(message: Exclude<WireMessage, { kind: 'control' }>, foreign: 'refuse' | 'create'): void {
    if (message.channel === 0) throw new AppApiError('control.protocol', 'no such channel');
    let channel = this.#channels.get(message.channel);
    if (channel === undefined) {
      if (this.#over.has(message.channel)) return;
      if (foreign === 'refuse') throw new AppApiError('control.protocol', 'no such channel');
      channel = this.#create(message.channel);
    }
    channel.receive(message);
  }

  /** Lets waiting writers continue if the transport has room. Call when the transport has drained. */
  drained(): void {
    if (this.#transport.bufferedBytes > APP_TRANSPORT_DRAINED) return;
    for (const go of this.#waiting.splice(0)) go();
  }

  /** Fails all channels after the connection is lost. */
  fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    for (const channel of this.#channels.values()) channel.fail(error);
    this.#channels.clear();
    for (const go of this.#waiting.splice(0)) go();
  }

  #create(id: number): WireChannel {
    if (this.#channels.size >= MAX_CHANNELS)
      throw new AppApiError('control.busy', 'too many channels on this connection', {
        details: { limit: MAX_CHANNELS },
      });
    const channel = new WireChannel(id, {
      send: (message) => this.#transport.send(message),
      room: () => this.#room(),
      finished: () => {
        this.#channels.delete(id);
        this.#over.add(id);
      },
    });
    this.#next = Math.max(this.#next, id + 1);
    if (this.#over.has(id)) channel.close();
    else if (this.#failure === undefined) this.#channels.set(id, channel);
    else channel.fail(this.#failure);
    return channel;
  }

  #room(): Promise<void> {
    if (this.#failure !== undefined || this.#transport.bufferedBytes <= BUSY) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}

/** Set of the IDs of ended channels. IDs are assigned in order, so one number stands for nearly all of them. */
class IdSet {
  #below = 1;
  readonly #others = new Set<number>();

  add(id: number): void {
    this.#others.add(id);
    while (this.#others.delete(this.#below)) this.#below += 1;
  }

  has(id: number): boolean {
    return id < this.#below || this.#others.has(id);
  }
}
