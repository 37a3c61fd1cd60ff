import { trimBlocks } from '../bytes/index.ts';
import type { Clock, Timer } from '../clock.ts';
import { AuthenticationError, ClawReachError, errorMessage } from '../errors.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { LinkError } from './errors.ts';
import { decodeFrames } from './frame-decoder.ts';
import { encodeFrame } from './frame-encoder.ts';
import { wantsAcknowledgement } from './frames.ts';
import { FlightController } from './flight-controller.ts';
import type { Frame } from './frames.ts';
import { MAX_RECORD, MAX_UNACKNOWLEDGED } from './limits.ts';
import type { LinkLimits } from './limits.ts';
import { Pings } from './pings.ts';
import { RecordBuffer } from './record-buffer.ts';
import { RecordReader } from './record-reader.ts';
import { SentRecords } from './sent-records.ts';
import type { Retained } from './sent-records.ts';
import type { LinkPath } from './session-types.ts';
import type { PathKind } from './types.ts';

/** The session as a path sees it. */
export interface PathOwner {
  readonly limits: LinkLimits;
  readonly clock: Clock;
  /** An interactive stream is open: writes are kept short. */
  readonly interactive: boolean;
  /** Bytes that wait to be sent. */
  readonly queuedBytes: number;
  /** Data waits that no record has taken yet. */
  readonly waiting: boolean;
  /** Writes frames into the record; those to be sent again after a loss are added to `frames`. */
  fill(record: RecordBuffer, frames: Retained[]): void;
  /** Every frame but PING and PONG. @throws {LinkError} when it breaks the protocol */
  receive(frame: Frame, path: Path): void;
  /** The first record of the other side has authenticated. */
  pathConfirmed(path: Path): void;
  /** The path is over; called once, not after `dispose`. */
  pathLost(path: Path, error: ClawReachError): void;
  /** The other side broke the protocol, or something of ours failed on its frame. */
  pathViolated(path: Path, error: ClawReachError): void;
}

/** Microtask turns without a new reason to send before the record is sealed, and turns at most: what one tick writes goes in one record. */
const QUIET_TURNS = 3;
const MOST_TURNS = 64;

/** A path is dead after so many silent intervals of `keepAlive`: one until it is asked, two missed answers. */
const SILENT_INTERVALS = 3;

/** ms between PINGs that travel with data, to follow the round trip. */
const SAMPLE_INTERVAL = 1000;

/** One way to the other side: a channel and its ciphers, records with their numbers, liveness. Knows no streams. */
export class Path {
  readonly kind: PathKind;
  readonly sent = new SentRecords();
  readonly pings: Pings;
  /** What may be in flight of streams that are not interactive. */
  readonly flight: FlightController;
  /** The initiator's number for it; the responder learns it from the first record. */
  id: number | undefined;
  readonly #path: LinkPath;
  readonly #owner: PathOwner;
  readonly #initiator: boolean;
  readonly #reader = new RecordReader();
  readonly #record = new RecordBuffer();
  readonly #acknowledgements: Acknowledgements;
  #ended = false;
  #confirmed = false;
  #blocked = false;
  #scheduled = false;
  #flushing = false;
  /** A record is being processed; with what the path ends after it. */
  #receiving = false;
  #finishing: Error | undefined;
  #reasons = 0;
  #turns = 0;
  #quietTurns = 0;
  #heard = false;
  #silentIntervals = 0;
  #liveness: Timer;
  #acknowledgementTimer: Timer | undefined;

  constructor(path: LinkPath, owner: PathOwner, id: number | undefined) {
    this.#path = path;
    this.kind = path.kind;
    this.#owner = owner;
    this.id = id;
    this.#initiator = id !== undefined;
    this.pings = new Pings(owner.clock);
    this.flight = new FlightController({
      clock: owner.clock,
      most: owner.limits.maxRetained,
      typing: () => owner.interactive,
      wake: () => {
        this.schedule();
      },
    });
    this.#acknowledgements = new Acknowledgements(owner.limits);
    this.#liveness = this.#watch();
  }

  /** Begins: the initiator's first record leaves before this returns. */
  start(): void {
    this.#path.channel.setHandlers({
      data: (chunk) => {
        this.#receive(chunk);
      },
      drain: () => {
        this.#blocked = false;
        this.flush();
      },
      closed: (error) => {
        this.#end(
          new LinkError(
            'link.path-lost',
            error === undefined ? 'the connection was closed' : 'the connection was lost',
            {
              cause: error,
            },
          ),
        );
      },
    });
    if (!this.#initiator) return;
    this.pings.want();
    this.flush();
  }

  get processed(): number {
    return this.#acknowledgements.processed;
  }

  get isConfirmed(): boolean {
    return this.#confirmed;
  }

  /** Sends what there is at the end of this tick. */
  schedule(): void {
    this.#reasons += 1;
    if (this.#scheduled || this.#ended || this.#blocked) return;
    this.#scheduled = true;
    this.#turns = 0;
    this.#quietTurns = 0;
    queueMicrotask(this.#turn);
  }

  readonly #turn = (): void => {
    this.#turns += 1;
    this.#quietTurns = this.#reasons > 0 ? 0 : this.#quietTurns + 1;
    this.#reasons = 0;
    const wait = this.#quietTurns < QUIET_TURNS && this.#turns < MOST_TURNS;
    if (wait && !this.#ended && this.#owner.queuedBytes < this.#owner.limits.bulkWrite) {
      queueMicrotask(this.#turn);
      return;
    }
    this.#scheduled = false;
    this.flush();
  };

  /** Sends now what there is, as far as the channel takes it. */
  flush(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    try {
      this.#writeBatches();
    } catch (error) {
      this.#owner.pathViolated(this, internalError(error));
    } finally {
      this.#flushing = false;
    }
  }

  #writeBatches(): void {
    while (!this.#ended && !this.#blocked && (this.#initiator || this.#confirmed)) {
      const limit = this.#owner.interactive ? this.#owner.limits.interactiveWrite : this.#owner.limits.bulkWrite;
      if (!this.#writeBatch(limit)) break;
    }
    if (!this.#blocked && !this.#owner.waiting) this.flight.runDry();
  }

  /** Sends one record, whatever is buffered: the last one of a session. */
  sendLast(): void {
    if (this.#ended || this.#flushing || !(this.#initiator || this.#confirmed)) return;
    this.#writeBatch(1);
  }

  /** Acknowledges what came, this record included, whatever is buffered; then closes the channel in order. */
  finish(error: Error): void {
    if (this.#receiving) {
      this.#finishing = error;
      return;
    }
    this.#acknowledgements.makeDue();
    this.sendLast();
    this.dispose(error);
    this.closeChannel();
  }

  /** No longer used; nothing is processed from here on. The owner takes care of `sent`. */
  dispose(error: Error = new LinkError('link.path-lost', 'the path is no longer used')): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#liveness.cancel();
    this.#acknowledgementTimer?.cancel();
    this.pings.end(error);
    this.flight.dispose();
  }

  destroyChannel(): void {
    this.#path.channel.destroy();
  }

  closeChannel(): void {
    this.#path.channel.close(this.#owner.limits.closeWait);
  }

  /** One write of one record, or as many as come nearest to `limit` bytes; false when there was nothing. */
  #writeBatch(limit: number): boolean {
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    do {
      const length = this.#nextRecord(pieces);
      if (length === 0) break;
      bytes += length;
    } while (bytes + MAX_RECORD / 2 <= limit);
    if (pieces.length === 0 || this.#ended) return false;
    if (!this.#path.channel.write(pieces)) this.#blocked = true;
    return true;
  }

  /** Seals the next record onto `pieces`; its length on the wire, or 0. */
  #nextRecord(pieces: Uint8Array[]): number {
    const record = this.#record;
    const frames: Retained[] = [];
    record.clear();
    const acknowledging = this.#acknowledgements.pending && this.id !== undefined;
    if (acknowledging && this.id !== undefined)
      record.put(encodeFrame({ type: 'ack', path: this.id, record: this.#acknowledgements.processed }));
    const start = record.length;
    if (this.#initiator && this.sent.last === 0 && this.id !== undefined)
      record.put(encodeFrame({ type: 'path', path: this.id }));
    for (const data of this.pings.takeOwed()) record.put(encodeFrame({ type: 'pong', data }));
    this.#putPings();
    this.#owner.fill(record, frames);
    if (frames.length > 0 && this.pings.age >= SAMPLE_INTERVAL && record.room > 32) {
      this.pings.want();
      this.#putPings();
    }
    if (record.length === start && !(acknowledging && this.#acknowledgements.due)) return 0;
    if (acknowledging) this.#acknowledgements.clear();
    this.sent.add(frames);
    if (frames.length > 0) this.flight.sent(this.sent.last, record.length);
    if (this.sent.size > MAX_UNACKNOWLEDGED) {
      this.#end(new LinkError('link.path-lost', 'the other side acknowledges nothing'));
      return 0;
    }
    return this.#seal(pieces);
  }

  #putPings(): void {
    for (const data of this.pings.takeWanted()) this.#record.put(encodeFrame({ type: 'ping', data }));
  }

  #seal(pieces: Uint8Array[]): number {
    try {
      const sealed = this.#path.send.seal(this.#record.view());
      let length = 0;
      for (const piece of sealed) length += piece.length;
      pieces.push(Uint8Array.of(length >> 8, length & 0xff), ...sealed);
      return length + 2;
    } catch (error) {
      this.#end(new LinkError('link.path-lost', `sealing failed: ${errorMessage(error)}`, { cause: error }));
      return 0;
    }
  }

  #receive(chunk: Uint8Array): void {
    if (this.#ended) return;
    try {
      this.#reader.feed(chunk, (ciphertext) => this.#receiveRecord(ciphertext));
    } catch (error) {
      this.#end(new LinkError('link.path-lost', `bad record: ${errorMessage(error)}`, { cause: error }));
    }
  }

  #receiveRecord(ciphertext: Uint8Array): boolean {
    let plaintext: Uint8Array;
    try {
      plaintext = this.#path.receive.open(ciphertext);
    } catch (error) {
      this.#end(new AuthenticationError('link.authentication', 'a record is not authentic', { cause: error }));
      return false;
    }
    this.#heard = true;
    if (!this.#confirmed) {
      this.#confirmed = true;
      this.#owner.pathConfirmed(this);
    }
    const wanted = this.#processFrames(plaintext);
    this.#acknowledgements.add(ciphertext.length, wanted);
    if (this.#finishing !== undefined) this.finish(this.#finishing);
    if (this.#ended) return false;
    if (wanted) this.#acknowledgeLater();
    return true;
  }

  /** Whether the record wants an acknowledgement. */
  #processFrames(plaintext: Uint8Array): boolean {
    let wanted = false;
    this.#receiving = true;
    try {
      decodeFrames(plaintext, (frame) => {
        if (this.#ended || this.#finishing !== undefined) return;
        wanted ||= wantsAcknowledgement(frame.type);
        this.#receiveFrame(frame);
      });
    } catch (error) {
      if (this.#finishing === undefined)
        this.#owner.pathViolated(this, error instanceof ClawReachError ? error : internalError(error));
    }
    this.#receiving = false;
    return wanted;
  }

  #receiveFrame(frame: Frame): void {
    if (this.id === undefined && frame.type !== 'path')
      throw new LinkError('link.path', 'the first frame of a path does not name it');
    if (frame.type === 'ping') {
      this.pings.receivePing(frame.data);
      this.schedule();
    } else if (frame.type === 'pong') this.flight.roundTrip(this.pings.receivePong(frame.data));
    else this.#owner.receive(frame, this);
  }

  #acknowledgeLater(): void {
    if (this.#acknowledgements.due) {
      this.schedule();
      return;
    }
    this.#acknowledgementTimer ??= this.#owner.clock.setTimer(this.#owner.limits.ackDelay, () => {
      this.#acknowledgementTimer = undefined;
      this.#acknowledgements.makeDue();
      if (this.#acknowledgements.due) this.flush();
    });
  }

  #watch(): Timer {
    return this.#owner.clock.setTimer(this.#owner.limits.keepAlive, () => {
      this.#silentIntervals = this.#heard ? 0 : this.#silentIntervals + 1;
      this.#heard = false;
      if (this.#silentIntervals >= SILENT_INTERVALS) {
        this.#end(new LinkError('link.path-lost', 'the other side does not answer'));
        return;
      }
      this.#liveness = this.#watch();
      trimBlocks();
      this.pings.want();
      this.flush();
    });
  }

  /** It is lost: somebody who asked had no answer. */
  fail(error: ClawReachError): void {
    this.#end(error);
  }

  #end(error: ClawReachError): void {
    if (this.#ended) return;
    this.dispose(error);
    this.destroyChannel();
    this.#owner.pathLost(this, error);
  }
}

function internalError(error: unknown): ClawReachError {
  return new ClawReachError('internal', `frames could not be processed: ${errorMessage(error)}`, { cause: error });
}
