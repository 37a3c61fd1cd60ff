import type { Clock } from '#shared/clock.ts';
import type { RejectedHandshake } from '../links/index.ts';
import type { AuditLog } from '../core/store/index.ts';

/** Interval within which equal rejections of one peer ID are logged once, ms. Otherwise they could push other entries out of the log. */
const INTERVAL = 10 * 60_000;
/** Most rejections remembered. The oldest is dropped. */
const REMEMBERED = 256;

/** Writes rejected incoming handshakes to the audit log, at most one equal entry per ten minutes. Used by `Network`. */
export class RejectedHandshakeLog {
  readonly #audit: Pick<AuditLog, 'record'>;
  readonly #clock: Clock;
  readonly #written = new Map<string, number>();

  constructor(options: Readonly<{ audit: Pick<AuditLog, 'record'>; clock: Clock }>) {
    this.#audit = options.audit;
    this.#clock = options.clock;
  }

  /** Writes an entry unless an equal one was written within the interval. */
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
