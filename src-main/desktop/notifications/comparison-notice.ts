import type { AddingView } from '#shared/app-api/index.ts';
import { text } from '../locale/index.ts';
import type { ApprovalNoticesOptions } from './approval-notices.ts';

export type ComparisonNoticeOptions = Required<Omit<ApprovalNoticesOptions, 'clock'>>;

/**
 * Notification that pairing words wait for comparison, shown while the person isn't looking at the window, since both machines wait only for a short
 * time. `createShell` passes in each change.
 */
export class ComparisonNotice {
  readonly #options: ComparisonNoticeOptions;
  /** ID of the addition that was notified, or seen in the window. */
  #known: number | undefined;
  #shown = false;

  constructor(options: ComparisonNoticeOptions) {
    this.#options = options;
  }

  /** Shows or removes the notification. @param comparing the addition whose words wait for comparison */
  update(comparing: AddingView | undefined): void {
    if (comparing?.adding === this.#known) return;
    if (this.#shown) this.close();
    this.#known = comparing?.adding;
    const { attended, enabled, locked, notifier, open } = this.#options;
    if (comparing === undefined || attended() || !enabled()) return;
    this.#shown = true;
    const id = comparing.other?.shortId ?? '';
    notifier.show(
      { title: text('desktop.comparison.title'), body: locked() ? '' : text('desktop.comparison.text', { id }) },
      () => {
        this.#shown = false;
        open();
      },
    );
  }

  close(): void {
    this.#shown = false;
    this.#options.notifier.clear();
  }
}
