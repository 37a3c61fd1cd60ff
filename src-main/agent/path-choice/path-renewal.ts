import type { Clock } from '#shared/clock.ts';
import type { SessionRole } from '#shared/link/index.ts';
import { CHOICE_LIMITS } from './limits.ts';

/**
 * When the path in use is to be replaced by a new one of its kind, so that no keys serve for ever (PROTOCOL section 5.1, Renewal). The
 * session's initiator does it; the responder only where the initiator has not, as it may be the one that has a way.
 */
export class PathRenewal {
  readonly #clock: Clock;
  readonly #role: SessionRole;
  /** Monotonic; of the path in use. */
  #madeAt: number | undefined;
  #dueAt = Infinity;

  constructor(clock: Clock, role: SessionRole) {
    this.#clock = clock;
    this.#role = role;
  }

  /** A new path is in use. */
  begin(): void {
    const { renewAfter, renewResponderDelay } = CHOICE_LIMITS;
    this.#madeAt = this.#clock.monotonic();
    this.#dueAt = this.#madeAt + renewAfter + (this.#role === 'responder' ? renewResponderDelay : 0);
  }

  /** There is no path. */
  end(): void {
    this.#madeAt = undefined;
    this.#dueAt = Infinity;
  }

  /** The machine slept: its memory may have been where it should not. */
  woke(): void {
    if (this.#role === 'initiator') this.#bring(this.#clock.monotonic() + CHOICE_LIMITS.renewAfterWake);
  }

  /** A new path did not come about; the one in use stays. */
  failed(): void {
    const now = this.#clock.monotonic();
    if (this.#dueAt <= now) this.#dueAt = now + CHOICE_LIMITS.renewRetry;
  }

  /** Monotonic; Infinity without a path. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** The path in use has served its time, whoever replaces it. */
  get isOld(): boolean {
    return this.#madeAt !== undefined && this.#clock.monotonic() - this.#madeAt >= CHOICE_LIMITS.renewAfter;
  }

  /** True once the path in use is to be replaced: it has served its time, or this machine woke. */
  get isDue(): boolean {
    return this.isOld || this.#clock.monotonic() >= this.#dueAt;
  }

  #bring(at: number): void {
    if (this.#madeAt !== undefined) this.#dueAt = Math.min(this.#dueAt, at);
  }
}
