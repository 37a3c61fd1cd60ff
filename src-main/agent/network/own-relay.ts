import { parseRelayUrl } from '#shared/relay-dialer/index.ts';
import { isLoopbackHost, parseIp, type IpAddress } from '#shared/forward/index.ts';
import type { Clock } from '#shared/clock.ts';

/** Time for which a resolved relay name is used, ms. */
const GOOD_FOR = 60_000;

export type OwnRelayOptions = Readonly<{
  /** Returns the URL of the relay in use. */
  url(): string | null;
  /** Resolves a name to its addresses; rejects if it has none. */
  lookup(name: string): Promise<readonly string[]>;
  /** Reports whether the address is one of this machine other than loopback. */
  isOwn(address: IpAddress): boolean;
  clock: Pick<Clock, 'monotonic'>;
}>;

type Resolution = { readonly name: string; addresses: readonly IpAddress[] | undefined; readonly at: number };

/**
 * Finds out whether the relay in use runs on this machine, by resolving its name. The forwards module asks, since peers must not reach the relay's
 * port through this device. Keeps the answer in memory for a minute.
 */
export class OwnRelay {
  readonly #options: OwnRelayOptions;
  #resolution: Resolution | undefined;

  constructor(options: OwnRelayOptions) {
    this.#options = options;
  }

  /** Port of the relay on this machine; undefined if the relay runs elsewhere. Until its name is resolved, the relay counts as local. */
  get port(): number | undefined {
    const relay = readUrl(this.#options.url());
    if (relay === undefined) return undefined;
    return this.#isHere(relay.host) ? relay.port : undefined;
  }

  /** Resolves the relay's name in the background, before a peer asks for a target. */
  prefetch(): void {
    const relay = readUrl(this.#options.url());
    if (relay !== undefined) this.#isHere(relay.host);
  }

  #isHere(host: string): boolean {
    if (isLoopbackHost(host)) return true;
    const address = parseIp(host);
    const addresses = address === undefined ? this.#addressesOf(host) : [address];
    return addresses === undefined || addresses.some((one) => this.#isOwn(one));
  }

  #isOwn(address: IpAddress): boolean {
    const isLoop = address.family === 4 ? address.value >> 24n === 127n : address.value === 1n;
    return address.value === 0n || isLoop || this.#options.isOwn(address);
  }

  /** Returns the cached addresses of the name, and resolves an outdated name in the background. */
  #addressesOf(name: string): readonly IpAddress[] | undefined {
    const now = this.#options.clock.monotonic();
    const known = this.#resolution?.name === name ? this.#resolution : undefined;
    if (known !== undefined && now - known.at < GOOD_FOR) return known.addresses;
    const resolution: Resolution = { name, addresses: known?.addresses, at: now };
    this.#resolution = resolution;
    void this.#resolve(resolution);
    return resolution.addresses;
  }

  async #resolve(resolution: Resolution): Promise<void> {
    try {
      const texts = await this.#options.lookup(resolution.name);
      resolution.addresses = texts.flatMap((text) => parseIp(text.split('%')[0] ?? '') ?? []);
    } catch {
      // Keep the addresses known before, if any.
    }
  }
}

function readUrl(url: string | null): Readonly<{ host: string; port: number }> | undefined {
  if (url === null) return undefined;
  try {
    return parseRelayUrl(url, { insecure: true });
  } catch {
    return undefined;
  }
}
