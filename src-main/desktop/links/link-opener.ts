import type { Clock } from '#shared/clock.ts';
import { parseExternalLink, ShellError } from './external-link.ts';

/** Most links opened within `period` ms: more than a person opens, and few enough to close again. Further ones are rejected. */
export const LINK_PACE = { links: 8, period: 10_000 } as const;

export type LinkOpenerOptions = Readonly<{
  clock: Clock;
  /** Passes a checked link to the system. */
  open(link: string): Promise<void>;
}>;

/**
 * Opener of links for the window's page, used after the person has confirmed the link there. Limits the rate, so that a compromised page can't fill
 * the screen. Keeps the times of the latest links in memory.
 */
export class LinkOpener {
  readonly #options: LinkOpenerOptions;
  #opened: readonly number[] = [];

  constructor(options: LinkOpenerOptions) {
    this.#options = options;
  }

  /** Opens a link. @throws {ShellError} `shell.link`, `shell.link-pace`, `shell.link-failed` */
  readonly open = async (text: string): Promise<void> => {
    const link = parseExternalLink(text);
    const now = this.#options.clock.monotonic();
    this.#opened = this.#opened.filter((at) => at > now - LINK_PACE.period);
    if (this.#opened.length >= LINK_PACE.links) {
      throw new ShellError('shell.link-pace', 'too many links within a short time', {
        details: { limit: LINK_PACE.links, seconds: LINK_PACE.period / 1000 },
      });
    }
    this.#opened = [...this.#opened, now];
    try {
      await this.#options.open(link);
    } catch (error) {
      throw new ShellError('shell.link-failed', 'the system did not open the link', { cause: error });
    }
  };
}
