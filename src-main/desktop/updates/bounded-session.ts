import { session } from 'electron';

/** electron-updater calls it so. */
const NETWORK = 'electron-updater';

/**
 * The session in which releases are read and downloaded; the window's own reaches nothing at all. The library writes what it gets to the disk for as
 * long as it comes, so a server that is not trusted has to say before how much that is, and to keep to it.
 */
export class BoundedSession {
  #most: number | undefined;
  #broken = false;

  constructor() {
    this.#session.webRequest.onHeadersReceived(({ statusCode, responseHeaders }, answer) => {
      const cancel = this.#most !== undefined && statusCode < 300 && !isWithin(responseHeaders ?? {}, this.#most);
      this.#broken ||= cancel;
      answer({ cancel });
    });
  }

  readonly fetch = (url: string, options: Readonly<{ signal: AbortSignal; cache: 'no-store' }>): Promise<Response> =>
    this.#session.fetch(url, options);

  /** @param most bytes of each answer while this runs */
  async within(most: number, act: () => Promise<void>): Promise<void> {
    this.#most = most;
    this.#broken = false;
    try {
      await act();
    } finally {
      this.#most = undefined;
    }
  }

  /** The last answer was longer than it might be, or did not tell its length. */
  get wasBroken(): boolean {
    return this.#broken;
  }

  get #session() {
    return session.fromPartition(NETWORK, { cache: false });
  }
}

/** Chromium keeps an answer to the length that it has told, unless that is of something compressed. */
function isWithin(headers: Readonly<Record<string, readonly string[]>>, most: number): boolean {
  const valueOf = (name: string): string | undefined =>
    Object.entries(headers)
      .find(([key]) => key.toLowerCase() === name)?.[1]
      .at(-1);
  const length = valueOf('content-length');
  const encoding = valueOf('content-encoding') ?? 'identity';
  return length !== undefined && /^\d+$/.test(length) && Number(length) <= most && encoding === 'identity';
}
