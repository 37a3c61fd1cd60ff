import { isLoopbackRelayHost, parseRelayUrl } from '#node/sockets/index.ts';
import type { Clock } from '#shared/clock.ts';
import { parseIp, type IpAddress } from '#shared/forward/index.ts';

/** Lifetime of a resolved relay name, ms. */
const GOOD_FOR = 60_000;

export type OwnRelayOptions = Readonly<{
  /** Returns the URL of the relay in use. */
  url(): string | null;
  /** Addresses of a name; rejects when it has none. */
  lookup(name: string): Promise<readonly string[]>;
  /** Reports whether it is an address of this machine other than loopback. */
  isOwn(address: IpAddress): boolean;
  clock: Pick<Clock, 'monotonic'>;
}>;

type Looked = { readonly name: string; addresses: readonly IpAddress[] | undefined; readonly at: number };

/**
 * Detects whether the relay in use runs on this machine, resolving its name; if so, peers' forwards may not reach its port.
 */
export class OwnRelay {
  readonly #options: OwnRelayOptions;
  #looked: Looked | undefined;

  constructor(options: OwnRelayOptions) {
    this.#options = options;
  }

  /** Port of the relay on this machine; undefined if it runs elsewhere. Until its name is resolved, the relay counts as local. */
  get port(): number | undefined {
    const relay = readUrl(this.#options.url());
    if (relay === undefined) return undefined;
    return this.#isHere(relay.host) ? relay.port : undefined;
  }

  /** Starts resolving the relay's name, so that the answer is there before a peer asks for a target. */
  look(): void {
    const relay = readUrl(this.#options.url());
    if (relay !== undefined) this.#isHere(relay.host);
  }

  #isHere(host: string): boolean {
    if (isLoopbackRelayHost(host)) return true;
    const address = parseIp(host);
    const addresses = address === undefined ? this.#addressesOf(host) : [address];
    return addresses === undefined || addresses.some((one) => this.#isOwn(one));
  }

  #isOwn(address: IpAddress): boolean {
    const isLoop = address.family === 4 ? address.value >> 24n === 127n : address.value === 1n;
    return address.value === 0n || isLoop || this.#options.isOwn(address);
  }

  /** Returns the cached addresses of the name, and resolves it again in the background. */
  #addressesOf(name: string): readonly IpAddress[] | undefined {
    const now = this.#options.clock.monotonic();
    const known = this.#looked?.name === name ? this.#looked : undefined;
    if (known !== undefined && now - known.at < GOOD_FOR) return known.addresses;
    const looked: Looked = { name, addresses: known?.addresses, at: now };
    this.#looked = looked;
    void this.#look(looked);
    return looked.addresses;
  }

  async #look(looked: Looked): Promise<void> {
    try {
      const texts = await this.#options.lookup(looked.name);
      looked.addresses = texts.flatMap((text) => parseIp(text.split('%')[0] ?? '') ?? []);
    } catch {
      // Then what was known counts, or that nothing is.
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
