import type { Clock, Timer } from '../../clock.ts';
import type { LinkLimits } from '../limits.ts';

/** Path that a `PathLiveness` watches. */
export type Watched = Readonly<{
  clock: Clock;
  limits: LinkLimits;
  /** Reports whether a stream is open. */
  active(): boolean;
  /** Sends a PING. */
  ask(): void;
  /** Called when the path becomes doubtful, or answers again. */
  doubtful(doubtful: boolean): void;
  /** Called when the path is lost. */
  dead(): void;
}>;

/**
 * Watches if the other side answers on the path in use. A PING or a record that needs an acknowledgement counts as a question. A path is doubtful if
 * questions were open and none was answered for `doubtfulAfter` ms, and dead `lostAfter` ms later. Other received records don't count, because a path
 * may work in one direction only. Sends a PING after `activePing` ms without an answer while a stream is open, and otherwise after `keepAlive`. Sets
 * one timer.
 */
export class PathLiveness {
  readonly #path: Watched;
  #timer: Timer | undefined;
  /** Time since when pings or records have gone without any answer. */
  #openSince: number | undefined;
  #answeredAt: number;
  /** Time of the last answer, or of the start of close watching. */
  #quietSince: number;
  #doubtfulAt: number | undefined;

  constructor(path: Watched) {
    this.#path = path;
    this.#answeredAt = path.clock.monotonic();
    this.#quietSince = this.#answeredAt;
  }

  /** Monotonic time of the other side's last answer, or of the path's creation, ms. */
  get answeredAt(): number {
    return this.#answeredAt;
  }

  /** Monotonic time since which no question has been answered, ms; undefined if none is open. */
  get openSince(): number | undefined {
    return this.#openSince;
  }

  /** Starts to watch, because the path is now in use. */
  begin(): void {
    this.#quietSince = this.#path.clock.monotonic();
    this.#timer ??= this.#path.clock.setTimer(this.#wait(this.#quietSince), this.#tick);
  }

  /** Switches to short intervals, because the first stream was opened. */
  activate(): void {
    if (this.#timer === undefined) return;
    this.#quietSince = this.#path.clock.monotonic();
    this.#schedule();
  }

  end(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Notes that a question was sent. */
  asked(): void {
    if (this.#openSince !== undefined) return;
    this.#openSince = this.#path.clock.monotonic();
    // With a stream open the next look is near.
    if (!this.#path.active()) this.#schedule();
  }

  /** Notes an answer. @param more true if other questions are open */
  answered(more: boolean): void {
    const wasOpen = this.#openSince !== undefined;
    this.#answeredAt = this.#path.clock.monotonic();
    this.#quietSince = this.#answeredAt;
    this.#openSince = more ? this.#answeredAt : undefined;
    if (this.#doubtfulAt === undefined) {
      if (wasOpen && !more && !this.#path.active()) this.#schedule();
      return;
    }
    this.#doubtfulAt = undefined;
    this.#schedule();
    this.#path.doubtful(false);
  }

  #schedule(): void {
    if (this.#timer === undefined) return;
    this.#timer.cancel();
    this.#timer = this.#path.clock.setTimer(this.#wait(this.#path.clock.monotonic()), this.#tick);
  }

  get #closely(): boolean {
    return this.#path.active() || this.#openSince !== undefined || this.#doubtfulAt !== undefined;
  }

  /** Returns the time until the next check, ms. */
  #wait(now: number): number {
    const { activePing, keepAlive } = this.#path.limits;
    if (!this.#closely) return keepAlive;
    // A timer may be late: what is due has passed then.
    const left = Math.max(0, this.#due - now);
    // An answer that comes meanwhile makes the next PING due earlier.
    return this.#doubtfulAt === undefined && this.#path.active() ? Math.min(left, activePing) : left;
  }

  /** Time at which the current silence has consequences, monotonic. */
  get #due(): number {
    const { activePing, doubtfulAfter, lostAfter } = this.#path.limits;
    if (this.#doubtfulAt !== undefined) return this.#doubtfulAt + lostAfter;
    return this.#openSince === undefined ? this.#quietSince + activePing : this.#openSince + doubtfulAfter;
  }

  readonly #tick = (): void => {
    const now = this.#path.clock.monotonic();
    if (!this.#closely) this.#ask();
    else if (!this.#lookClosely(now)) {
      this.#path.dead();
      return;
    }
    this.#schedule();
  };

  #lookClosely(now: number): boolean {
    const { activePing, doubtfulAfter, lostAfter } = this.#path.limits;
    if (this.#doubtfulAt !== undefined) return now - this.#doubtfulAt < lostAfter;
    if (this.#openSince === undefined) {
      if (now - this.#quietSince >= activePing) this.#ask();
    } else if (now - this.#openSince >= doubtfulAfter) {
      this.#doubtfulAt = now;
      this.#path.doubtful(true);
    }
    return true;
  }

  #ask(): void {
    this.asked();
    this.#path.ask();
  }
}
