import type { Clock, Timer } from '../../clock.ts';
import type { LinkLimits } from '../limits.ts';

/** A path as `PathLiveness` sees it. */
export type Watched = Readonly<{
  clock: Clock;
  limits: LinkLimits;
  /** A stream is open. */
  active(): boolean;
  /** Sends a PING. */
  ask(): void;
  doubtful(doubtful: boolean): void;
  dead(): void;
}>;

/**
 * Watches whether the other side answers on a path in use. A question is a PING or a record that is to be acknowledged. A path is doubtful
 * when nothing was answered for `doubtfulAfter` ms while questions were open, and dead after `lostAfter` more. Hearing something else does
 * not help: a path may be alive in one direction only. A PING follows after `activePing` ms without an answer while a stream is open, and
 * after `keepAlive` otherwise.
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

  /** Time of the other side's last answer, or of the path's creation, monotonic. */
  get answeredAt(): number {
    return this.#answeredAt;
  }

  /** Time since when pings or records have gone without any answer, monotonic; undefined while none is open. */
  get openSince(): number | undefined {
    return this.#openSince;
  }

  /** Starts watching, as the path is in use now. */
  begin(): void {
    this.#quietSince = this.#path.clock.monotonic();
    this.#timer ??= this.#path.clock.setTimer(this.#wait(this.#quietSince), this.#tick);
  }

  /** Switches to short intervals because the first stream was opened. */
  activate(): void {
    if (this.#timer === undefined) return;
    this.#quietSince = this.#path.clock.monotonic();
    this.#schedule();
  }

  end(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  asked(): void {
    if (this.#openSince !== undefined) return;
    this.#openSince = this.#path.clock.monotonic();
    // With a stream open the next look is near.
    if (!this.#path.active()) this.#schedule();
  }

  /** @param more questions are open still */
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
