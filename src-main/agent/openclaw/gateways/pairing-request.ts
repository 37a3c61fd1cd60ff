import type { Clock } from '#shared/clock.ts';

/** A request that was asked for so lately cannot have lapsed, ms: the gateway keeps it for five minutes. */
const LIFE = 4 * 60_000;

/**
 * This device's own request for pairing at a gateway, which is asked for again and again until somebody there answers it. The same request keeps
 * its name for five minutes after it was last asked for: another name means that somebody has answered the former one with no. Asking on would
 * put one question after the other before a person who has decided.
 */
export class PairingRequest {
  readonly #clock: Clock;
  /** As it was named in the last answer, ms since 1970. */
  #asked: Readonly<{ requestId: string; at: number }> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The gateway has answered that the request waits.
   * @param requestId its name now; null where the gateway gives none
   * @returns whether the one before was rejected
   */
  named(requestId: string | null): boolean {
    const now = this.#clock.now();
    const before = this.#asked;
    this.#asked = requestId === null ? undefined : { requestId, at: now };
    if (requestId === null || before === undefined || before.requestId === requestId) return false;
    const isRejected = now - before.at < LIFE;
    if (isRejected) this.#asked = undefined;
    return isRejected;
  }

  /** What was asked for is settled, or the gateway may have forgotten it. */
  forget(): void {
    this.#asked = undefined;
  }
}
