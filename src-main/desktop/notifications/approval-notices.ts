import type { ApprovalView } from '#shared/app-api/index.ts';
import { cleanName } from '#shared/clean-text.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { TEXTS } from '../texts.ts';

export type Notice = Readonly<{ title: string; body: string }>;

/** Shows one notice of the system; a later one takes its place. */
export interface Notifier {
  show(notice: Notice, clicked: () => void): void;
  /** Takes the notice away again, where it still stands. */
  clear(): void;
}

export type ApprovalNoticesOptions = Readonly<{
  clock: Clock;
  notifier: Notifier;
  /** The person wants notices. */
  enabled: () => boolean;
  /** The person looks at the window, which shows the same. */
  attended: () => boolean;
  /** The notice was clicked. */
  open: () => void;
}>;

/** Ms between two notices; a peer that asks again and again makes no more than that. */
export const NOTICE_INTERVAL = 10_000;
/** Names in one notice. */
const MOST_NAMES = 3;

/** Tells of requests that wait for an answer; a notice leads to them, and never answers one. */
export class ApprovalNotices {
  readonly #options: ApprovalNoticesOptions;
  #pending: readonly ApprovalView[] = [];
  /** Told of, or seen in the window. */
  #known = new Set<number>();
  #shown = false;
  #toldAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  constructor(options: ApprovalNoticesOptions) {
    this.#options = options;
  }

  /** @param pending all that wait now */
  update(pending: readonly ApprovalView[]): void {
    this.#pending = pending;
    const waiting = new Set(pending.map(({ id }) => id));
    this.#known = new Set([...this.#known].filter((id) => waiting.has(id)));
    if (this.#shown && pending.length === 0) this.#clear();
    this.#tellSoon();
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#shown) this.#clear();
  }

  #tellSoon(): void {
    if (this.#timer !== undefined || this.#unknown().length === 0) return;
    const { clock } = this.#options;
    const left = this.#toldAt + NOTICE_INTERVAL - clock.monotonic();
    if (left <= 0) this.#tell();
    else
      this.#timer = clock.setTimer(left, () => {
        this.#timer = undefined;
        // What came and went meanwhile is not told.
        if (this.#unknown().length > 0) this.#tell();
      });
  }

  #tell(): void {
    const { clock, notifier, enabled, attended, open } = this.#options;
    for (const { id } of this.#unknown()) this.#known.add(id);
    if (!enabled() || attended()) return;
    this.#toldAt = clock.monotonic();
    this.#shown = true;
    notifier.show(noticeOf(this.#pending), () => {
      this.#shown = false;
      open();
    });
  }

  #unknown(): ApprovalView[] {
    return this.#pending.filter(({ id }) => !this.#known.has(id));
  }

  #clear(): void {
    this.#shown = false;
    this.#options.notifier.clear();
  }
}

/** Who asks, and for how many things. What exactly is asked may be private, and a notice is seen on a locked screen. */
export function noticeOf(pending: readonly ApprovalView[]): Notice {
  const [first] = pending;
  const names = [...new Set(pending.map(({ peerName }) => withoutMarkup(cleanName(peerName))))];
  const body =
    first !== undefined && pending.length === 1
      ? TEXTS.approvals.one(names.join(''), TEXTS.approvals.rights[first.right])
      : TEXTS.approvals.several(names.slice(0, MOST_NAMES).join(', ') + (names.length > MOST_NAMES ? ', …' : ''));
  return { title: TEXTS.approvals.title(pending.length), body };
}

/** The body of a notice is markup on Linux, with links and images on some desktops; written as entities it would be seen as such on others. */
function withoutMarkup(name: string): string {
  return name.replaceAll('<', '‹').replaceAll('>', '›').replaceAll('&', '＆');
}
