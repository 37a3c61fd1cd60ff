import {
  isInNetwork,
  isLoopbackIp,
  METADATA_NAMES,
  METADATA_NETWORKS,
  parseNetwork,
  type IpAddress,
  type IpNetwork,
} from '#shared/forward/index.ts';

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

const PRIVATE = networks(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']);

const NAMES: ReadonlySet<string> = new Set(METADATA_NAMES);

/** Reports whether an address is protected from peers, also behind a NAT64 translation. Pure, like all of this file; the target policy calls it. */
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
