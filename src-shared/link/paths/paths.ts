import type { Clock, Timer } from '../../clock.ts';
import type { ClawReachError } from '../../errors.ts';
import { MOST_DEAD_PATHS } from './dead-paths.ts';
import type { DeadPaths } from './dead-paths.ts';
import { LinkError } from '../errors.ts';
import type { FrameSource } from '../frame-source.ts';
import type { Frame } from '../frames.ts';
import type { LinkLimits } from '../limits.ts';
import type { Logger } from '../../logger.ts';
import { Path } from './path.ts';
import type { PathEvents } from './path.ts';
import { compareRoundTrips } from './compare-round-trips.ts';
import type { LinkPath, PathEvent, PathState, PathTraffic } from '../session-types.ts';
import type { PathKind, SessionRole } from '../types.ts';

/** Maximum number of unconfirmed paths that the other side dialed; the oldest is dropped. */
const MOST_OFFERS = 2;

/** Frame that doesn't concern paths. */
export type PathlessFrame = Exclude<Frame, { type: 'ping' | 'pong' | 'path' | 'ack' | 'abandon' }>;

/** Events of a session's paths, handled by the session. */
export interface PathSetEvents {
  /** True once the session has sent CLOSE. */
  readonly closing: boolean;
  /** @throws {LinkError} if the frame violates the protocol */
  receive(frame: PathlessFrame): void;
  /** Called on the initiator: returns whether a path that the responder dialed should replace a working one. */
  accepts(kind: PathKind): boolean;
  /** A record of the other side has authenticated. */
  proved(): void;
  /** Another path is in use, or the path in use changed its state. */
  pathChanged(event: PathEvent): void;
  /** There is no path, and the session doesn't wait for another. */
  pathless(error: ClawReachError): void;
  /** The other side violated the protocol. */
  violated(error: ClawReachError): void;
}

/** Options of `Paths`. */
export type PathsOptions = Readonly<{
  /** Session ID, for the log. */
  id: string;
  role: SessionRole;
  limits: LinkLimits;
  clock: Clock;
  logger: Logger;
  source: FrameSource;
  /** Counts what all paths carry. */
  traffic: PathTraffic;
  deadPaths: DeadPaths;
  events: PathSetEvents;
}>;

/**
 * Set of the paths of a session: one in use, others on trial or offered, and dead ones that are not settled. The initiator decides which path is used
 * and numbers them (PROTOCOL section 5.1). Closes the channels of paths that are given up; sets timers for the time without a path.
 */
export class Paths implements PathEvents {
  readonly #options: PathsOptions;
  readonly #events: PathSetEvents;
  readonly #dead: DeadPaths;
  /** Paths not in use yet, oldest first: on trial by this side, or dialed by the other. */
  readonly #offers = new Set<Path>();
  /** Offers that are being measured. */
  readonly #compared = new WeakSet<Path>();
  #current: Path | undefined;
  /** The previous path, given up here; the other side may not know yet and must not take its end for a loss. */
  #former: Path | undefined;
  /** Number of the newest path that both sides can know of. */
  #last = 0;
  #everConfirmed = false;
  #doubtful = false;
  #answeredAt: number | undefined;
  /** Time since when no path has answered, and the error. */
  #lost: Readonly<{ at: number; error: ClawReachError }> | undefined;
  #graceTimer: Timer | undefined;
  #ended = false;

  constructor(options: PathsOptions) {
    this.#options = options;
    this.#events = options.events;
    this.#dead = options.deadPaths;
  }

  /** Path in use; undefined without one. */
  get current(): Path | undefined {
    return this.#current;
  }

  /** Monotonic time of the other side's last answer on a path in use, ms; undefined before the first. */
  get answeredAt(): number | undefined {
    if (this.#current?.isConfirmed === true) this.#answeredAt = this.#current.answeredAt;
    return this.#answeredAt;
  }

  get state(): PathState {
    if (this.#current === undefined) return 'lost';
    return this.#current.isConfirmed && !this.#doubtful ? 'up' : 'doubtful';
  }

  /** Number of paths that are not in use and not forgotten. */
  get remembered(): number {
    return this.#offers.size + this.#dead.size + (this.#former === undefined ? 0 : 1);
  }

  /**
   * Adds a path whose handshake is complete.
   * @returns function that ends the path
   */
  attach(link: LinkPath): (reason: string) => void {
    const { limits, clock, source, traffic } = this.#options;
    const path = new Path(link, { limits, clock, source, traffic, events: this });
    if (this.#initiator && link.dialed && this.#current === undefined) this.#use(path);
    else this.#offer(path);
    path.start();
    return (reason) => {
      path.fail(reason);
      // If the path was given up before, its channel may still be open so that the other side can read the rest.
      path.destroyChannel();
    };
  }

  /** Closes all paths, because the session has ended. The session handles the path in use. */
  end(): void {
    this.#ended = true;
    this.#graceTimer?.cancel();
    for (const path of this.#offers) give(path);
    this.#offers.clear();
    this.#former?.destroyChannel();
    this.#former = undefined;
    if (this.#current?.isConfirmed === true) this.#answeredAt = this.#current.answeredAt;
    this.#current = undefined;
    this.#dead.clear();
  }

  // — PathEvents —

  receive(frame: Frame, path: Path): void {
    switch (frame.type) {
      case 'ping':
      case 'pong':
        return;
      case 'path':
        this.#receivePath(path, frame.path);
        return;
      case 'ack':
        this.#checkNumber(frame.path);
        if (frame.path === path.id) path.acknowledge(frame.record);
        else this.#dead.acknowledge(frame.path, frame.record);
        if (this.#options.source.waiting) path.schedule();
        return;
      case 'abandon':
        this.#receiveAbandon(path, frame.path, frame.record);
        return;
      default:
        this.#events.receive(frame);
    }
  }

  pathConfirmed(path: Path): void {
    this.#everConfirmed = true;
    this.#events.proved();
    if (path === this.#current) this.#up(path);
    path.schedule();
  }

  pathProbed(path: Path): void {
    if (this.#initiator) this.#consider(path);
  }

  pathDoubtful(path: Path, doubtful: boolean): void {
    if (path !== this.#current || doubtful === this.#doubtful) return;
    this.#doubtful = doubtful;
    this.#events.pathChanged({ type: doubtful ? 'doubtful' : 'clear' });
    if (doubtful) this.#reconsider();
  }

  pathLost(path: Path, error: ClawReachError): void {
    const used = path === this.#current;
    if (!used && !this.#offers.delete(path)) return;
    if (used) {
      if (path.isConfirmed) this.#answeredAt = path.answeredAt;
      this.#current = undefined;
      this.#retire(path);
      this.#log('path lost', path, error);
      this.#former?.destroyChannel();
      this.#former = undefined;
    } else this.#log('a path came to nothing', path, error);
    if (this.#current === undefined && !this.#ended) this.#goOn(error, used);
  }

  pathViolated(_path: Path, error: ClawReachError): void {
    this.#events.violated(error);
  }

  // — which path is used —

  get #initiator(): boolean {
    return this.#options.role === 'initiator';
  }

  #offer(path: Path): void {
    const alike = [...this.#offers].filter((other) => other.dialed === path.dialed);
    this.#offers.add(path);
    if (alike.length < MOST_OFFERS) return;
    const weakest = alike.find((other) => !other.isConfirmed) ?? alike[0];
    weakest?.fail('a newer path took its place before it had proved itself');
  }

  /** Decides, as initiator, after a path not in use has been heard of or the one in use has changed state. */
  #consider(path: Path): void {
    const current = this.#current;
    if (!this.#offers.has(path) || !path.isConfirmed) return;
    if (current !== undefined && path.dialed && path.isCompared && current.isConfirmed && !this.#doubtful) {
      void this.#compare(path, current);
      return;
    }
    if (current === undefined || path.dialed || this.#doubtful) {
      this.#use(path);
      return;
    }
    // The path in use is new; its confirmation or failure decides.
    if (!current.isConfirmed) return;
    if (this.#events.accepts(path.kind)) this.#use(path);
    else this.#refuse(path);
  }

  #refuse(path: Path): void {
    this.#offers.delete(path);
    give(path);
  }

  /** Measures a path dialed by this side beside the one in use, which stays in use meanwhile. */
  async #compare(path: Path, used: Path): Promise<void> {
    if (this.#compared.has(path)) return;
    this.#compared.add(path);
    const times = await compareRoundTrips(path, used, this.#options.clock);
    this.#compared.delete(path);
    // Meanwhile the tried path may have come into use or ended, or another path may be in use.
    if (!this.#offers.has(path)) return;
    if (used !== this.#current) this.#consider(path);
    else if (times !== undefined && path.isPreferred(times)) this.#use(path);
    else this.#refuse(path);
  }

  #reconsider(): void {
    if (this.#initiator) for (const path of this.#offers) this.#consider(path);
  }

  #use(path: Path): void {
    this.#offers.delete(path);
    const former = this.#current;
    this.#current = path;
    if (former !== undefined) {
      former.dispose();
      this.#retire(former);
      this.#former?.destroyChannel();
      this.#former = former;
    }
    if (this.#initiator) this.#last += 1;
    this.#doubtful = false;
    path.use(this.#last, this.#initiator);
    // A peer that changes paths without settling any could otherwise fill the memory.
    if (this.#dead.tooMany) this.#events.violated(new LinkError('link.path', 'too many paths are not settled'));
    else if (path.isConfirmed) this.#up(path);
  }

  #up(path: Path): void {
    this.#doubtful = false;
    this.#lost = undefined;
    this.#graceTimer?.cancel();
    this.#graceTimer = undefined;
    this.#events.pathChanged({ type: 'up', kind: path.kind });
    this.#reconsider();
  }

  #retire(path: Path): void {
    const ordered = this.#options.source.takeStreamsSent();
    if (path.id !== undefined) this.#dead.add(path.id, path.sent, path.processed, ordered);
  }

  // — without a path —

  /**
   * Continues without a path: with another one available, by waiting for one, or with the session's end.
   * @param used one was in use until now
   */
  #goOn(error: ClawReachError, used: boolean): void {
    if (this.#events.closing || this.#dead.tooMany) {
      this.#events.pathless(error);
      return;
    }
    const waits = this.#everConfirmed && this.#options.limits.pathLossGrace > 0;
    if (waits) this.#wait(error, used);
    if (this.#current !== undefined || this.#ended) return;
    const offers = [...this.#offers];
    const next = offers.find((path) => path.isConfirmed) ?? offers.find((path) => path.dialed);
    if (this.#initiator && next !== undefined) this.#use(next);
    else if (offers.length === 0 && !waits) this.#events.pathless(error);
    else for (const path of offers) if (path.dialed) path.probe();
  }

  /** Waits for another path; the time counts from the last one that answered. */
  #wait(error: ClawReachError, used: boolean): void {
    this.#doubtful = false;
    this.#lost ??= { at: this.#options.clock.monotonic(), error };
    this.#graceTimer ??= this.#options.clock.setTimer(this.#grace, this.#checkGrace);
    if (used) this.#events.pathChanged({ type: 'lost', error });
  }

  get #grace(): number {
    const { idleGrace, pathLossGrace } = this.#options.limits;
    return this.#options.source.hasStreams ? pathLossGrace : Math.min(idleGrace, pathLossGrace);
  }

  readonly #checkGrace = (): void => {
    this.#graceTimer = undefined;
    if (this.#lost === undefined) return;
    const left = this.#lost.at + this.#grace - this.#options.clock.monotonic();
    if (left <= 0) this.#events.pathless(new LinkError('link.path-lost', this.#lost.error.message));
    else this.#graceTimer = this.#options.clock.setTimer(left, this.#checkGrace);
  };

  // — frames —

  /**
   * Handles PATH: the initiator takes a path into use. This side never saw the numbers skipped, so it processed nothing
   * on them.
   */
  #receivePath(path: Path, id: number): void {
    const skipped = id - this.#last - 1;
    if (this.#initiator || path.id !== undefined || id < 1 || skipped > MOST_DEAD_PATHS)
      throw new LinkError('link.path', 'a path was named wrongly');
    if (skipped < 0) {
      path.fail('a later path has overtaken this one');
      return;
    }
    for (let unknown = this.#last + 1; unknown < id; unknown += 1) this.#dead.addUnknown(unknown);
    this.#last = id;
    this.#use(path);
    this.#former?.destroyChannel();
    this.#former = undefined;
  }

  #receiveAbandon(path: Path, id: number, record: number): void {
    this.#checkNumber(id);
    if (id === path.id || (path.id === undefined && !this.#initiator))
      throw new LinkError('link.path', 'a path was abandoned where it cannot be');
    // The frame came on another path: the other side has lost the path in use.
    if (id === this.#current?.id) this.#current.fail('the other side has lost the path');
    this.#dead.settle(id, record);
    if (id === this.#former?.id) {
      this.#former.destroyChannel();
      this.#former = undefined;
    }
    this.#current?.schedule();
  }

  #checkNumber(id: number): void {
    if (id < 1 || id > this.#last) throw new LinkError('link.path', 'a path that does not exist');
  }

  #log(text: string, path: Path, error: ClawReachError): void {
    const { id, logger } = this.#options;
    logger.info(text, { session: id, kind: path.kind, code: error.code, reason: error.message });
  }
}

/** Closes a path that was never in use. */
function give(path: Path): void {
  path.dispose();
  path.destroyChannel();
}
