import { formatIp, parseIp, type IpAddress } from '#shared/forward/index.ts';
import type { Clock } from '#shared/clock.ts';
import { isLocalhost, normalizeHost } from './host.ts';
import { behindTranslation } from './protected-networks.ts';

/** Time for which the list of addresses is cached, ms: reading it from the system costs more than the rest of a check. */
const GOOD_FOR = 1000;

/** Options of `LocalAddresses`. */
export type LocalAddressesOptions = Readonly<{
  clock: Pick<Clock, 'monotonic'>;
  /** Returns the current addresses of the network interfaces; an address may have a zone. */
  list(): readonly string[];
  /** Host name of this machine, with or without a domain. */
  hostName: string;
}>;

/**
 * Addresses and names of this machine. Names include `localhost`; addresses are those of the interfaces, so callers check the rest of loopback
 * themselves. Reads the interfaces through `list`, at most once a second. Target policy and patterns use it to keep peers from ports of this machine,
 * and `createForwards`, which creates it, to recognize a relay here.
 */
export class LocalAddresses {
  readonly #options: LocalAddressesOptions;
  readonly #names: ReadonlySet<string>;
  #known: ReadonlySet<string> = new Set();
  #knownAt = Number.NEGATIVE_INFINITY;

  constructor(options: LocalAddressesOptions) {
    this.#options = options;
    this.#names = namesOf(options.hostName);
  }

  /** Reports whether the address is one of this machine's interfaces, also through a translation into IPv4. */
  has(address: IpAddress): boolean {
    const known = this.#addresses();
    return [address, ...behindTranslation(address)].some((one) => known.has(formatIp(one)));
  }

  /**
   * Reports whether the name is this machine's, or `localhost` or below it.
   * @param name normalized
   */
  isName(name: string): boolean {
    return isLocalhost(name) || this.#names.has(name);
  }

  #addresses(): ReadonlySet<string> {
    const { clock, list } = this.#options;
    const now = clock.monotonic();
    if (now - this.#knownAt < GOOD_FOR) return this.#known;
    this.#knownAt = now;
    this.#known = new Set(
      list().flatMap((text) => {
        const address = parseIp(text.split('%')[0] ?? '');
        return address === undefined ? [] : formatIp(address);
      }),
    );
    return this.#known;
  }
}

/** Returns all names of this machine: for `office.example.net` also `office` and `office.local` (RFC 6762). */
function namesOf(hostName: string): ReadonlySet<string> {
  try {
    const host = normalizeHost(hostName);
    if (host.kind === 'address') return new Set();
    const [first = host.text] = host.text.split('.');
    return new Set([host.text, first, `${first}.local`]);
  } catch {
    return new Set();
  }
}
