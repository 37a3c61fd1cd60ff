import type { LinkState } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';

/** Time after which a lost link is reported, ms. */
const NOTIFY_AFTER = 2000;
/** Time before a link becomes doubtful within which typed keys have no answer yet, ms: it is doubtful after five seconds without one. */
const UNANSWERED = 5500;
const GIVE_UP = 'To give up, press Enter, then ~.';

/** Dependencies of a `LinkNotice`. */
export type LinkNoticeOptions = Readonly<{
  clock: Clock;
  /** Prints a line. */
  print(line: string): void;
  /** Tells whether a program uses the whole screen, which a line would damage. */
  isFullScreen(): boolean;
  /** Takes whether the link is lost at the moment. */
  onLost?(isLost: boolean): void;
}>;

/**
 * Prints a line when the link of an attached terminal has been lost for two seconds, or when keys that were typed get no answer for about five, and
 * another when it is back. Prints nothing while a program uses the whole screen, which the line would damage. Used by `watchLink`. Uses only the clock
 * and `print`.
 */
export class LinkNotice {
  readonly #options: LinkNoticeOptions;
  #timer: Timer | undefined;
  /** Line that was printed and not taken back. */
  #reported: 'silent' | 'lost' | undefined;
  #isDoubtful = false;
  /** Time on the monotonic clock at which the person last typed, ms. */
  #typedAt = -Infinity;

  constructor(options: LinkNoticeOptions) {
    this.#options = options;
  }

  /** Takes the state of the link, null if there is none, and its path in a word. */
  update(link: Pick<LinkState, 'state'> | null, path: string): void {
    // Without a link the terminal's session is over: what was typed during the loss doesn't count as sent.
    if (link !== null) this.#options.onLost?.(link.state === 'reconnecting');
    const wasDoubtful = this.#isDoubtful;
    this.#isDoubtful = link?.state === 'doubtful';
    if (link?.state === 'reconnecting') {
      this.#timer ??= this.#options.clock.setTimer(NOTIFY_AFTER, () => this.#report('lost'));
      return;
    }
    this.stop();
    if (this.#isDoubtful) {
      if (!wasDoubtful && this.#options.clock.monotonic() - this.#typedAt <= UNANSWERED) this.#report('silent');
      return;
    }
    if (this.#reported === undefined || link === null) return;
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
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #report(what: 'silent' | 'lost'): void {
    if (this.#reported === what || this.#reported === 'lost' || this.#options.isFullScreen()) return;
    this.#reported = what;
    this.#options.print(
      what === 'silent'
        ? `no answer for some seconds. What you type is sent once the connection answers. ${GIVE_UP}`
        : `connection lost, reconnecting. What you type is sent if this connection returns, and dropped if the terminal is reopened. ${GIVE_UP}`,
    );
  }
}
