import type { Clock } from '../../clock.ts';
import { LinkError } from '../errors.ts';
import type { ByteChannel } from '../channel.ts';
import type { FlightController } from '../flight/index.ts';
import { MAX_RECORD } from '../limits.ts';
import type { LinkLimits } from '../limits.ts';
import type { FrameSource } from '../frame-source.ts';
import type { PathTraffic } from '../session-types.ts';
import type { RecordWriter } from './record-writer.ts';
import { EventLoopTick } from './event-loop-tick.ts';

/** Path that a `RecordSender` serves. */
export type SendingPath = Readonly<{
  source: FrameSource;
  limits: LinkLimits;
  clock: Clock;
  channel: ByteChannel;
  traffic: PathTraffic;
  writer: RecordWriter;
  flight: FlightController;
  /** Called when the path can send nothing more. */
  lost(error: LinkError): void;
  /** Called when sending failed on this side. */
  failed(error: unknown): void;
}>;

/**
 * Writes the records of a path to its channel: at the end of each turn of the event loop all data of that turn, in short writes while an interactive
 * stream is open. Stops while the channel is full.
 */
export class RecordSender {
  readonly #path: SendingPath;
  readonly #source: FrameSource;
  readonly #limits: LinkLimits;
  readonly #channel: ByteChannel;
  readonly #writer: RecordWriter;
  readonly #traffic: PathTraffic;
  readonly #turns: EventLoopTick;
  #open = false;
  #blocked = false;
  #flushing = false;
  #ended = false;

  constructor(path: SendingPath) {
    const { source, limits, clock, channel, traffic, writer } = path;
    this.#path = path;
    this.#source = source;
    this.#limits = limits;
    this.#channel = channel;
    this.#writer = writer;
    this.#traffic = traffic;
    this.#turns = new EventLoopTick(
      () => {
        this.flush();
      },
      () => this.#ended || source.queuedBytes >= limits.bulkWrite,
      clock,
    );
  }

  /** Allows sending: this side has dialed, or the other side has authenticated. */
  open(): void {
    this.#open = true;
  }

  /** Stops sending. */
  end(): void {
    this.#ended = true;
  }

  /** Continues after the channel has drained. */
  drained(): void {
    this.#blocked = false;
    this.flush();
  }

  /** Sends what is queued, at the end of this turn of the event loop. */
  schedule(): void {
    this.#turns.request(!this.#ended && !this.#blocked);
  }

  /** Sends what is queued now, as far as the channel accepts it. */
  flush(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    try {
      this.#writeBatches();
    } catch (error) {
      this.#path.failed(error);
    } finally {
      this.#flushing = false;
    }
  }

  /** Sends one record regardless of back-pressure. */
  sendLast(): void {
    if (!this.#flushing && this.#mayWrite) this.#writeBatch(1);
  }

  get #mayWrite(): boolean {
    return this.#open && !this.#ended;
  }

  #writeBatches(): void {
    while (this.#mayWrite && !this.#blocked) {
      const limit = this.#source.interactive ? this.#limits.interactiveWrite : this.#limits.bulkWrite;
      if (!this.#writeBatch(limit)) break;
    }
    if (!this.#blocked && !this.#source.waiting) this.#path.flight.runDry();
  }

  /** Writes one record, or as many as come nearest to `limit` bytes. Returns false when there was nothing. */
  #writeBatch(limit: number): boolean {
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    try {
      do {
        const length = this.#writer.next(pieces);
        if (length === 0) break;
        bytes += length;
      } while (bytes + MAX_RECORD / 2 <= limit);
    } catch (error) {
      if (!(error instanceof LinkError) || error.code !== 'link.path-lost') throw error;
      this.#path.lost(error);
    }
    if (pieces.length === 0 || this.#ended) return false;
    for (const piece of pieces) this.#traffic.sent += piece.length;
    if (!this.#channel.write(pieces)) this.#blocked = true;
    return true;
  }
}
