import type { Clock } from '#shared/clock.ts';
import type { ForeignRequestKind } from './parse-requests.ts';

/** Longest time between the rejection and the new request, ms. */
const REPLACED_WITHIN = 5000;

/**
 * Detects replaced requests, in memory, for `OperatorLink`. When a gateway replaces a device's request, it reports the former one as rejected and the
 * new one right after; the former one was then replaced, not rejected by a person.
 */
export class ReplacedRequests {
  readonly #clock: Clock;
  readonly #refused = new Map<string, Readonly<{ key: string; at: number }>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Records a rejection. @param key key of the rejected request */
  refused(kind: ForeignRequestKind, deviceId: string, key: string): void {
    const now = this.#clock.now();
    for (const [name, { at }] of this.#refused) if (now - at > REPLACED_WITHIN) this.#refused.delete(name);
    this.#refused.set(`${kind} ${deviceId}`, { key, at: now });
  }

  /** Handles a device's new request. @returns key of the request that it replaces, once */
  replacedBy(kind: ForeignRequestKind, deviceId: string): string | undefined {
    const name = `${kind} ${deviceId}`;
    const before = this.#refused.get(name);
    this.#refused.delete(name);
    return before !== undefined && this.#clock.now() - before.at <= REPLACED_WITHIN ? before.key : undefined;
  }
}
