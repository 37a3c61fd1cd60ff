import type { Clock } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';

/** `burst` questions at once, then `perMinute`. */
export type QuestionRate = Readonly<{ burst: number; perMinute: number }>;

type Left = Readonly<{ questions: number; at: number }>;

/** Limits how many questions each peer may ask. */
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

  /** Fills the peer's budget again: the user wants to be asked by it. */
  refill(peerId: PeerId): void {
    this.#left.delete(peerId);
  }
}
