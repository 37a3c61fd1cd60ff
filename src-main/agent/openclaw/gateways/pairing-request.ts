import type { Clock } from '#shared/clock.ts';

/** Age up to which a request can't have expired, ms: the gateway keeps it for five minutes. */
const LIFETIME = 4 * 60_000;

/**
 * State in memory of this device's pairing request at a gateway, which `RoleLink` repeats until an operator there decides. The gateway keeps a
 * request's ID for five minutes after the last repetition, so a new ID within that time means that the former request was rejected. Repeating it
 * further would ask a person again who has already decided.
 */
export class PairingRequest {
  readonly #clock: Clock;
  /** ID in the gateway's last answer, and its time in Unix ms. */
  #last: Readonly<{ requestId: string; at: number }> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Records the gateway's answer that the request is pending.
   * @param requestId current ID; null if the gateway gives none
   * @returns whether the former request was rejected
   */
  isRejectedBy(requestId: string | null): boolean {
    const now = this.#clock.now();
    const before = this.#last;
    this.#last = requestId === null ? undefined : { requestId, at: now };
    if (requestId === null || before === undefined || before.requestId === requestId) return false;
    const isRejected = now - before.at < LIFETIME;
    if (isRejected) this.#last = undefined;
    return isRejected;
  }

  /** Forgets the request: it is decided, or the gateway may have lost it. */
  forget(): void {
    this.#last = undefined;
  }
}
