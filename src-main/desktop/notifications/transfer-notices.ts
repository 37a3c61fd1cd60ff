import type { TransferView } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { isOver } from '#shared/files/index.ts';
import { cleanName } from '#shared/visible-text/index.ts';
import { explainCode, text } from '../locale/index.ts';
import { withoutMarkup, type Notifier, type SystemNotice } from './approval-notices.ts';

export type TransferNoticesOptions = Readonly<{
  clock: Clock;
  notifier: Notifier;
  /** Returns whether the person wants such notifications. */
  enabled: () => boolean;
  /** Returns whether the person is looking at the window, which shows the same. */
  attended: () => boolean;
  /** Returns whether the screen is locked, where no names may be shown. */
  locked: () => boolean;
  /** Called when the notification is clicked, with the only transfer that it is about; undefined if there are several. */
  open: (transfer: TransferView | undefined) => void;
}>;

/** Shortest time between two notifications, ms. Transfers that end meanwhile share the next one. */
export const TRANSFER_NOTICE_INTERVAL = 5000;
/** Most characters of a file's name. */
const MOST_NAME = 80;

/**
 * Notifications about transfers that have ended: one for each, or one for several that end close to each other. A transfer that a person has cancelled
 * needs none. `createShell` passes in each change of the agent's state.
 */
export class TransferNotices {
  readonly #options: TransferNoticesOptions;
  /** Transfers that are over and known; undefined before the first list. */
  #known: Set<string> | undefined;
  #waiting: readonly TransferView[] = [];
  #notifiedAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  constructor(options: TransferNoticesOptions) {
    this.#options = options;
  }

  /** @param transfers all transfers that are listed; undefined without an agent */
  update(transfers: readonly TransferView[] | undefined): void {
    if (transfers === undefined) return;
    const over = transfers.filter(({ state }) => isOver(state));
    const known = this.#known;
    this.#known = new Set(over.map(({ id }) => id));
    // The first list has those of before.
    if (known === undefined) return;
    const ended = over.filter(({ id, state }) => state !== 'cancelled' && !known.has(id));
    if (ended.length === 0) return;
    this.#waiting = [...this.#waiting, ...ended];
    this.#schedule();
  }

  close(): void {
    this.#timer?.cancel();
    this.#options.notifier.clear();
  }

  #schedule(): void {
    const { clock } = this.#options;
    const left = this.#notifiedAt + TRANSFER_NOTICE_INTERVAL - clock.monotonic();
    if (left <= 0) this.#notify();
    else
      this.#timer ??= clock.setTimer(left, () => {
        this.#timer = undefined;
        this.#notify();
      });
  }

  #notify(): void {
    const { attended, clock, enabled, locked, notifier, open } = this.#options;
    const ended = this.#waiting;
    this.#waiting = [];
    const [first] = ended;
    if (first === undefined || !enabled() || attended()) return;
    this.#notifiedAt = clock.monotonic();
    const only = ended.length === 1 ? first : undefined;
    notifier.show(locked() ? { title: text('desktop.news.locked'), body: '' } : noticeOf(ended), () => open(only));
  }
}

function noticeOf(ended: readonly TransferView[]): SystemNotice {
  const [first] = ended;
  if (first === undefined || ended.length > 1) {
    const failed = ended.filter(({ state }) => state === 'failed' || state === 'refused').length;
    return {
      title: text('desktop.transfers.several', { count: ended.length }),
      body: failed === 0 ? '' : text('desktop.transfers.several-failed', { count: failed }),
    };
  }
  const { direction, state, code, top, failed } = first;
  const peer = withoutMarkup(cleanName(first.peerName ?? '')) || text('desktop.tray.unknown-peer');
  const name = withoutMarkup(shortened(cleanName(first.names[0] ?? '')));
  const what = top > 1 ? text('desktop.transfers.and-more', { first: name, count: top - 1 }) : name;
  if (state === 'done' || state === 'partly')
    return {
      title: text(`desktop.transfers.done.${direction}`, { peer }),
      body: failed === 0 ? what : text('desktop.transfers.missing', { what, count: failed }),
    };
  const reason = code === null ? '' : explainCode(code, '').what;
  return {
    title: text(`desktop.transfers.failed.${direction}`, { peer }),
    body: [what, reason].filter(Boolean).join('\n'),
  };
}

function shortened(name: string): string {
  const signs = [...name];
  return signs.length > MOST_NAME ? `${signs.slice(0, MOST_NAME - 1).join('')}…` : name;
}
