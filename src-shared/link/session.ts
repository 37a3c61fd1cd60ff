import type { Clock, Timer } from '../clock.ts';
import { errorMessage } from '../errors.ts';
import type { ClawReachError } from '../errors.ts';
import { silentLogger } from '../logger.ts';
import type { Logger } from '../logger.ts';
import { clipText } from './clip-text.ts';
import { DatagramQueue } from './datagrams.ts';
import { DeadPaths } from './dead-paths.ts';
import { LinkError } from './errors.ts';
import { encodeFrame } from './frame-encoder.ts';
import { FIELD } from './frames.ts';
import type { Frame } from './frames.ts';
import { completeLimits } from './limits.ts';
import type { LinkLimits } from './limits.ts';
import { Path } from './path.ts';
import type { PathOwner } from './path.ts';
import type { RecordBuffer } from './record-buffer.ts';
import type { Retained } from './sent-records.ts';
import type { LinkPath, LinkSession, PathEvent, PathState, SessionOptions } from './session-types.ts';
import { Settlement } from './settlement.ts';
import { StreamHandle } from './stream-handle.ts';
import { StreamTable } from './stream-table.ts';
import type {
  IncomingStream,
  OutgoingStream,
  PathKind,
  SessionEnd,
  SessionRole,
  SessionStatistics,
  StreamKind,
  StreamPriority,
} from './types.ts';

/** A session whose path is attached when its handshake is done. @throws {RangeError} for limits that contradict each other */
export function createSession(options: SessionOptions): LinkSession {
  return new LinkSessionState(options);
}

/** Paths the initiator may have tried without the responder hearing of them, at most. */
const MOST_SKIPPED_PATHS = 16;

type Closing = { frame: Uint8Array; end: SessionEnd; timer: Timer | undefined; queued: boolean };

/** The life of a session: its paths one after the other, its end. Streams are in the StreamTable. */
class LinkSessionState implements LinkSession, PathOwner {
  readonly id: string;
  readonly role: SessionRole;
  readonly limits: LinkLimits;
  readonly clock: Clock;
  onStream: ((stream: IncomingStream) => void) | undefined;
  onPath: ((event: PathEvent) => void) | undefined;
  acceptOffer: ((offer: Readonly<{ kind: PathKind }>) => boolean) | undefined;
  onCandidates: ((addresses: readonly string[]) => void) | undefined;
  onDatagram: ((flow: number, bytes: Uint8Array) => void) | undefined;
  readonly #logger: Logger;
  readonly #streams: StreamTable;
  readonly #dead = new DeadPaths();
  readonly #datagrams: DatagramQueue;
  readonly #confirmed = new Settlement<void>();
  readonly #closed = new Settlement<SessionEnd>();
  #path: Path | undefined;
  /** Number of the newest path that both sides can know of. */
  #lastPath = 0;
  #candidates: readonly string[] | undefined;
  #graceTimer: Timer | undefined;
  #closing: Closing | undefined;
  #end: SessionEnd | undefined;

  constructor(options: SessionOptions) {
    this.id = options.id;
    this.role = options.role;
    this.clock = options.clock;
    this.#logger = options.logger ?? silentLogger;
    this.limits = completeLimits(options.limits);
    this.#datagrams = new DatagramQueue(options.clock, this.limits.datagramAge);
    this.#streams = new StreamTable({
      role: options.role,
      limits: this.limits,
      clock: options.clock,
      logger: this.#logger,
      wake: () => {
        this.#path?.schedule();
      },
      roundTrip: () => this.#path?.pings.roundTrip.smoothed,
      allowance: (filled) => this.#path?.flight.allowance(filled) ?? 0,
      offer: (stream) => {
        this.onStream?.(stream);
        return this.onStream !== undefined;
      },
    });
  }

  // — Session —

  get confirmed(): Promise<void> {
    return this.#confirmed.promise;
  }

  get closed(): Promise<SessionEnd> {
    return this.#closed.promise;
  }

  open(
    kind: StreamKind,
    params: unknown,
    options: Readonly<{ priority?: StreamPriority; signal?: AbortSignal }> = {},
  ): OutgoingStream {
    const end = this.#end ?? this.#closing?.end;
    if (end !== undefined) throw streamError(end);
    options.signal?.throwIfAborted();
    const stream = this.#streams.open(kind, params, options.priority);
    const handle = new StreamHandle(stream);
    if (options.signal !== undefined) cancelWith(handle, options.signal);
    return handle;
  }

  ping(timeout = 5000): Promise<number> {
    const path = this.#path;
    if (path === undefined)
      return Promise.reject(
        this.#end === undefined ? new LinkError('link.path-lost', 'there is no path now') : streamError(this.#end),
      );
    const answer = path.pings.measure(timeout);
    path.schedule();
    return answer;
  }

  async close(code: string, reason: string): Promise<void> {
    if (this.#end === undefined && this.#closing === undefined) {
      const closing = this.#startClosing({ code, reason, remote: false });
      if (this.#path === undefined) this.#finish(closing.end);
      else {
        closing.timer = this.clock.setTimer(this.limits.closeWait, () => {
          this.#finish(closing.end);
        });
        this.#path.sendLast();
      }
    }
    await this.#closed.promise;
  }

  statistics(): SessionStatistics {
    const roundTrip = this.#path?.pings.roundTrip;
    return {
      bytesSent: this.#streams.sentBytes,
      bytesReceived: this.#streams.receivedBytes,
      streamsOpen: this.#streams.size,
      rtt: roundTrip?.smoothed,
      minRtt: roundTrip?.least,
    };
  }

  // — LinkSession —

  get path(): PathKind | undefined {
    return this.#path?.kind;
  }

  get pathState(): PathState {
    if (this.#path === undefined) return 'lost';
    return this.#path.isConfirmed ? 'up' : 'doubtful';
  }

  async probe(timeout: number): Promise<boolean> {
    const path = this.#path;
    if (path === undefined) return false;
    const answer = path.pings.measure(timeout);
    path.schedule();
    const answered = await answer.then(
      () => true,
      () => false,
    );
    if (answered || path !== this.#path) return this.#path !== undefined;
    path.fail(new LinkError('link.path-lost', 'the other side does not answer'));
    return false;
  }

  sendCandidates(addresses: readonly string[]): void {
    if (addresses.length > FIELD.candidates) throw new RangeError('too many candidates');
    this.#candidates = addresses;
    this.#path?.schedule();
  }

  attachPath(path: LinkPath): void {
    if (this.#end !== undefined) {
      path.channel.destroy();
      return;
    }
    this.#replacePath();
    if (this.#dead.tooMany) {
      path.channel.destroy();
      this.#finish({ code: 'link.path-lost', reason: 'too many paths were lost without a word', remote: false });
      return;
    }
    this.#graceTimer?.cancel();
    this.#graceTimer = undefined;
    if (this.role === 'initiator') this.#lastPath += 1;
    this.#path = new Path(path, this, this.role === 'initiator' ? this.#lastPath : undefined);
    this.#path.start();
  }

  sendDatagram(flow: number, bytes: Uint8Array): boolean {
    if (this.#path === undefined || this.#closing !== undefined) return false;
    if (!this.#datagrams.add(flow, bytes)) return false;
    this.#path.schedule();
    return true;
  }

  // — PathOwner —

  get interactive(): boolean {
    return this.#streams.interactive;
  }

  get queuedBytes(): number {
    return this.#streams.queuedBytes;
  }

  get waiting(): boolean {
    return this.#streams.waiting;
  }

  /** Strict order: the end, what settles old paths, credit and control of streams, datagrams, data. */
  fill(record: RecordBuffer, frames: Retained[]): void {
    if (this.#end !== undefined) return;
    if (this.#closing !== undefined) {
      this.#fillClose(this.#closing, record, frames);
      return;
    }
    this.#dead.fill(record, frames);
    if (this.#candidates !== undefined && record.put(encodeFrame({ type: 'candidates', addresses: this.#candidates })))
      this.#candidates = undefined;
    if (this.#dead.unsettled || !this.#streams.fillControl(record, frames)) return;
    this.#datagrams.writeTo(record);
    this.#streams.fillData(record, frames);
  }

  receive(frame: Frame, path: Path): void {
    switch (frame.type) {
      case 'ping':
      case 'pong':
        return;
      case 'candidates':
        this.onCandidates?.(frame.addresses);
        return;
      case 'path':
        this.#namePath(path, frame.path);
        return;
      case 'ack':
        this.#receiveAcknowledgement(path, frame.path, frame.record);
        return;
      case 'abandon':
        this.#receiveAbandon(path, frame.path, frame.record);
        return;
      case 'datagram':
        this.#receiveDatagram(frame.flow, frame.bytes);
        return;
      case 'close':
        this.#logger.debug('the other side closed the session', { session: this.id, code: frame.code });
        this.#finish({ code: frame.code, reason: frame.reason, remote: true });
        return;
      default:
        if (this.#closing === undefined) this.#streams.receive(frame);
    }
  }

  pathConfirmed(path: Path): void {
    this.#confirmed.resolve();
    if (path === this.#path) this.onPath?.({ type: 'up', kind: path.kind });
    path.schedule();
  }

  pathLost(path: Path, error: ClawReachError): void {
    if (path !== this.#path) return;
    this.#path = undefined;
    this.#bury(path);
    this.#logger.info('path lost', { session: this.id, kind: path.kind, code: error.code, reason: error.message });
    if (this.#closing !== undefined) this.#finish(this.#closing.end);
    else if (this.limits.pathLossGrace <= 0 || this.#dead.tooMany || !this.#confirmed.settled)
      this.#finish({ code: error.code, reason: error.message, remote: false });
    else this.#awaitPath(error);
  }

  pathViolated(path: Path, error: ClawReachError): void {
    if (this.#end !== undefined) return;
    this.#logger.warn('the session ends', { session: this.id, code: error.code, reason: error.message });
    const end: SessionEnd = { code: error.code, reason: error.message, remote: false };
    if (this.#closing === undefined) this.#startClosing(end);
    path.sendLast();
    this.#finish(end);
  }

  // — paths —

  #replacePath(): void {
    const earlier = this.#path;
    if (earlier === undefined) return;
    this.#path = undefined;
    earlier.dispose();
    earlier.destroyChannel();
    this.#bury(earlier);
  }

  #bury(path: Path): void {
    if (path.id !== undefined) this.#dead.add(path.id, path.sent, path.processed);
  }

  #awaitPath(error: ClawReachError): void {
    this.#graceTimer?.cancel();
    const { pathLossGrace } = this.limits;
    const idleGrace = Math.min(this.limits.idleGrace, pathLossGrace);
    const end = (): void => {
      this.#finish({ code: 'link.path-lost', reason: error.message, remote: false });
    };
    this.#graceTimer = this.clock.setTimer(this.#streams.size > 0 ? pathLossGrace : idleGrace, () => {
      if (this.#streams.size === 0 || pathLossGrace === idleGrace) end();
      else this.#graceTimer = this.clock.setTimer(pathLossGrace - idleGrace, end);
    });
    this.onPath?.({ type: 'lost', error });
  }

  /** The initiator's number for a path; those between were never heard of here, so nothing of them was processed. */
  #namePath(path: Path, id: number): void {
    const skipped = id - this.#lastPath - 1;
    if (this.role === 'initiator' || path.id !== undefined || skipped < 0 || skipped > MOST_SKIPPED_PATHS)
      throw new LinkError('link.path', 'a path was named wrongly');
    for (let unknown = this.#lastPath + 1; unknown < id; unknown += 1) this.#dead.addUnknown(unknown);
    this.#lastPath = id;
    path.id = id;
    path.schedule();
  }

  #receiveAcknowledgement(path: Path, id: number, record: number): void {
    this.#checkPathNumber(id);
    if (id !== path.id) {
      this.#dead.acknowledge(id, record);
      return;
    }
    path.sent.acknowledge(record);
    path.flight.acknowledged(record);
    if (this.#streams.waiting) path.schedule();
  }

  #receiveAbandon(path: Path, id: number, record: number): void {
    this.#checkPathNumber(id);
    if (id === path.id) throw new LinkError('link.path', 'the path in use was abandoned');
    this.#dead.settle(id, record);
    path.schedule();
  }

  #checkPathNumber(id: number): void {
    if (id < 1 || id > this.#lastPath) throw new LinkError('link.path', 'a path that does not exist');
  }

  // — datagrams —

  #receiveDatagram(flow: number, bytes: Uint8Array): void {
    try {
      this.onDatagram?.(flow, bytes.slice());
    } catch (error) {
      this.#logger.error('taking a datagram failed', { session: this.id, reason: errorMessage(error) });
    }
  }

  // — the end —

  #startClosing(end: SessionEnd): Closing {
    const frame = encodeFrame({
      type: 'close',
      code: clipText(end.code, FIELD.closeCode),
      reason: clipText(end.reason, FIELD.closeReason),
    });
    this.#closing = { frame, end, timer: undefined, queued: true };
    this.#streams.fail(streamError(end));
    return this.#closing;
  }

  #fillClose(closing: Closing, record: RecordBuffer, frames: Retained[]): void {
    if (!closing.queued || !record.put(closing.frame)) return;
    closing.queued = false;
    frames.push({
      acknowledged: () => {
        this.#finish(closing.end);
      },
      lost: () => undefined,
    });
  }

  #finish(end: SessionEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#closing?.timer?.cancel();
    this.#graceTimer?.cancel();
    const path = this.#path;
    this.#path = undefined;
    if (end.remote) path?.finish(streamError(end));
    else {
      path?.dispose(streamError(end));
      path?.closeChannel();
    }
    this.#streams.fail(streamError(end));
    this.#dead.clear();
    this.#datagrams.clear();
    if (!this.#confirmed.settled) this.#confirmed.reject(streamError(end));
    this.#closed.resolve(end);
  }
}

/** What streams and calls of an ended session report: why, where it was not meant to end, else `link.closed`. */
function streamError(end: SessionEnd): LinkError {
  const details = { code: end.code, reason: end.reason, remote: end.remote };
  if (!end.remote && end.code.startsWith('link.')) return new LinkError(end.code, end.reason, { details });
  return new LinkError('link.closed', `the session is closed: ${end.reason}`, { details });
}

function cancelWith(stream: OutgoingStream, signal: AbortSignal): void {
  const cancel = (): void => {
    stream.reset(0);
  };
  signal.addEventListener('abort', cancel, { once: true });
  void stream.closed.then(() => {
    signal.removeEventListener('abort', cancel);
  });
}
