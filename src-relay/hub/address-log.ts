import { addressGroup } from '#shared/forward/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { Logger } from '#shared/logger.ts';
import { TokenBuckets } from '../limits/index.ts';

/** Limits of log lines that clients cause: less than 10 MB a day in total (docs/LIMITS.md). */
export const ADDRESS_LOG_LIMITS = {
  /** Lines of one address (IPv6: one /64) with the same message and reason. */
  perCause: { burst: 5, perSecond: 1 / 600 },
  /** Lines of all addresses. */
  inAll: { burst: 300, perSecond: 1 / 5 },
  /** Interval of summaries of omitted lines, ms. */
  summaryInterval: 600_000,
  /** Number of addresses that a summary names; all others share one line. */
  named: 8,
  /** Number of addresses whose omitted lines are counted separately. */
  counted: 1000,
} as const;

/** Number of causes (address, message and reason) whose budget is remembered. */
const MOST_CAUSES = 20_000;

/**
 * Logger for lines about clients, within a budget: writes the first lines of each address and cause, and summaries of how many were omitted. No
 * client can fill the disk or displace lines about others. Created by `Hub`; keeps its counts in memory.
 */
export class AddressLog {
  readonly #logger: Logger;
  readonly #perCause = new TokenBuckets(ADDRESS_LOG_LIMITS.perCause, MOST_CAUSES);
  readonly #inAll = new TokenBuckets(ADDRESS_LOG_LIMITS.inAll);
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #omitted = new Map<string, number>();
  /** Omitted lines of addresses that aren't counted separately. */
  #others = 0;
  #summaryAt: number;

  constructor({ clock, logger }: Readonly<{ clock: Pick<Clock, 'monotonic'>; logger: Logger }>) {
    this.#clock = clock;
    this.#logger = logger;
    this.#summaryAt = clock.monotonic() + ADDRESS_LOG_LIMITS.summaryInterval;
  }

  /** Writes a line, or counts it as omitted. */
  write(
    level: 'info' | 'warn',
    message: string,
    { address, ...fields }: Readonly<{ address: string; reason?: string; peer?: string }>,
  ): void {
    const now = this.#clock.monotonic();
    const group = addressGroup(address);
    const cause = `${group} ${fields.reason ?? ''} ${message}`;
    if (this.#perCause.take(cause, now) === 0 && this.#inAll.take('', now) === 0) {
      this.#logger[level](message, { ...fields, address });
      return;
    }
    const count = this.#omitted.get(group);
    if (count !== undefined || this.#omitted.size < ADDRESS_LOG_LIMITS.counted)
      this.#omitted.set(group, (count ?? 0) + 1);
    else this.#others += 1;
  }

  /**
   * Writes a summary if one is due.
   * @param now monotonic, ms
   */
  sweep(now: number): void {
    if (now < this.#summaryAt) return;
    this.#summaryAt = now + ADDRESS_LOG_LIMITS.summaryInterval;
    this.#perCause.sweep(now);
    this.summarize();
  }

  /** Writes how many lines were omitted since the last summary, highest counts first. */
  summarize(): void {
    const counts = [...this.#omitted].toSorted(([, one], [, other]) => other - one);
    for (const [address, lines] of counts.slice(0, ADDRESS_LOG_LIMITS.named)) {
      this.#logger.warn(`${lines} further lines from ${address} were left out`, { address, lines });
    }
    const rest = counts.slice(ADDRESS_LOG_LIMITS.named);
    const lines = rest.reduce((sum, [, count]) => sum + count, this.#others);
    if (lines > 0) this.#logger.warn(`${lines} further lines from other addresses were left out`, { lines });
    this.#omitted.clear();
    this.#others = 0;
  }
}
