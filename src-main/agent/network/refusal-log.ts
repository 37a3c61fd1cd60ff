import type { Clock } from '#shared/clock.ts';
import type { RejectedHandshake } from '../links/index.ts';
import type { AuditLog } from '../core/store/index.ts';

/** Interval in which repeated refusals of a peer are logged once, ms, so that they cannot push other entries out of the log. */
const INTERVAL = 10 * 60_000;
/** Refusals remembered; the oldest is dropped. */
const REMEMBERED = 256;

/** Writes links that were refused into the audit log. */
export class RefusalLog {
  readonly #audit: Pick<AuditLog, 'record'>;
  readonly #clock: Clock;
  readonly #written = new Map<string, number>();

  constructor(options: Readonly<{ audit: Pick<AuditLog, 'record'>; clock: Clock }>) {
    this.#audit = options.audit;
    this.#clock = options.clock;
  }

  record({ from, code }: RejectedHandshake): void {
    const key = `${from} ${code}`;
    const now = this.#clock.monotonic();
    const before = this.#written.get(key);
    if (before !== undefined && now - before < INTERVAL) return;
    this.#written.delete(key);
    this.#written.set(key, now);
    for (const oldest of this.#written.keys()) {
      if (this.#written.size <= REMEMBERED) break;
      this.#written.delete(oldest);
    }
    this.#audit.record('link.refused', { claimed: from, code });
  }
}
