import type { LinkState } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';

/** Time after which a lost link is reported, ms. */
const NOTIFY_AFTER = 2000;

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
 * Prints a line when the link of an attached terminal has been lost for two seconds, and another when it is back. Prints nothing while a program uses
 * the whole screen, which the line would damage. Used by `watchLink`. Uses only the clock and `print`.
 */
export class LinkNotice {
  readonly #options: LinkNoticeOptions;
  #timer: Timer | undefined;
  #isReported = false;

  constructor(options: LinkNoticeOptions) {
    this.#options = options;
  }

  /** Takes the state of the link, null if there is none, and its path in a word. */
  update(link: Pick<LinkState, 'state'> | null, path: string): void {
    // Without a link the terminal's session is over: what was typed during the loss doesn't count as sent.
    if (link !== null) this.#options.onLost?.(link.state === 'reconnecting');
    if (link?.state === 'reconnecting') {
      this.#timer ??= this.#options.clock.setTimer(NOTIFY_AFTER, () => this.#report());
      return;
    }
    this.stop();
    if (!this.#isReported || link === null) return;
    this.#isReported = false;
    this.#options.print(`connected again (${path})`);
  }

  /** Cancels a pending line. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #report(): void {
    if (this.#isReported || this.#options.isFullScreen()) return;
    this.#isReported = true;
    this.#options.print(
      'connection lost, reconnecting. What you type is sent if this connection returns, and dropped if the terminal is reopened. To give up, press Enter, then ~.',
    );
  }
}
