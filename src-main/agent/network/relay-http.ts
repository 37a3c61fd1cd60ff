import { ClawReachError } from '#shared/errors.ts';
import { parseRelayUrl, type JsonAnswer, type RelayDialer, type RelayEndpoint } from '#shared/relay-dialer/index.ts';
import type { RelaySettings } from './relay-settings.ts';

/** Status of an answer with content (RFC 9110 section 15.3.1). */
const OK = 200;
/** Longest facts about a page, bytes. */
const MOST_PAGE_FACTS = 4096;

/**
 * Dependencies of `RelayHttp`. `online`: returns the URL of the relay, also of one that refuses this device until an account admits it; throws its
 * problem while this device is offline.
 */
export type RelayHttpOptions = Readonly<{ dialer: RelayDialer; settings: RelaySettings; online(): string }>;

/** HTTP requests to the relay of this device, whose certificate is checked as for the connection. Created by `RelayConnection`. */
export class RelayHttp {
  readonly #options: RelayHttpOptions;

  constructor(options: RelayHttpOptions) {
    this.#options = options;
  }

  /**
   * Sends JSON to this device's relay by HTTP POST. The relay's certificate is checked as for the connection.
   * @throws {ClawReachError} the relay's problem if this device is offline; {DialError}
   */
  async post(path: string, body: unknown, signal: AbortSignal): Promise<JsonAnswer> {
    const { dialer } = this.#options;
    const { endpoint, pin } = this.#target();
    if (dialer.post === undefined)
      throw new ClawReachError('relay.not-connected', 'this device makes no requests to its relay');
    return await dialer.post(endpoint, path, body, { signal, ...pin });
  }

  /**
   * Reports whether this device's relay serves a path to browsers, such as its page. A page doesn't ask: it came from there.
   * @throws {ClawReachError} as `post`
   */
  async serves(path: string, signal: AbortSignal): Promise<boolean> {
    const { dialer } = this.#options;
    const { endpoint, pin } = this.#target();
    if (dialer.get === undefined) return true;
    const options = { signal, most: MOST_PAGE_FACTS, ...pin };
    return (await dialer.get(endpoint, path, options)).status === OK;
  }

  #target(): Readonly<{ endpoint: RelayEndpoint; pin: Readonly<{ tlsPin?: Uint8Array }> }> {
    const { settings, online } = this.#options;
    const { insecure, tlsPin } = settings;
    const endpoint = parseRelayUrl(online(), { insecure });
    return { endpoint, pin: tlsPin === undefined ? {} : { tlsPin } };
  }
}
