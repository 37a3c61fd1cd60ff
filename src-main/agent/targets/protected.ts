import { isInNetwork, parseNetwork, type IpAddress, type IpNetwork } from '#shared/forward/index.ts';

/** Never reached for a peer, whatever its rights: what gives out this machine's credentials, or reaches more than one machine. */
const PROTECTED = networks([
  '0.0.0.0/8', // this network; 0.0.0.0 itself was made loopback before
  '169.254.0.0/16', // link-local, and the metadata service of most clouds
  '192.0.0.192/32', // metadata service of Oracle's cloud
  '100.100.100.200/32', // metadata service of Alibaba's cloud
  '168.63.129.16/32', // the host of a machine in Azure
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
  'fe80::/10', // link-local
  'ff00::/8', // multicast
  'fd00:ec2::/32', // metadata services of Amazon's cloud
  'fd20:ce::254/128', // metadata service of Google's cloud
  // What stands for an IPv4 address and leads nowhere any more, except past a check.
  '::/96', // IPv4-compatible
  '::ffff:0:0:0/96', // IPv4-translated
  '2001::/32', // Teredo
  '2002::/16', // 6to4
]);

/** Translated into IPv4 by a gateway of the network (RFC 6052, RFC 8215): the last four bytes are what is reached. */
const TRANSLATED = networks(['64:ff9b::/96', '64:ff9b:1::/48']);

const LOOPBACK = networks(['127.0.0.0/8', '::1/128']);
const PRIVATE = networks(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']);

/** Names of metadata services; what else leads to one is found by its address. */
const NAMES: ReadonlySet<string> = new Set(['metadata.google.internal', 'metadata.goog']);

export function isProtected(address: IpAddress): boolean {
  if (isLoopback(address)) return false;
  if (isIn(PROTECTED, address)) return true;
  const behind = behindTranslation(address);
  return behind !== undefined && (isLoopback(behind) || isIn(PROTECTED, behind));
}

/** The IPv4 address that a gateway of the network makes of this one, if it is such. */
export function behindTranslation(address: IpAddress): IpAddress | undefined {
  return isIn(TRANSLATED, address) ? { family: 4, value: address.value & 0xffff_ffffn } : undefined;
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
  const behind = behindTranslation(address);
  return behind === undefined || isPublic(behind);
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
