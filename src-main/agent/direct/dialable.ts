import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { DirectTarget } from '#node/sockets/index.ts';
import { METADATA_NETWORKS } from '#shared/forward/index.ts';

type Family = 'ipv4' | 'ipv6';

/**
 * Networks that contain no peers (IANA special-purpose registries, RFC 6890 and later), or in which a connection from this device would help the peer
 * that named the address.
 */
const CLOSED: readonly (readonly [network: string, prefix: number, family: Family])[] = [
  ['0.0.0.0', 8, 'ipv4'], // this network
  ['127.0.0.0', 8, 'ipv4'], // loopback
  ['169.254.0.0', 16, 'ipv4'], // link-local, and the metadata service of most clouds
  ['192.0.0.0', 24, 'ipv4'], // protocol assignments, and the metadata service of Oracle's cloud
  ['192.0.2.0', 24, 'ipv4'], // documentation
  ['192.88.99.0', 24, 'ipv4'], // 6to4 relays
  ['198.18.0.0', 15, 'ipv4'], // benchmarks
  ['198.51.100.0', 24, 'ipv4'], // documentation
  ['203.0.113.0', 24, 'ipv4'], // documentation
  ['224.0.0.0', 4, 'ipv4'], // multicast
  ['240.0.0.0', 4, 'ipv4'], // reserved, and broadcast
  ['2001::', 23, 'ipv6'], // protocol assignments: Teredo, ORCHID, benchmarks
  ['2001:db8::', 32, 'ipv6'], // documentation
  ['2002::', 16, 'ipv6'], // 6to4: an IPv4 address in disguise
  ['3fff::', 20, 'ipv6'], // documentation
];

/** Only allowed IPv6 networks: global unicast and unique local. They contain no addresses that embed an IPv4 address (mapped, NAT64). */
const OPEN: readonly (readonly [network: string, prefix: number])[] = [
  ['2000::', 3],
  ['fc00::', 7],
];

const closed = new BlockList();
for (const [network, prefix, family] of CLOSED) closed.addSubnet(network, prefix, family);
for (const network of METADATA_NETWORKS) {
  const [address = '', prefix] = network.split('/');
  closed.addSubnet(address, Number(prefix), address.includes(':') ? 'ipv6' : 'ipv4');
}
const open = new BlockList();
for (const [network, prefix] of OPEN) open.addSubnet(network, prefix, 'ipv6');
const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Longest text of an address in a frame CANDIDATES. */
const LONGEST = 80;
const FORM = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+)):([1-9][0-9]{0,4})$/;

/** Options of `isDialable`. `loopback`: also allows addresses of this machine, for tests and for two devices on one machine. */
export type DialableOptions = Readonly<{ loopback?: boolean }>;

/** Parses `host:port` with an IP address, IPv6 in brackets; undefined for host names, zones and anything else. */
export function parseAddress(address: string): DirectTarget | undefined {
  if (address.length > LONGEST) return undefined;
  const [, six, four, portText] = FORM.exec(address) ?? [];
  const host = six ?? four;
  const port = Number(portText);
  if (host === undefined || port > 65_535) return undefined;
  return (six === undefined ? isIPv4(host) : isIPv6(host)) ? { host, port } : undefined;
}

/**
 * Reports whether this device may dial an address that a peer claimed: `host:port` with a unicast IP address of a private, shared or public network.
 * A peer must not make this device connect to its loopback, to a multicast address or to a metadata service, or look up a name. Addresses of this
 * machine in a network are allowed, since another device may run on it. Pure.
 */
export function isDialable(address: string, options: DialableOptions = {}): boolean {
  const target = parseAddress(address);
  return target !== undefined && isOpenHost(target.host, options);
}

/** Reports whether this device may dial an IP address, by the rules of `isDialable`. */
export function isOpenHost(host: string, options: DialableOptions = {}): boolean {
  const family = familyOf(host);
  if (family === undefined) return false;
  if (options.loopback === true && loopback.check(host, family)) return true;
  if (closed.check(host, family)) return false;
  return family === 'ipv4' || open.check(host, family);
}

function familyOf(host: string): Family | undefined {
  if (isIPv4(host)) return 'ipv4';
  return isIPv6(host) && !host.includes('%') ? 'ipv6' : undefined;
}
