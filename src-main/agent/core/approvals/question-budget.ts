import type { Clock } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';

/** Number of questions that are allowed at once, and the number that is added per minute. */
export type QuestionRate = Readonly<{ burst: number; perMinute: number }>;

type Left = Readonly<{ questions: number; at: number }>;

/** Limits how many questions each peer may put to the person at this device. In memory only. Used by `ApprovalStore`. */
export class QuestionBudget {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #rate: QuestionRate;
  readonly #left = new Map<PeerId, Left>();

  constructor(clock: Pick<Clock, 'monotonic'>, rate: QuestionRate) {
    this.#clock = clock;
    this.#rate = rate;
  }

  /** Takes one question from the peer's budget. @returns false if none is left */
  take(peerId: PeerId): boolean {
    const now = this.#clock.monotonic();
    const { burst, perMinute } = this.#rate;
    const { questions, at } = this.#left.get(peerId) ?? { questions: burst, at: now };
    const left = Math.min(burst, questions + ((now - at) / 60_000) * perMinute);
    this.#left.set(peerId, { questions: left >= 1 ? left - 1 : left, at: now });
    return left >= 1;
  }

  /** Fills the peer's budget again. Called when the person has approved a request of the peer or reviewed its rights. */
  refill(peerId: PeerId): void {
    this.#left.delete(peerId);
  }
}
