import { releaseBytes } from '../../bytes/index.ts';
import type { Clock } from '../../clock.ts';
import { AuthenticationError, ClawReachError, errorMessage } from '../../errors.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { LinkError } from '../errors.ts';
import { decodeFrames } from '../frame-decoder.ts';
import { lendsBytes, wantsAcknowledgement } from '../frames.ts';
import { FlightController } from '../flight/index.ts';
import type { Frame } from '../frames.ts';
import type { LinkLimits } from '../limits.ts';
import { PathLiveness } from './liveness.ts';
import type { FrameSource } from '../frame-source.ts';
import { PathProof } from './path-proof.ts';
import { Pings } from './pings.ts';
import { RecordOpener } from './record-opener.ts';
import { RecordReader } from './record-reader.ts';
import { RecordSender } from './record-sender.ts';
import { RecordWriter } from './record-writer.ts';
import { SentRecords } from '../sent-records.ts';
import type { LinkPath, PathTraffic, RoundTrips } from '../session-types.ts';
import type { PathKind } from '../types.ts';

/** Events of a path, handled by `Paths`, the set of paths of its session. */
export interface PathEvents {
  /** Handles every frame except PING and PONG. @throws {LinkError} if the frame violates the protocol */
  receive(frame: Frame, path: Path): void;
  /** The first record of the other side has authenticated; its frames have not been processed. */
  pathConfirmed(path: Path): void;
  /** All frames of a record have been processed on a path that is not in use. */
  pathProbed(path: Path): void;
  /** The path in use stopped answering, or answers again. */
  pathDoubtful(path: Path, doubtful: boolean): void;
  /** The path has ended; called once, not after `dispose`. */
  pathLost(path: Path, error: ClawReachError): void;
  /** The other side violated the protocol, or processing its frame failed on this side. */
  pathViolated(path: Path, error: ClawReachError): void;
}

/** Options of a `Path`. */
export type PathOptions = Readonly<{
  limits: LinkLimits;
  clock: Clock;
  /** Fills this path's records. */
  source: FrameSource;
  /** Counts what this path carries. */
  traffic: PathTraffic;
  events: PathEvents;
}>;

/**
 * One path of a session: its channel, ciphers, record numbers, acknowledgements and liveness. It knows no streams: a `FrameSource` fills its records,
 * and `PathEvents` handles the received frames. The path is in use once it has a number; before that it carries only PING, PONG and the frames that
 * the other side needs to decide about it. Created by `Paths`.
 */
export class Path {
  readonly kind: PathKind;
  readonly sent = new SentRecords();
  readonly pings: Pings;
  /** Limits the bytes in flight of streams that aren't interactive. */
  readonly flight: FlightController;
  readonly #path: LinkPath;
  readonly #clock: Clock;
  readonly #limits: LinkLimits;
  readonly #events: PathEvents;
  readonly #traffic: PathTraffic;
  readonly #reader = new RecordReader();
  readonly #opener: RecordOpener;
  readonly #acknowledgements: Acknowledgements;
  readonly #liveness: PathLiveness;
  readonly #writer: RecordWriter;
  readonly #sender: RecordSender;
  readonly #proof: PathProof;
  /** Number given by the initiator. */
  #id: number | undefined;
  #ended = false;
  /** True while a record is being processed; `#finishing` ends the path after it. */
  #receiving = false;
  #finishing: Error | undefined;
  /** True if someone may still hold views of the last record. */
  #held = false;

  constructor(path: LinkPath, { limits, clock, source, traffic, events }: PathOptions) {
    this.#path = path;
    this.#clock = clock;
    this.#limits = limits;
    this.kind = path.kind;
    this.#events = events;
    this.#traffic = traffic;
    this.#opener = new RecordOpener({
      cipher: path.receive,
      channel: path.channel,
      opened: (plaintext, length) => this.#receiveRecord(plaintext, length),
      failed: (cause) => {
        this.#end(new AuthenticationError('link.authentication', 'a record is not authentic', { cause }));
      },
    });
    this.pings = new Pings(clock);
    this.flight = new FlightController({
      clock,
      most: limits.maxRetained,
      typing: () => source.interactive,
      wake: () => {
        this.schedule();
      },
    });
    this.#acknowledgements = new Acknowledgements(limits, clock, () => {
      this.#sender.flush();
    });
    this.#liveness = new PathLiveness({
      clock,
      limits,
      active: () => source.active,
      ask: () => {
        this.pings.want();
        this.#sender.flush();
      },
      doubtful: (doubtful) => {
        events.pathDoubtful(this, doubtful);
      },
      dead: () => {
        this.fail('the other side does not answer');
      },
    });
    this.#writer = new RecordWriter({
      source,
      cipher: path.send,
      sent: this.sent,
      pings: this.pings,
      acknowledgements: this.#acknowledgements,
      flight: this.flight,
      liveness: this.#liveness,
    });
    this.#sender = new RecordSender({
      source,
      limits,
      clock,
      channel: path.channel,
      traffic,
      writer: this.#writer,
      flight: this.flight,
      lost: (error) => {
        this.#end(error);
      },
      failed: (error) => {
        events.pathViolated(this, internalError(error));
      },
    });
    if (path.dialed) this.#sender.open();
    this.#proof = new PathProof({
      clock,
      wait: limits.offerWait,
      failed: () => {
        this.fail('the path did not prove itself');
      },
      settled: (used) => {
        path.settled?.(used);
      },
    });
  }

  /** Starts the path. The side that dialed sends its first record before this returns. */
  start(): void {
    this.#path.channel.setHandlers({
      data: (chunk) => {
        this.#receive(chunk);
      },
      drain: () => {
        this.#sender.drained();
      },
      closed: (error) => {
        const reason = error === undefined ? 'the connection was closed' : 'the connection was lost';
        this.#opener.afterwards(() => {
          this.#end(new LinkError('link.path-lost', reason, { cause: error }));
        });
      },
    });
    if (!this.dialed) return;
    this.#writer.probe();
    this.pings.want();
    this.#sender.flush();
  }

  /**
   * Takes the path into use.
   * @param id number of the path
   * @param announce true if the other side doesn't know the number, so that the path sends it
   */
  use(id: number, announce: boolean): void {
    this.#id = id;
    this.#writer.use(id, announce);
    this.#liveness.begin();
    this.#proof.use();
    this.schedule();
  }

  /** Sends again the frames that the other side needs to decide about this path. */
  probe(): void {
    this.#writer.probe();
    this.pings.want();
    this.schedule();
  }

  /** Number that the initiator gave the path; undefined until it is in use. */
  get id(): number | undefined {
    return this.#id;
  }

  /** True if this side sent message 1. */
  get dialed(): boolean {
    return this.#path.dialed;
  }

  /** True if the path must be measured beside the path in use before it can replace that. */
  get isCompared(): boolean {
    return this.#path.prefers !== undefined;
  }

  /** Reports whether this path should replace the one beside which it was measured. */
  isPreferred(times: RoundTrips): boolean {
    return this.#path.prefers?.(times) ?? true;
  }

  /** Number of the last record of the other side that was processed. */
  get processed(): number {
    return this.#acknowledgements.processed;
  }

  /** True once a record of the other side has authenticated. */
  get isConfirmed(): boolean {
    return this.#proof.isConfirmed;
  }

  /** Checks the path more often, because the first stream was opened. */
  activate(): void {
    this.#liveness.activate();
  }

  /** Handles ACK. @throws {LinkError} `link.path` for a record that was never sent */
  acknowledge(record: number): void {
    const news = this.sent.acknowledge(record);
    this.flight.acknowledged(record);
    if (news) this.#liveness.answered(this.#isOpen);
  }

  /** Reports whether the other side answers within `timeout` ms. A slow path that is still delivering its queue counts as answering. */
  async answers(timeout: number): Promise<boolean> {
    const start = this.#clock.monotonic();
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

  /** Measures the round trip, ms; undefined if no answer arrives within `timeout` ms. */
  async measure(timeout: number): Promise<number | undefined> {
    if (this.#ended) return undefined;
    const answer = this.pings.measure(timeout);
    this.schedule();
    return await answer.catch(() => undefined);
  }

  /** Least round trip of the last ten seconds, ms; undefined without one. */
  get recent(): number | undefined {
    return this.pings.recent;
  }

  /** Monotonic time of the other side's last answer, or of the path's creation, ms. */
  get answeredAt(): number {
    return this.#liveness.answeredAt;
  }

  /** Time for which no question has been answered, ms; undefined if none is open. */
  get silence(): number | undefined {
    const { openSince } = this.#liveness;
    return openSince === undefined ? undefined : this.#clock.monotonic() - openSince;
  }

  /** True while something waits for an answer. */
  get #isOpen(): boolean {
    return this.pings.open || this.sent.size > 0;
  }

  /** Sends what is queued, at the end of this turn of the event loop. */
  schedule(): void {
    this.#sender.schedule();
  }

  /** Sends one record regardless of back-pressure. Called for the last record of a session. */
  sendLast(): void {
    this.#sender.sendLast();
  }

  /** Acknowledges everything received, including the current record, regardless of back-pressure; then closes the channel in order. */
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

  /** Stops using the path: it processes no more records. The caller handles the frames in `sent` and the channel. */
  dispose(error: Error = new LinkError('link.path-lost', 'the path is no longer used')): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#opener.end();
    this.#liveness.end();
    this.#sender.end();
    this.#acknowledgements.end();
    this.pings.end(error);
    this.flight.dispose();
    this.#proof.end();
  }

  destroyChannel(): void {
    this.#path.channel.destroy();
  }

  closeChannel(): void {
    this.#path.channel.close(this.#limits.closeWait);
  }

  #receive(chunk: Uint8Array): void {
    if (this.#ended) return;
    try {
      this.#reader.feed(chunk, (ciphertext) => this.#opener.take(ciphertext));
    } catch (error) {
      this.#end(new LinkError('link.path-lost', `bad record: ${errorMessage(error)}`, { cause: error }));
    }
  }

  /** @param length of the ciphertext */
  #receiveRecord(plaintext: Uint8Array, length: number): boolean {
    this.#traffic.received += length;
    if (!this.#proof.isConfirmed) {
      this.#sender.open();
      this.#proof.confirm();
      this.#events.pathConfirmed(this);
    }
    const wanted = this.#processFrames(plaintext);
    if (!this.#held) releaseBytes(plaintext);
    this.#acknowledgements.add(length, wanted);
    if (this.#finishing !== undefined) this.finish(this.#finishing);
    if (this.#ended) return false;
    if (this.#id === undefined) this.#events.pathProbed(this);
    if (wanted) this.#acknowledgeSoon();
    return !this.#ended;
  }

  /** Processes the frames and reports whether the record wants an acknowledgement. */
  #processFrames(plaintext: Uint8Array): boolean {
    let wanted = false;
    this.#receiving = true;
    this.#held = false;
    try {
      decodeFrames(plaintext, (frame) => {
        if (this.#ended || this.#finishing !== undefined) return;
        wanted ||= wantsAcknowledgement(frame.type);
        this.#held ||= !lendsBytes(frame.type);
        this.#receiveFrame(frame);
      });
    } catch (error) {
      if (this.#finishing === undefined)
        this.#events.pathViolated(this, error instanceof ClawReachError ? error : internalError(error));
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
    else this.#events.receive(frame, this);
  }

  #acknowledgeSoon(): void {
    if (this.#acknowledgements.due) this.schedule();
    else this.#acknowledgements.wait();
  }

  /** Ends the path as lost and reports it. */
  fail(reason: string): void {
    this.#end(new LinkError('link.path-lost', reason));
  }

  #end(error: ClawReachError): void {
    if (this.#ended) return;
    this.dispose(error);
    this.destroyChannel();
    this.#events.pathLost(this, error);
  }
}

function internalError(error: unknown): ClawReachError {
  return new ClawReachError('internal', `frames could not be processed: ${errorMessage(error)}`, { cause: error });
}
