import type { Clock } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { GuestReport } from '#shared/terminal/index.ts';
import { reportGuest } from '../terminals/client/index.ts';

/** Reports to one peer that wait. Further ones are dropped: its log then lacks them. */
const MOST_WAITING = 64;
/** Longest time for a report, ms. */
const TIMEOUT = 10_000;

/**
 * Reports to the peers that run terminals what happens to this device's share links to them. One report follows another, in order, over the link that is
 * there: no peer is dialed for one. A peer of an older version refuses them, which changes nothing here.
 */
export class GuestReporter {
  readonly #options: Readonly<{ clock: Clock; logger: Logger; current(peerId: PeerId): Session | undefined }>;
  readonly #queues = new Map<PeerId, { last: Promise<void>; waiting: number }>();

  constructor(options: Readonly<{ clock: Clock; logger: Logger; current(peerId: PeerId): Session | undefined }>) {
    this.#options = options;
  }

  /** Sends a report in the background. Never throws. */
  report(peerId: PeerId, terminal: string, report: GuestReport): void {
    const queue = this.#queues.get(peerId) ?? { last: Promise.resolve(), waiting: 0 };
    if (queue.waiting >= MOST_WAITING) return;
    this.#queues.set(peerId, queue);
    queue.waiting += 1;
    queue.last = queue.last
      .then(() => this.#send(peerId, terminal, report))
      .finally(() => {
        queue.waiting -= 1;
        if (queue.waiting === 0) this.#queues.delete(peerId);
      });
  }

  async #send(peerId: PeerId, terminal: string, report: GuestReport): Promise<void> {
    const { clock, current, logger } = this.#options;
    const session = current(peerId);
    if (session === undefined) return;
    const abort = new AbortController();
    const timer = clock.setTimer(TIMEOUT, () => abort.abort());
    try {
      await reportGuest(session, terminal, report, abort.signal);
    } catch (error) {
      logger.debug('a report about guests was not taken', { errorCode: errorCode(error) });
    } finally {
      timer.cancel();
    }
  }
}
