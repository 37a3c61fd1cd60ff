import type { LinkState } from '#shared/app-api/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';

/** A link that is back by then was not worth a line, ms. */
const UNNOTICED = 2000;

export type LinkNoticeOptions = Readonly<{
  clock: Clock;
  /** Takes one line for the person. */
  say(line: string): void;
  /** Whether a line would stand in the middle of a picture that a program has drawn. */
  isFullScreen(): boolean;
}>;

/**
 * Tells a person at a terminal that its link is lost for longer than a moment, and that it is back: one line each, which erases nothing. Over a
 * program that fills the screen nothing is said, for it could not know that its picture is spoilt.
 */
export class LinkNotice {
  readonly #options: LinkNoticeOptions;
  #timer: Timer | undefined;
  #told = false;

  constructor(options: LinkNoticeOptions) {
    this.#options = options;
  }

  /** How the link is now; null where there is none. */
  update(link: Pick<LinkState, 'state'> | null, path: string): void {
    if (link?.state === 'reconnecting') {
      this.#timer ??= this.#options.clock.setTimer(UNNOTICED, () => this.#tell());
      return;
    }
    this.stop();
    if (!this.#told || link === null) return;
    this.#told = false;
    this.#options.say(`connected again (${path})`);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #tell(): void {
    if (this.#told || this.#options.isFullScreen()) return;
    this.#told = true;
    this.#options.say('connection lost; reconnecting. What you type is sent when it is back. Enter ~. gives up.');
  }
}
