import type { Clock, Timer } from '../clock.ts';
import { errorCode, errorMessage } from '../errors.ts';
import type { ClawReachError } from '../errors.ts';
import { silentLogger } from '../logger.ts';
import type { Logger } from '../logger.ts';
import { Candidates, isCandidate } from './candidates.ts';
import { clipText } from './clip-text.ts';
import { DatagramQueue } from './datagram-queue.ts';
import { LinkError } from './errors.ts';
import { encodeFrame } from './frame-encoder.ts';
import { FrameSource } from './frame-source.ts';
import { FIELD } from './frames.ts';
import { completeLimits } from './limits.ts';
import type { LinkLimits } from './limits.ts';
import { DeadPaths, Paths } from './paths/index.ts';
import type { PathlessFrame, PathSetEvents } from './paths/index.ts';
import type { LinkPath, LinkSession, PathEvent, PathState, PathTraffic, SessionOptions } from './session-types.ts';
import { LazyPromise } from './lazy-promise.ts';
import { cancelWith, StreamHandle, StreamTable } from './streams/index.ts';
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

/**
 * Creates a session after a handshake; the caller then attaches the path. A session sends and receives records of its paths, sets timers of the given
 * clock, and touches nothing else. Used by the agent's links module.
 * @throws {RangeError} for limits that contradict each other
 */
export function createSession(options: SessionOptions): LinkSession {
  return new LinkSessionState(options);
}

type Closing = { readonly end: SessionEnd; timer: Timer | undefined };

/** State of a session from its creation to its end. `StreamTable` has its streams, `Paths` its paths. */
class LinkSessionState implements LinkSession, PathSetEvents {
  readonly id: string;
  readonly role: SessionRole;
  readonly limits: LinkLimits;
  readonly clock: Clock;
  onStream: ((stream: IncomingStream) => void) | undefined;
  onPath: ((event: PathEvent) => void) | undefined;
  acceptOffer: ((offer: Readonly<{ kind: PathKind }>) => boolean) | undefined;
  onCandidates: ((addresses: readonly string[]) => void) | undefined;
  onDatagram: ((flow: number, bytes: Uint8Array) => void) | undefined;
  readonly logger: Logger;
  readonly #streams: StreamTable;
  readonly #paths: Paths;
  readonly #datagrams: DatagramQueue;
  readonly #candidates = new Candidates();
  readonly #traffic: PathTraffic = { sent: 0, received: 0 };
  readonly #frames: FrameSource;
  readonly #confirmed = new LazyPromise<void>();
  readonly #closed = new LazyPromise<SessionEnd>();
  #closing: Closing | undefined;
  #end: SessionEnd | undefined;

  constructor(options: SessionOptions) {
    this.id = options.id;
    this.role = options.role;
    this.clock = options.clock;
    this.logger = options.logger ?? silentLogger;
    this.limits = completeLimits(options.limits);
    this.#datagrams = new DatagramQueue(options.clock, this.limits);
    const allowance = (filled: number): number => this.#paths.current?.flight.allowance(filled) ?? 0;
    this.#streams = new StreamTable({
      role: options.role,
      limits: this.limits,
      clock: options.clock,
      logger: this.logger,
      wake: () => {
        this.#paths.current?.schedule();
      },
      began: () => {
        this.#paths.current?.activate();
      },
      roundTrip: () => this.#paths.current?.pings.roundTrip.smoothed,
      allowance,
      offer: (stream) => {
        this.onStream?.(stream);
        return this.onStream !== undefined;
      },
    });
    const deadPaths = new DeadPaths();
    this.#frames = new FrameSource({
      role: options.role,
      streams: this.#streams,
      datagrams: this.#datagrams,
      candidates: this.#candidates,
      deadPaths,
      allowance,
    });
    this.#paths = new Paths({
      id: options.id,
      role: options.role,
      limits: this.limits,
      clock: options.clock,
      logger: this.logger,
      source: this.#frames,
      traffic: this.#traffic,
      deadPaths,
      events: this,
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

  async ping(timeout = 5000): Promise<number> {
    const started = this.clock.monotonic();
    for (;;) {
      const path = this.#paths.current;
      if (path === undefined)
        throw this.#end === undefined
          ? new LinkError('link.path-lost', 'there is no path now')
          : streamError(this.#end);
      const answer = path.pings.measure(Math.max(0, started + timeout - this.clock.monotonic()));
      path.schedule();
      try {
        return await answer;
      } catch (error) {
        // Another path came into use before the answer.
        if (errorCode(error) !== 'link.path-lost' || this.#paths.current === path) throw error;
      }
    }
  }

  async close(code: string, reason: string, here = code): Promise<void> {
    if (this.#end === undefined && this.#closing === undefined) {
      const closing = this.#startClosing({ code: here, reason, remote: false }, code);
      const path = this.#paths.current;
      if (path === undefined) this.#finish(closing.end);
      else {
        closing.timer = this.clock.setTimer(this.limits.closeWait, () => {
          this.#finish(closing.end);
        });
        path.sendLast();
      }
    }
    await this.#closed.promise;
  }

  statistics(): SessionStatistics {
    const roundTrip = this.#paths.current?.pings.roundTrip;
    return {
      bytesSent: this.#streams.sentBytes,
      bytesReceived: this.#streams.receivedBytes,
      sealedSent: this.#traffic.sent,
      sealedReceived: this.#traffic.received,
      streamsOpen: this.#streams.size,
      bytesRetained: this.#streams.retainedBytes,
      pathsRemembered: this.#paths.remembered,
      datagramsDropped: this.#datagrams.dropped,
      rtt: roundTrip?.smoothed,
      minRtt: roundTrip?.least,
      recentRtt: this.#paths.current?.pings.recent,
      answeredAt: this.#paths.answeredAt,
      silence: this.#paths.current?.silence,
    };
  }

  // — LinkSession —

  get path(): PathKind | undefined {
    return this.#paths.current?.kind;
  }

  get pathState(): PathState {
    return this.#paths.state;
  }

  attachPath(path: LinkPath): (reason: string) => void {
    if (this.#end === undefined && this.#closing === undefined) return this.#paths.attach(path);
    path.channel.destroy();
    path.settled?.(false);
    return () => undefined;
  }

  async probe(timeout: number): Promise<boolean> {
    const path = this.#paths.current;
    if (path === undefined) return false;
    if (await path.answers(timeout)) return true;
    if (path === this.#paths.current) path.fail('the other side does not answer');
    return this.#paths.state === 'up';
  }

  sendCandidates(addresses: readonly string[]): void {
    this.#candidates.set(addresses);
    this.#paths.current?.schedule();
  }

  sendDatagram(flow: number, bytes: Uint8Array, head?: Uint8Array): boolean {
    const path = this.#paths.current;
    if (path === undefined || this.#closing !== undefined) return false;
    if (!this.#datagrams.add(flow, bytes, head)) return false;
    path.schedule();
    return true;
  }

  // — PathSetEvents —

  get closing(): boolean {
    return this.#closing !== undefined;
  }

  receive(frame: PathlessFrame): void {
    switch (frame.type) {
      case 'candidates':
        this.#call('candidates', () => this.onCandidates?.(frame.addresses.filter(isCandidate)));
        return;
      case 'datagram':
        this.#call('a datagram', () => this.onDatagram?.(frame.flow, frame.bytes));
        return;
      case 'close':
        this.logger.debug('the other side closed the session', { session: this.id, code: frame.code });
        this.#finish({ code: frame.code, reason: frame.reason, remote: true });
        return;
      default:
        if (this.#closing === undefined) this.#streams.receive(frame);
    }
  }

  proved(): void {
    this.#confirmed.resolve();
  }

  accepts(kind: PathKind): boolean {
    return this.#call('an offered path', () => this.acceptOffer?.({ kind })) ?? false;
  }

  pathChanged(event: PathEvent): void {
    // The next path comes too late for them.
    if (event.type === 'lost') this.#datagrams.clear();
    this.#call('the news of a path', () => this.onPath?.(event));
  }

  pathless(error: ClawReachError): void {
    this.#finish(this.#closing?.end ?? { code: error.code, reason: error.message, remote: false });
  }

  violated(error: ClawReachError): void {
    if (this.#end !== undefined) return;
    this.logger.warn('the session ends', { session: this.id, code: error.code, reason: error.message });
    const end: SessionEnd = { code: error.code, reason: error.message, remote: false };
    if (this.#closing === undefined) this.#startClosing(end);
    this.#paths.current?.sendLast();
    this.#finish(end);
  }

  /** Calls a handler of the owner. An error in it is logged and doesn't end the session. */
  #call<T>(what: string, run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      this.logger.error(`taking ${what} failed`, { session: this.id, reason: errorMessage(error) });
      return undefined;
    }
  }

  // — the end —

  /** @param code code that the other side gets */
  #startClosing(end: SessionEnd, code = end.code): Closing {
    const frame = encodeFrame({
      type: 'close',
      code: clipText(code, FIELD.closeCode),
      reason: clipText(end.reason, FIELD.closeReason),
    });
    const closing: Closing = { end, timer: undefined };
    this.#closing = closing;
    this.#frames.close(frame, () => {
      this.#finish(end);
    });
    this.#streams.fail(streamError(end));
    return closing;
  }

  #finish(end: SessionEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#closing?.timer?.cancel();
    const path = this.#paths.current;
    this.#frames.end();
    this.#paths.end();
    if (end.remote) path?.finish(streamError(end));
    else {
      path?.dispose(streamError(end));
      path?.closeChannel();
    }
    this.#streams.fail(streamError(end));
    this.#datagrams.clear();
    if (!this.#confirmed.settled) this.#confirmed.reject(streamError(end));
    this.#closed.resolve(end);
  }
}

/**
 * Returns the error for streams and calls of a session that has ended: the reason of the end if it was a failure, `link.closed` if it was intended.
 */
function streamError(end: SessionEnd): LinkError {
  const details = { code: end.code, reason: end.reason, remote: end.remote };
  if (!end.remote && end.code.startsWith('link.')) return new LinkError(end.code, end.reason, { details });
  return new LinkError('link.closed', `the session is closed: ${end.reason}`, { details });
}
