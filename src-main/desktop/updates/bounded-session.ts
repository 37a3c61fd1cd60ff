import { session } from 'electron';

/** Name that electron-updater gives to its session. */
const NETWORK = 'electron-updater';

/**
 * Network session of Electron with which `ReleaseFeed` reads the metadata of releases and electron-updater downloads them; the window's own session
 * has no network. electron-updater writes everything that it receives to disk, so a server must declare the length of an answer and keep to it.
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

  /** Runs `act`, during which an answer may have at most `most` bytes. */
  async within(most: number, act: () => Promise<void>): Promise<void> {
    this.#most = most;
    this.#broken = false;
    try {
      await act();
    } finally {
      this.#most = undefined;
    }
  }

  /** Tells whether the last answer was too long, or didn't declare its length. */
  get wasBroken(): boolean {
    return this.#broken;
  }

  get #session() {
    return session.fromPartition(NETWORK, { cache: false });
  }
}

/** Checks the declared length, which Chromium enforces, except for compressed answers. */
function isWithin(headers: Readonly<Record<string, readonly string[]>>, most: number): boolean {
  const valueOf = (name: string): string | undefined =>
    Object.entries(headers)
      .find(([key]) => key.toLowerCase() === name)?.[1]
      .at(-1);
  const length = valueOf('content-length');
  const encoding = valueOf('content-encoding') ?? 'identity';
  return length !== undefined && /^\d+$/.test(length) && Number(length) <= most && encoding === 'identity';
}
