import type { LinkState } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';

/** Time within which a restored link isn't worth a message, ms. */
const UNNOTICED = 2000;

export type LinkNoticeOptions = Readonly<{
  clock: Clock;
  /** Prints a line. */
  print(line: string): void;
  /** Tells whether a program uses the whole screen, which a line would damage. */
  isFullScreen(): boolean;
}>;

/**
 * Prints a line when the link of an attached terminal is lost for more than a moment, and one when it is back. Prints
 * nothing while a program uses the whole screen, since it wouldn't redraw what the line overwrote.
 */
export class LinkNotice {
  readonly #options: LinkNoticeOptions;
  #timer: Timer | undefined;
  #isReported = false;

  constructor(options: LinkNoticeOptions) {
    this.#options = options;
  }

  /** Updates the state of the link; null if there is none. */
  update(link: Pick<LinkState, 'state'> | null, path: string): void {
    if (link?.state === 'reconnecting') {
      this.#timer ??= this.#options.clock.setTimer(UNNOTICED, () => this.#report());
      return;
    }
    this.stop();
    if (!this.#isReported || link === null) return;
    this.#isReported = false;
    this.#options.print(`connected again (${path})`);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #report(): void {
    if (this.#isReported || this.#options.isFullScreen()) return;
    this.#isReported = true;
    this.#options.print('connection lost; reconnecting. What you type is sent when it is back. Enter ~. gives up.');
  }
}
