import type { LinkState } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { ScreenNotice } from './screen-notice.ts';

/** Time after which a lost link is reported, ms. */
const NOTIFY_AFTER = 2000;
/** Time before a link becomes doubtful within which typed keys have no answer yet, ms: it is doubtful after five seconds without one. */
const UNANSWERED = 5500;
/** Interval at which the line over a full-screen program counts, ms. */
const COUNT_EVERY = 1000;
const GIVE_UP = 'To give up, press Enter, then ~.';

type Report = 'silent' | 'lost';

/** Dependencies of a `LinkNotice`. */
export type LinkNoticeOptions = Readonly<{
  clock: Clock;
  /** Prints a line. */
  print(line: string): void;
  /** Line over a program that uses the whole screen. */
  bar: Pick<ScreenNotice, 'isUsable' | 'show' | 'hide'>;
  /** Takes whether the link is lost at the moment. */
  onLost?(isLost: boolean): void;
}>;

/**
 * Prints a line when the link of an attached terminal has been lost for two seconds, or when keys that were typed get no answer for about five, and
 * another when it is back. While a program uses the whole screen, a line at its bottom counts the seconds instead, also if nothing was typed, and
 * goes when the link is back. Used by `watchLink`. Uses only the clock, `print` and `bar`.
 */
export class LinkNotice {
  readonly #options: LinkNoticeOptions;
  #timer: Timer | undefined;
  /** Line that was printed and not taken back. */
  #reported: Report | undefined;
  /** Line that is shown over a full-screen program. */
  #barred: Report | undefined;
  #count: Timer | undefined;
  #isDoubtful = false;
  /** Times on the monotonic clock at which the person last typed, and at which the link last answered as far as is known, ms. */
  #typedAt = -Infinity;
  #silentSince: number | undefined;

  constructor(options: LinkNoticeOptions) {
    this.#options = options;
  }

  /** Takes the state of the link, null if there is none, and its path in a word. */
  update(link: Pick<LinkState, 'state'> | null, path: string): void {
    const { clock } = this.#options;
    // Without a link the terminal's session is over: what was typed during the loss doesn't count as sent.
    if (link !== null) this.#options.onLost?.(link.state === 'reconnecting');
    const wasDoubtful = this.#isDoubtful;
    this.#isDoubtful = link?.state === 'doubtful';
    if (link?.state === 'reconnecting') {
      this.#silentSince ??= clock.monotonic();
      this.#timer ??= clock.setTimer(NOTIFY_AFTER, () => this.#report('lost'));
      return;
    }
    this.#stopWaiting();
    if (this.#isDoubtful) {
      this.#silentSince ??= clock.monotonic() - UNANSWERED;
      const isAwaited = clock.monotonic() - this.#typedAt <= UNANSWERED;
      if (!wasDoubtful && (isAwaited || this.#options.bar.isUsable)) this.#report('silent');
      return;
    }
    this.#silentSince = undefined;
    if (link === null) return;
    this.#hideBar();
    if (this.#reported !== undefined)
      this.#options.print(this.#reported === 'lost' ? `connected again (${path})` : `answers again (${path})`);
    this.#reported = undefined;
  }

  /** Notes that the person has typed something for the terminal. */
  typed(): void {
    this.#typedAt = this.#options.clock.monotonic();
    if (this.#isDoubtful) this.#report('silent');
  }

  /** Cancels a pending line. */
  stop(): void {
    this.#stopWaiting();
    this.#count?.cancel();
    this.#count = undefined;
  }

  #stopWaiting(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #report(what: Report): void {
    if (this.#reported === what || this.#reported === 'lost') return;
    if (this.#options.bar.isUsable) {
      this.#barred = what;
      this.#showBar();
      return;
    }
    this.#reported = what;
    this.#options.print(
      what === 'silent'
        ? `no answer for some seconds. What you type is sent once the connection answers. ${GIVE_UP}`
        : `connection lost, reconnecting. What you type is sent if this connection returns, and dropped if the terminal is reopened. ${GIVE_UP}`,
    );
  }

  /** Shows the line over the full-screen program, and again every second. */
  #showBar(): void {
    const { bar, clock } = this.#options;
    this.#count?.cancel();
    this.#count = undefined;
    if (this.#barred === undefined || !bar.isUsable) return;
    const seconds = Math.round((clock.monotonic() - (this.#silentSince ?? clock.monotonic())) / 1000);
    const text =
      this.#barred === 'silent'
        ? `clawreach: no answer for ${seconds} s`
        : `clawreach: connection lost for ${seconds} s, reconnecting`;
    bar.show([`${text}. ${GIVE_UP}`, `${text}. Give up: Enter, ~.`, text]);
    this.#count = clock.setTimer(COUNT_EVERY, () => this.#showBar());
  }

  #hideBar(): void {
    this.#count?.cancel();
    this.#count = undefined;
    if (this.#barred !== undefined) this.#options.bar.hide();
    this.#barred = undefined;
  }
}
