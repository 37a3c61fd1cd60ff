import type { Clock } from '#shared/clock.ts';
import type { RemoteKind } from './parse-requests.ts';

/** The refusal and the new request come within this time of each other, ms. */
const TOLD_WITHIN = 5000;

/**
 * Devices whose request was refused just now by somebody else. A gateway that puts a new request of a device in the place of its former one tells
 * of that as a refusal, and of the new one right after it: so that one was replaced, and nobody has refused it.
 */
export class ReplacedRequests {
  readonly #clock: Clock;
  readonly #refused = new Map<string, Readonly<{ key: string; at: number }>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param key of the request that was refused, as it seems */
  refused(kind: RemoteKind, deviceId: string, key: string): void {
    const now = this.#clock.now();
    for (const [name, { at }] of this.#refused) if (now - at > TOLD_WITHIN) this.#refused.delete(name);
    this.#refused.set(`${kind} ${deviceId}`, { key, at: now });
  }

  /** There is a new request of a device. @returns key of the one that it has replaced, told once */
  replacedBy(kind: RemoteKind, deviceId: string): string | undefined {
    const name = `${kind} ${deviceId}`;
    const before = this.#refused.get(name);
    this.#refused.delete(name);
    return before !== undefined && this.#clock.now() - before.at <= TOLD_WITHIN ? before.key : undefined;
  }
}
