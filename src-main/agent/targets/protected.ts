import {
  isInNetwork,
  METADATA_NAMES,
  METADATA_NETWORKS,
  parseNetwork,
  type IpAddress,
  type IpNetwork,
} from '#shared/forward/index.ts';

/** Never reached for a peer, whatever its rights: what gives out this machine's credentials, or reaches more than one machine. */
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

/** Translated into IPv4 by a gateway of the network (RFC 6052): the last four bytes are what is reached. */
const TRANSLATED = networks(['64:ff9b::/96', '64:ff9b:1::/48']);
/** Translated with a prefix that the network chooses itself (RFC 8215), which may be shorter than 96 bits. */
const TRANSLATED_LOCALLY = networks(['64:ff9b:1::/48']);

const LOOPBACK = networks(['127.0.0.0/8', '::1/128']);
const PRIVATE = networks(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']);

const NAMES: ReadonlySet<string> = new Set(METADATA_NAMES);

export function isProtected(address: IpAddress): boolean {
  if (isLoopback(address)) return false;
  if (isIn(PROTECTED, address)) return true;
  return behindTranslation(address).some((behind) => isLoopback(behind) || isIn(PROTECTED, behind));
}

/** The IPv4 addresses that a gateway of the network may make of this one: none, or one for each length of its prefix. */
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

/** @param name normalised */
export function isProtectedName(name: string): boolean {
  return NAMES.has(name);
}

export function isLoopback(address: IpAddress): boolean {
  return isIn(LOOPBACK, address);
}

/** Neither this machine nor a network that is not reached from everywhere. */
export function isPublic(address: IpAddress): boolean {
  if (isLoopback(address) || isIn(PRIVATE, address)) return false;
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
