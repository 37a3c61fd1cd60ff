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
import { RecordReader } from './record-reader.ts';
import { RecordSender } from './record-sender.ts';
import { RecordWriter } from './record-writer.ts';
import { SentRecords } from '../sent-records.ts';
import type { LinkPath, RoundTrips } from '../session-types.ts';
import type { PathKind } from '../types.ts';

/** Events of a path, for the set of paths of its session. */
export interface PathEvents {
  /**
   * Handles every frame but PING and PONG.
   * @throws {LinkError} when it breaks the protocol
   */
  receive(frame: Frame, path: Path): void;
  /** The first record of the other side has authenticated; its frames have not been looked at. */
  pathConfirmed(path: Path): void;
  /** All frames of a record have been processed, on a path that is not in use yet. */
  pathProbed(path: Path): void;
  /** The path in use stopped answering, or answers again. */
  pathDoubtful(path: Path, doubtful: boolean): void;
  /** The path has ended; called once, not after `dispose`. */
  pathLost(path: Path, error: ClawReachError): void;
  /** The other side broke the protocol, or processing its frame failed here. */
  pathViolated(path: Path, error: ClawReachError): void;
}

export type PathOptions = Readonly<{
  limits: LinkLimits;
  clock: Clock;
  /** Fills this path's records. */
  source: FrameSource;
  events: PathEvents;
}>;

/**
 * A path to the other side: channel, ciphers, record numbers and liveness. Knows no streams. A path is in use once it
 * has its number; before, it carries PING, PONG and the frames the other side needs to decide about it.
 */
export class Path {
  readonly kind: PathKind;
  readonly sent = new SentRecords();
  readonly pings: Pings;
  /** Limits the bytes in flight of streams that are not interactive. */
  readonly flight: FlightController;
  readonly #path: LinkPath;
  readonly #clock: Clock;
  readonly #limits: LinkLimits;
  readonly #events: PathEvents;
  readonly #reader = new RecordReader();
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

  constructor(path: LinkPath, { limits, clock, source, events }: PathOptions) {
    this.#path = path;
    this.#clock = clock;
    this.#limits = limits;
    this.kind = path.kind;
    this.#events = events;
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
      writer: this.#writer,
      flight: this.flight,
      lost: (error) => {
        this.#end(error);
      },
      failed: (error) => {
        events.pathViolated(this, internalError(error));
      },
    });
    if (path.dialled) this.#sender.open();
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

  /** Starts the path: the side that dialled sends its first record before this returns. */
  start(): void {
    this.#path.channel.setHandlers({
      data: (chunk) => {
        this.#receive(chunk);
      },
      drain: () => {
        this.#sender.drained();
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
    this.#writer.probe();
    this.pings.want();
    this.#sender.flush();
  }

  /**
   * Takes the path into use.
   * @param tell the other side does not know its number yet
   */
  use(id: number, tell: boolean): void {
    this.#id = id;
    this.#writer.use(id, tell);
    this.#liveness.begin();
    this.#proof.use();
    this.schedule();
  }

  /** Sends the other side again what it needs to decide about this path. */
  probe(): void {
    this.#writer.probe();
    this.pings.want();
    this.schedule();
  }

  get id(): number | undefined {
    return this.#id;
  }

  /** True if this side sent message 1. */
  get dialled(): boolean {
    return this.#path.dialled;
  }

  /** True if the path is to be measured beside the one in use before it may replace it. */
  get isCompared(): boolean {
    return this.#path.prefers !== undefined;
  }

  /** Reports whether the path should replace the one it was measured beside. */
  isPreferred(times: RoundTrips): boolean {
    return this.#path.prefers?.(times) ?? true;
  }

  get processed(): number {
    return this.#acknowledgements.processed;
  }

  /** True once a record of the other side has authenticated. */
  get isConfirmed(): boolean {
    return this.#proof.isConfirmed;
  }

  /** Shortens the intervals of the watch because the first stream was opened. */
  activate(): void {
    this.#liveness.activate();
  }

  /**
   * Handles ACK.
   * @throws {LinkError} `link.path`
   */
  acknowledge(record: number): void {
    const news = this.sent.acknowledge(record);
    this.flight.acknowledged(record);
    if (news) this.#liveness.answered(this.#isOpen);
  }

  /** Reports whether the other side answers within `timeout` ms. A slow path that works through its queue counts too. */
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

  /** Measures the round trip, ms; undefined when no answer comes within `timeout` ms. */
  async measure(timeout: number): Promise<number | undefined> {
    if (this.#ended) return undefined;
    const answer = this.pings.measure(timeout);
    this.schedule();
    return await answer.catch(() => undefined);
  }

  /** The least round trip of the last ten seconds, ms. */
  get recent(): number | undefined {
    return this.pings.recent;
  }

  /** Time of the other side's last answer, or of the path's creation, monotonic. */
  get answeredAt(): number {
    return this.#liveness.answeredAt;
  }

  /** Time for which pings or records have gone without any answer, ms; undefined while none is open. */
  get silence(): number | undefined {
    const { openSince } = this.#liveness;
    return openSince === undefined ? undefined : this.#clock.monotonic() - openSince;
  }

  /** True while something waits for an answer. */
  get #isOpen(): boolean {
    return this.pings.open || this.sent.size > 0;
  }

  /** Sends what is queued, at the end of this tick. */
  schedule(): void {
    this.#sender.schedule();
  }

  /** Sends one record regardless of back-pressure: the last one of a session. */
  sendLast(): void {
    this.#sender.sendLast();
  }

  /** Acknowledges everything received, this record included, regardless of back-pressure; then closes the channel in order. */
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

  /** Stops using the path; nothing more is processed. The owner takes care of `sent`. */
  dispose(error: Error = new LinkError('link.path-lost', 'the path is no longer used')): void {
    if (this.#ended) return;
    this.#ended = true;
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
    if (!this.#proof.isConfirmed) {
      this.#sender.open();
      this.#proof.confirm();
      this.#events.pathConfirmed(this);
    }
    const wanted = this.#processFrames(plaintext);
    if (!this.#held) releaseBytes(plaintext);
    this.#acknowledgements.add(ciphertext.length, wanted);
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
