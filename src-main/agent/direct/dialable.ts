import type { DirectTarget } from '#shared/direct/index.ts';
import {
  ipFamily,
  isInNetwork,
  isLoopbackIp,
  METADATA_NETWORKS,
  parseIp,
  parseNetwork,
  type IpNetwork,
} from '#shared/forward/index.ts';

/**
 * Networks that contain no peers (IANA special-purpose registries, RFC 6890 and later), or in which a connection from this device would help the peer
 * that named the address.
 */
const CLOSED: readonly IpNetwork[] = [
  '0.0.0.0/8', // this network
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local, and the metadata service of most clouds
  '192.0.0.0/24', // protocol assignments, and the metadata service of Oracle's cloud
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
  '2001::/23', // protocol assignments: Teredo, ORCHID, benchmarks
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4: an IPv4 address in disguise
  '3fff::/20', // documentation
  ...METADATA_NETWORKS,
].map(networkOf);

/** Only allowed IPv6 networks: global unicast and unique local. They contain no addresses that embed an IPv4 address (mapped, NAT64). */
const OPEN: readonly IpNetwork[] = ['2000::/3', 'fc00::/7'].map(networkOf);

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
  return ipFamily(host) === (six === undefined ? 4 : 6) ? { host, port } : undefined;
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
  const address = parseIp(host);
  if (address === undefined) return false;
  if (options.loopback === true && isLoopbackIp(address)) return true;
  if (CLOSED.some((network) => isInNetwork(address, network))) return false;
  return ipFamily(host) === 4 || OPEN.some((network) => isInNetwork(address, network));
}

/** Parses a network of the lists above. @throws {TypeError} */
function networkOf(text: string): IpNetwork {
  const network = parseNetwork(text);
  if (network === undefined) throw new TypeError(`not a network: ${text}`);
  return network;
}
