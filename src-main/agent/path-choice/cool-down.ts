import type { Clock } from '#shared/clock.ts';
import { CHOICE_LIMITS } from './limits.ts';

/** Keeps a direct path that comes and goes from taking the session with it each time: after each loss it rests a little longer. */
export class CoolDown {
  readonly #clock: Clock;
  #losses = 0;
  #until = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A direct path was lost. @param since when it came into use, monotonic */
  lost(since: number): void {
    const { provenAfter, coolDowns } = CHOICE_LIMITS;
    const now = this.#clock.monotonic();
    if (now - since >= provenAfter) this.#losses = 0;
    const wait = coolDowns[Math.min(this.#losses, coolDowns.length - 1)] ?? 0;
    this.#losses += 1;
    this.#until = now + wait;
  }

  /** There is one again, or the network is another one, or a person asks. */
  end(): void {
    this.#until = -Infinity;
  }

  get isOn(): boolean {
    return this.#clock.monotonic() < this.#until;
  }

  /** Not to be dialled before; monotonic. */
  get until(): number {
    return this.#until;
  }
}
