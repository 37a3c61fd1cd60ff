import { trimBlocks } from '../bytes/index.ts';
import type { Timer } from '../clock.ts';
import { AuthenticationError, ClawReachError, errorMessage } from '../errors.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { LinkError } from './errors.ts';
import { decodeFrames } from './frame-decoder.ts';
import { wantsAcknowledgement } from './frames.ts';
import { FlightController } from './flight-controller.ts';
import type { Frame } from './frames.ts';
import { MAX_RECORD } from './limits.ts';
import { Liveness } from './liveness.ts';
import type { PathOwner } from './path-owner.ts';
import { Pings } from './pings.ts';
import { RecordReader } from './record-reader.ts';
import { RecordWriter } from './record-writer.ts';
import { SentRecords } from './sent-records.ts';
import type { LinkPath } from './session-types.ts';
import { Turns } from './turns.ts';
import type { PathKind } from './types.ts';

/**
 * One way to the other side: a channel and its ciphers, records with their numbers, liveness. Knows no streams. It is in use when it has its
 * number; before, it carries PING, PONG and what the other side must know to decide about it.
 */
export class Path {
  readonly kind: PathKind;
  readonly sent = new SentRecords();
  readonly pings: Pings;
  /** What may be in flight of streams that are not interactive. */
  readonly flight: FlightController;
  readonly #path: LinkPath;
  readonly #owner: PathOwner;
  readonly #reader = new RecordReader();
  readonly #acknowledgements: Acknowledgements;
  readonly #liveness: Liveness;
  readonly #writer: RecordWriter;
  readonly #turns: Turns;
  /** The initiator's number for it. */
  #id: number | undefined;
  #ended = false;
  #confirmed = false;
  #settled = false;
  #blocked = false;
  #flushing = false;
  /** A record is being processed; with what the path ends after it. */
  #receiving = false;
  #finishing: Error | undefined;
  /** Until when it must be in use and heard of. */
  #proof: Timer | undefined;
  #acknowledgementTimer: Timer | undefined;

  constructor(path: LinkPath, owner: PathOwner) {
    this.#path = path;
    this.kind = path.kind;
    this.#owner = owner;
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
    this.#liveness = new Liveness({
      clock: owner.clock,
      limits: owner.limits,
      active: () => owner.active,
      ask: () => {
        this.pings.want();
        this.flush();
      },
      rest: trimBlocks,
      doubtful: (doubtful) => {
        owner.pathDoubtful(this, doubtful);
      },
      dead: () => {
        this.fail('the other side does not answer');
      },
    });
    this.#writer = new RecordWriter({
      owner,
      cipher: path.send,
      sent: this.sent,
      pings: this.pings,
      acknowledgements: this.#acknowledgements,
      flight: this.flight,
      liveness: this.#liveness,
    });
    this.#turns = new Turns(
      () => {
        this.flush();
      },
      () => this.#ended || owner.queuedBytes >= owner.limits.bulkWrite,
      owner.clock,
    );
    this.#proof = owner.clock.setTimer(owner.limits.offerWait, () => {
      this.fail('the path did not prove itself');
    });
  }

  /** Begins: who dialled sends his first record before this returns. */
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
            { cause: error },
          ),
        );
      },
    });
    if (!this.dialled) return;
    this.#writer.knock();
    this.pings.want();
    this.flush();
  }

  /** Takes the path into use. `tell`: the other side does not know its number yet. */
  use(id: number, tell: boolean): void {
    this.#id = id;
    this.#writer.use(id, tell);
    this.#liveness.begin();
    this.#checkProof();
    this.schedule();
  }

  /** Tells the other side once more what it needs to decide. */
  knock(): void {
    this.#writer.knock();
    this.pings.want();
    this.schedule();
  }

  get id(): number | undefined {
    return this.#id;
  }

  /** This side sent message 1. */
  get dialled(): boolean {
    return this.#path.dialled;
  }

  get processed(): number {
    return this.#acknowledgements.processed;
  }

  /** A record of the other side has authenticated. */
  get isConfirmed(): boolean {
    return this.#confirmed;
  }

  /** The first stream was opened. */
  activate(): void {
    this.#liveness.activate();
  }

  /** ACK of the other side. @throws {LinkError} `link.path` */
  acknowledge(record: number): void {
    const news = this.sent.acknowledge(record);
    this.flight.acknowledged(record);
    if (news) this.#liveness.answered(this.#isOpen);
  }

  /** Whether the other side answers within `timeout` ms. A slow path that works through its queue counts as well. */
  async answers(timeout: number): Promise<boolean> {
    const start = this.#owner.clock.monotonic();
    const answer = this.pings.measure(timeout);
    this.#liveness.asked();
    this.schedule();
    try {
      await answer;
      return true;
    } catch {
      return this.#liveness.answeredAt - start > timeout / 2;
    }
  }

  /** Something waits for an answer. */
  get #isOpen(): boolean {
    return this.pings.open || this.sent.size > 0;
  }

  get #mayWrite(): boolean {
    return !this.#ended && (this.dialled || this.#confirmed);
  }

  /** Sends what there is at the end of this tick. */
  schedule(): void {
    this.#turns.request(!this.#ended && !this.#blocked);
  }

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
    while (this.#mayWrite && !this.#blocked) {
      const limit = this.#owner.interactive ? this.#owner.limits.interactiveWrite : this.#owner.limits.bulkWrite;
      if (!this.#writeBatch(limit)) break;
    }
    if (!this.#blocked && !this.#owner.waiting) this.flight.runDry();
  }

  /** Sends one record, whatever is buffered: the last one of a session. */
  sendLast(): void {
    if (!this.#flushing && this.#mayWrite) this.#writeBatch(1);
  }

  /** One write of one record, or as many as come nearest to `limit` bytes; false when there was nothing. */
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
      this.#end(error);
    }
    if (pieces.length === 0 || this.#ended) return false;
    if (!this.#path.channel.write(pieces)) this.#blocked = true;
    return true;
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
    this.#liveness.end();
    this.#proof?.cancel();
    this.#acknowledgementTimer?.cancel();
    this.pings.end(error);
    this.flight.dispose();
    this.#settle(false);
  }

  destroyChannel(): void {
    this.#path.channel.destroy();
  }

  closeChannel(): void {
    this.#path.channel.close(this.#owner.limits.closeWait);
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
    this.#liveness.heard();
    if (!this.#confirmed) {
      this.#confirmed = true;
      this.#checkProof();
      this.#owner.pathConfirmed(this);
    }
    const wanted = this.#processFrames(plaintext);
    this.#acknowledgements.add(ciphertext.length, wanted);
    if (this.#finishing !== undefined) this.finish(this.#finishing);
    if (this.#ended) return false;
    if (this.#id === undefined) this.#owner.pathKnocked(this);
    this.#checkProof();
    if (wanted) this.#acknowledgeLater();
    return !this.#ended;
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
    if (frame.type === 'ping') {
      this.pings.receivePing(frame.data);
      this.schedule();
    } else if (frame.type === 'pong') {
      const sample = this.pings.receivePong(frame.data);
      this.flight.roundTrip(sample);
      if (sample !== undefined) this.#liveness.answered(this.#isOpen);
    } else if (this.#id === undefined && frame.type !== 'path' && frame.type !== 'abandon')
      throw new LinkError('link.path', 'a path is used that is not in use');
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

  /** The path is in use and works, or it is over: told once to who made it. */
  #settle(used: boolean): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#path.settled?.(used);
  }

  #checkProof(): void {
    if (!this.#confirmed || this.#id === undefined || this.#ended) return;
    this.#proof?.cancel();
    this.#proof = undefined;
    this.#settle(true);
  }

  /** It is lost, and says so to its owner. */
  fail(reason: string): void {
    this.#end(new LinkError('link.path-lost', reason));
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
