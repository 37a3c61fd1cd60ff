import {
  isInNetwork,
  METADATA_NAMES,
  METADATA_NETWORKS,
  parseNetwork,
  type IpAddress,
  type IpNetwork,
  formatIp,
  parseIp,
} from '#shared/forward/index.ts';
import type { Clock } from '#shared/clock.ts';
import { isLocalhost, normalizeHost } from './host.ts';

/** Networks that no peer may reach, whatever its rights: they give out credentials of this machine or reach several machines at once. */
const PROTECTED = networks([
  ...METADATA_NETWORKS,
  '0.0.0.0/8', // this network; 0.0.0.0 itself was made loopback before
  '169.254.0.0/16', // link-local, and the metadata service of most clouds
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
  'fe80::/10', // link-local
  'ff00::/8', // multicast
  // What stands for an IPv4 address and leads nowhere any more, except past a check.
  '::/96', // IPv4-compatible
  '::ffff:0:0:0/96', // IPv4-translated
  '2001::/32', // Teredo
  '2002::/16', // 6to4
]);

/** Networks whose addresses a NAT64 gateway translates to IPv4 (RFC 6052); the last four bytes are the address reached. */
const TRANSLATED = networks(['64:ff9b::/96', '64:ff9b:1::/48']);
/** Network for NAT64 with a prefix chosen locally (RFC 8215), which may be shorter than 96 bits. */
const TRANSLATED_LOCALLY = networks(['64:ff9b:1::/48']);

const LOOPBACK = networks(['127.0.0.0/8', '::1/128']);
const PRIVATE = networks(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']);

const NAMES: ReadonlySet<string> = new Set(METADATA_NAMES);

/** Reports whether an address is protected from peers, also behind a NAT64 translation. */
export function isProtected(address: IpAddress): boolean {
  if (isLoopbackIp(address)) return false;
  if (isIn(PROTECTED, address)) return true;
  return behindTranslation(address).some((behind) => isLoopbackIp(behind) || isIn(PROTECTED, behind));
}

/** Returns the IPv4 addresses that a NAT64 gateway may translate an address to: none, or one for each possible length of its prefix. */
export function behindTranslation({ family, value }: IpAddress): readonly IpAddress[] {
  if (!isIn(TRANSLATED, { family, value })) return [];
  const bits = (below: bigint, count: bigint): bigint => (value >> below) & ((1n << count) - 1n);
  // RFC 6052 section 2.2: the byte below the first 64 bits is never part of the IPv4 address.
  const shorter = isIn(TRANSLATED_LOCALLY, { family, value })
    ? [(bits(64n, 16n) << 16n) | bits(40n, 16n), (bits(64n, 8n) << 24n) | bits(32n, 24n), bits(24n, 32n)]
    : [];
  // With a longer prefix these bits are zero.
  const meant = shorter.filter((four) => four >> 24n !== 0n);
  return [bits(0n, 32n), ...meant].map((four) => ({ family: 4, value: four }));
}

/**
 * Reports whether a name is protected from peers: names of cloud metadata services.
 * @param name normalized
 */
export function isProtectedName(name: string): boolean {
  return NAMES.has(name);
}

/** Reports whether an address is loopback. */
export function isLoopbackIp(address: IpAddress): boolean {
  return isIn(LOOPBACK, address);
}

/** Reports whether an address is neither this machine's loopback nor in a private network. */
export function isPublic(address: IpAddress): boolean {
  if (isLoopbackIp(address) || isIn(PRIVATE, address)) return false;
  return behindTranslation(address).every(isPublic);
}

function isIn(list: readonly IpNetwork[], address: IpAddress): boolean {
  return list.some((network) => isInNetwork(address, network));
}

function networks(texts: readonly string[]): readonly IpNetwork[] {
  return texts.map((text) => {
    const network = parseNetwork(text);
    if (network === undefined) throw new RangeError(`not a network: ${text}`);
    return network;
  });
}

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

/** Addresses and names of this machine besides loopback. Reads the interfaces, at most once a second. */
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

  /** Reports whether the name is this machine's. @param name normalized */
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

/**
 * TCP and UDP ports of this machine that ClawReach itself listens on: forwards, windows, relays. No peer reaches them through
 * this device, whatever its permissions.
 */
export class ReservedPorts {
  readonly #claims = new Map<number, number>();
  readonly #sources = new Set<() => readonly number[]>();

  /** Reserves a port. @returns a function that releases it */
  claim(port: number): () => void {
    this.#claims.set(port, (this.#claims.get(port) ?? 0) + 1);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const left = (this.#claims.get(port) ?? 0) - 1;
      if (left > 0) this.#claims.set(port, left);
      else this.#claims.delete(port);
    };
  }

  /**
   * Adds a function that lists further reserved ports; called at each check.
   * @returns a function that removes it
   */
  watch(source: () => readonly number[]): () => void {
    this.#sources.add(source);
    return () => void this.#sources.delete(source);
  }

  /** Reports whether a port is reserved. */
  has(port: number): boolean {
    return this.#claims.has(port) || [...this.#sources].some((source) => source().includes(port));
  }
}
