import type { Clock } from '#shared/clock.ts';
import { formatIp, parseIp, type IpAddress } from '#shared/forward/index.ts';
import { isLocalhost, normalizeHost } from './asked-host.ts';
import { behindTranslation } from './protected.ts';

/** How long a list of the interfaces is good, ms: asking the system costs more than everything else of a check. */
const GOOD_FOR = 1000;

export type LocalAddressesOptions = Readonly<{
  clock: Pick<Clock, 'monotonic'>;
  /** Addresses of the interfaces, asked for now and then; one may have a zone. */
  list(): readonly string[];
  /** As the system has it; with or without a domain. */
  hostName: string;
}>;

/** Where this machine can be reached besides loopback, and what it is called. */
export class LocalAddresses {
  readonly #options: LocalAddressesOptions;
  readonly #names: ReadonlySet<string>;
  #known: ReadonlySet<string> = new Set();
  #knownAt = Number.NEGATIVE_INFINITY;

  constructor(options: LocalAddressesOptions) {
    this.#options = options;
    this.#names = namesOf(options.hostName);
  }

  /** Whether it is an address of one of this machine's interfaces, also through a translation into IPv4. */
  has(address: IpAddress): boolean {
    const known = this.#addresses();
    return [address, ...behindTranslation(address)].some((one) => known.has(formatIp(one)));
  }

  /** Whether it is the name of this machine. @param name normalised */
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

/** `office.example.net` is also known as `office`, and in its network as `office.local` (RFC 6762). */
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
