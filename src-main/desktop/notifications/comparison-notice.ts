import type { AddingView } from '#shared/app-api/index.ts';
import { text } from '../locale/index.ts';
import type { ApprovalNoticesOptions } from './approval-notices.ts';

export type ComparisonNoticeOptions = Required<Omit<ApprovalNoticesOptions, 'clock'>>;

/** Tells that what two machines show waits to be compared, where the person does not look: both of them wait, and not for long. */
export class ComparisonNotice {
  readonly #options: ComparisonNoticeOptions;
  /** The one that was told of, or seen in the window. */
  #known: number | undefined;
  #shown = false;

  constructor(options: ComparisonNoticeOptions) {
    this.#options = options;
  }

  /** @param comparing what the person has to answer now */
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
