import { WireChannel, type AppChannel } from './channel.ts';
import { APP_TRANSPORT_DRAINED, AppApiError, type AppTransport } from './transport.ts';
import type { WireMessage } from './wire.ts';

/** Channels of one connection at a time. Memory: each holds at most `APP_WIRE_LIMITS.channelWindow` that arrived and was not read. */
export const MAX_CHANNELS = 64;

/** Channel data waits while the transport has more than this to send. */
const BUSY = 1024 * 1024;

/** The channels of one connection and the wait for room on its transport. */
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

  /** A channel with the next free id. @throws {AppApiError} `control.busy` when there are too many. */
  open(): AppChannel {
    return this.#create(this.#next);
  }

  /** The channel of an id the agent has named; one that is over already, or whose connection is gone, reads as ended. */
  named(id: number): WireChannel {
    return this.#channels.get(id) ?? this.#create(id);
  }

  /**
   * Gives a message to its channel; what crossed the end of its channel is dropped.
   * @param foreign What an id never seen means: the agent's own ids are made by it alone, a user interface learns them from its agent.
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

  drained(): void {
    if (this.#transport.bufferedBytes > APP_TRANSPORT_DRAINED) return;
    for (const go of this.#waiting.splice(0)) go();
  }

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

/** Ids that are over. They are given in order, so nearly all lie below one mark and cost nothing. */
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
