import type { Clock } from '../../clock.ts';
import { errorMessage } from '../../errors.ts';
import type { ClawReachError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { CreditLedger } from './credit.ts';
import { LinkError } from '../errors.ts';
import { encodeFrame } from '../frame-encoder.ts';
import type { Frame } from '../frames.ts';
import { INITIAL_DATA } from '../limits.ts';
import type { LinkLimits } from '../limits.ts';
import { encodeParams } from '../params.ts';
import type { RecordBuffer } from '../record-buffer.ts';
import { NOT_INTERACTIVE, Scheduler } from './scheduler.ts';
import type { FlightLimit } from './scheduler.ts';
import type { SentFrame } from '../sent-records.ts';
import { StreamOffer } from './stream-handle.ts';
import { StreamIds } from './stream-ids.ts';
import { Stream } from './stream.ts';
import type { StreamHost } from './stream-host.ts';
import { STREAM_KINDS } from '../types.ts';
import type { IncomingStream, SessionRole, StreamKind, StreamPriority } from '../types.ts';

/** Parameters of a `StreamTable`, from its session. */
export type StreamTableOwner = Readonly<{
  role: SessionRole;
  limits: LinkLimits;
  clock: Clock;
  logger: Logger;
  /** Called when there is something to send. */
  wake(): void;
  /** Called when the first stream was opened. */
  began(): void;
  /** Returns the smoothed round trip, ms; undefined before the first measurement. */
  roundTrip(): number | undefined;
  /** Returns how many bytes of streams that aren't interactive the path allows in a record that already has `filled` bytes. */
  allowance(filled: number): number;
  /** Offers a stream of the other side to the application. Returns false if the application accepts none. */
  offer(stream: IncomingStream): boolean;
}>;

/** Frame that belongs to a stream or to credit. */
export type StreamTableFrame = Exclude<
  Frame,
  { type: 'ping' | 'pong' | 'path' | 'ack' | 'abandon' | 'datagram' | 'candidates' | 'close' }
>;

/**
 * All streams of a session: opens them, passes received frames to them, and writes their frames into records in order of priority. Touches no
 * channel: paths ask for frames through `FrameSource`.
 */
export class StreamTable implements StreamHost, FlightLimit {
  readonly limits: LinkLimits;
  readonly clock: Clock;
  readonly ledger: CreditLedger;
  readonly #owner: StreamTableOwner;
  readonly #ids: StreamIds;
  readonly #streams = new Map<number, Stream>();
  readonly #interactive = new Set<Stream>();
  /** Streams with control frames to send, in the order in which they asked. */
  readonly #touched = new Set<Stream>();
  readonly #scheduler = new Scheduler();
  #ownOpen = 0;
  /** MAX_DATA of the other side. */
  #peerLimit = INITIAL_DATA;
  #tellData = false;
  #tellStreams = false;
  #queued = 0;
  #sentBytes = 0;
  #receivedBytes = 0;
  #retained = 0;

  constructor(owner: StreamTableOwner) {
    this.#owner = owner;
    this.limits = owner.limits;
    this.clock = owner.clock;
    this.#ids = new StreamIds(owner.role, owner.limits.maxIncomingStreams);
    this.ledger = new CreditLedger({
      limits: owner.limits,
      now: () => owner.clock.monotonic(),
      roundTrip: owner.roundTrip,
      unopenedStreams: () => this.#ids.unopened,
    });
  }

  /** Number of open streams. */
  get size(): number {
    return this.#streams.size;
  }

  /** Bytes of streams sent for the first time. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** Bytes of streams received. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** Bytes sent and not acknowledged. */
  get retainedBytes(): number {
    return this.#retained;
  }

  /** Bytes written since a record was last filled. */
  get queuedBytes(): number {
    return this.#queued;
  }

  /** True while an interactive stream is open. */
  get interactive(): boolean {
    return this.#interactive.size > 0;
  }

  /** True while data waits that the flight limit has held back. */
  get waiting(): boolean {
    return this.#scheduler.waiting;
  }

  /** Opens a stream of this side. @throws {LinkError} `link.params`, `link.too-many-streams` */
  open(kind: StreamKind, params: unknown, priority: StreamPriority | undefined): Stream {
    encodeParams(params);
    if (this.#ownOpen >= this.limits.maxOutgoingStreams || !this.#ids.canOpen)
      throw new LinkError('link.too-many-streams', 'too many streams are open', { details: { open: this.#ownOpen } });
    const facts = { id: this.#ids.take(), kind, params, local: true };
    this.#ownOpen += 1;
    return this.#add(new Stream(this, priority === undefined ? facts : { ...facts, priority }));
  }

  /** Ends every stream with this error, because the session has ended. */
  fail(error: ClawReachError): void {
    const streams = Array.from(this.#streams.values());
    this.#streams.clear();
    this.#interactive.clear();
    for (const stream of streams) stream.fail(error);
    this.#touched.clear();
    this.#scheduler.clear();
  }

  // — sending —

  /** Writes credit, then control frames of streams. Returns false if the record is full. */
  fillControl(record: RecordBuffer, frames: SentFrame[]): boolean {
    this.#queued = 0;
    if (!this.#fillLimits(record, frames)) return false;
    for (const stream of this.#touched) {
      const written = stream.writeControl((frame, sent) => put(record, frame, frames, sent));
      if (!written) return false;
      this.#touched.delete(stream);
    }
    return true;
  }

  /** Writes data of interactive streams. */
  fillInteractive(record: RecordBuffer, frames: SentFrame[]): void {
    this.#scheduler.serve(record, frames, this, ['interactive']);
  }

  /** True while data of streams that aren't interactive waits. */
  get sharing(): boolean {
    return this.#scheduler.sharing;
  }

  /** Writes data of all other streams. */
  fillOthers(record: RecordBuffer, frames: SentFrame[]): void {
    this.#scheduler.serve(record, frames, this, NOT_INTERACTIVE);
  }

  /** Returns the bytes that may be sent now: limited by `maxRetained` and, for streams that aren't interactive, by the path's flight limit. */
  allowance(priority: StreamPriority, filled: number): number {
    const { maxRetained, retainedReserve } = this.limits;
    if (priority === 'interactive') return this.#retained < maxRetained ? Infinity : 0;
    return this.#retained < maxRetained - retainedReserve ? this.#owner.allowance(filled) : 0;
  }

  #fillLimits(record: RecordBuffer, frames: SentFrame[]): boolean {
    if (this.#ids.nextLimit() !== undefined) this.#tellStreams = true;
    if (this.ledger.nextLimit() !== undefined) this.#tellData = true;
    if (this.#tellData) {
      const lost = (): void => {
        this.#tellData = true;
      };
      if (!put(record, encodeFrame({ type: 'maxData', limit: this.ledger.announced }), frames, retain(lost)))
        return false;
      this.#tellData = false;
    }
    if (this.#tellStreams) {
      const lost = (): void => {
        this.#tellStreams = true;
      };
      if (!put(record, encodeFrame({ type: 'maxStreams', limit: this.#ids.announced }), frames, retain(lost)))
        return false;
      this.#tellStreams = false;
    }
    return true;
  }

  // — receiving —

  /** Passes a frame to its stream. @throws {LinkError} if the frame violates the rules */
  receive(frame: StreamTableFrame): void {
    switch (frame.type) {
      case 'open':
        this.#receiveOpen(frame.stream, frame.kind, frame.params);
        return;
      case 'maxData':
        this.#receiveDataLimit(frame.limit);
        return;
      case 'maxStreams':
        this.#ids.allow(frame.limit);
        return;
      default: {
        const stream = this.#streams.get(frame.stream);
        if (stream === undefined) this.#ids.checkGone(frame.stream);
        else this.#receiveFor(stream, frame);
      }
    }
  }

  #receiveFor(stream: Stream, frame: Exclude<StreamTableFrame, { type: 'open' | 'maxData' | 'maxStreams' }>): void {
    switch (frame.type) {
      case 'stream':
        this.#receivedBytes += frame.bytes.length;
        stream.receiveData(frame);
        return;
      case 'openOk':
      case 'openFail':
        stream.receiveAnswer(frame);
        return;
      case 'openWait':
        stream.receiveWait(frame.message);
        return;
      case 'retryAfter':
        stream.receiveRetryAfter(frame.pause);
        return;
      case 'resetStream':
        stream.receiveReset(frame.code, frame.finalSize);
        return;
      case 'stopSending':
        stream.receiveStop(frame.code);
        return;
      case 'maxStreamData':
        stream.receiveLimit(frame.limit);
    }
  }

  #receiveOpen(id: number, kind: string, params: unknown): void {
    this.#ids.see(id);
    const stream = this.#add(new Stream(this, { id, kind, params, local: false }));
    if (!STREAM_KINDS.some((known) => known === kind)) {
      stream.refuse('link.unknown-kind', `streams of kind ${kind} are not known here`);
      return;
    }
    try {
      if (!this.#owner.offer(new StreamOffer(stream))) stream.refuse('link.no-service', 'nothing takes streams here');
    } catch (error) {
      this.#owner.logger.error('taking a stream failed', { kind, reason: errorMessage(error) });
      if (stream.answered) stream.reset(0);
      else stream.refuse('internal', 'taking the stream failed');
    }
  }

  #receiveDataLimit(limit: number): void {
    if (limit <= this.#peerLimit) return;
    this.#peerLimit = limit;
    for (const stream of this.#streams.values()) this.ready(stream);
  }

  // — StreamHost —

  get dataRoom(): number {
    return this.#peerLimit - this.#sentBytes;
  }

  touch(stream: Stream): void {
    this.#touched.add(stream);
    this.#owner.wake();
  }

  ready(stream: Stream, added = 0): void {
    this.#queued += added;
    if (stream.nextOffset() === undefined) return;
    this.#scheduler.add(stream);
    this.#owner.wake();
  }

  reorder(stream: Stream): void {
    if (!this.#streams.has(stream.id)) return;
    this.#classify(stream);
    this.#scheduler.remove(stream);
    this.ready(stream);
  }

  drop(stream: Stream): void {
    if (!this.#streams.delete(stream.id)) return;
    this.#interactive.delete(stream);
    this.#touched.delete(stream);
    this.#scheduler.remove(stream);
    if (stream.local) this.#ownOpen -= 1;
    else {
      this.#ids.finish();
      this.#owner.wake();
    }
  }

  carried(bytes: number, fresh: number): void {
    this.#retained += bytes;
    this.#sentBytes += fresh;
  }

  #add(stream: Stream): Stream {
    this.#streams.set(stream.id, stream);
    this.#classify(stream);
    if (this.#streams.size === 1) this.#owner.began();
    return stream;
  }

  #classify(stream: Stream): void {
    if (stream.priority === 'interactive') this.#interactive.add(stream);
    else this.#interactive.delete(stream);
  }
}

function retain(lost: () => void): SentFrame {
  return { acknowledged: () => undefined, lost };
}

function put(record: RecordBuffer, frame: Uint8Array, frames: SentFrame[], sent: SentFrame): boolean {
  if (!record.put(frame)) return false;
  frames.push(sent);
  return true;
}
